"""Octets through our cat and listen against nc, ncat and socat: both ways at once, and none of them changed.

Each side sends 64 MiB. ``NETTOOLS_TRANSFER_MB=1024 pytest tests/differential/test_netcat_streams.py`` sends 1 GiB.

nc and ncat stop sending when their peer's side has ended, so the inputs stay open until everything has arrived.
"""

import hashlib
import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from tests.peers import require
from tests.relay_peers import (
    OURS,
    OURS_HALF_OPEN,
    Place,
    Tool,
    Transport,
    await_server,
    peer,
    place_for,
    started,
    status_of,
)

_MB = int(os.environ.get("NETTOOLS_TRANSFER_MB", "64"))
_BLOCK = 1 << 20
_LONGEST_S = 60.0 + _MB / 8

STREAMS = [(transport, name) for transport in ("tcp", "unix") for name in ("nc", "ncat", "socat", "nettools")]


class Payload:
    """Octets without a pattern: those of one side."""

    def __init__(self, seed: int) -> None:
        numbers = random.Random(seed)
        self.block = numbers.randbytes(_BLOCK)
        self.size = _MB * _BLOCK
        digest = hashlib.sha256()
        for number in range(_MB):
            digest.update(self.at(number))
        self.digest = digest.hexdigest()

    def at(self, number: int) -> bytes:
        """The block of that number: no two are the same."""
        return number.to_bytes(8, "big") + self.block[8:]

    def write_to(self, stream: IO[bytes]) -> None:
        for number in range(_MB):
            stream.write(self.at(number))
        stream.flush()


@pytest.fixture(scope="module")
def question() -> Payload:
    return Payload(1)


@pytest.fixture(scope="module")
def answer() -> Payload:
    return Payload(2)


@pytest.fixture(scope="module")
def question_file(question: Payload, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("payload") / "question"
    with path.open("wb") as file:
        question.write_to(file)
    yield path
    path.unlink()


def tool_of(name: str, *, ours: Tool = OURS) -> Tool:
    if name == "nettools":
        return ours
    require(name, reason="to relay octets to and from")
    return peer(name)


class Feeding(threading.Thread):
    """Writes a payload into an input, which stays open."""

    def __init__(self, payload: Payload, stream: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        assert stream is not None
        self._payload = payload
        self._stream = stream
        self.start()

    def run(self) -> None:
        try:
            self._payload.write_to(self._stream)
        except BrokenPipeError:
            return  # what arrived will be too short, and that is what the test says


class Hashing(threading.Thread):
    """Reads an output until so much has come; the digest of it."""

    def __init__(self, size: int, stream: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        assert stream is not None
        self._stream = stream
        self._digest = hashlib.sha256()
        self._missing = size
        self.start()

    def run(self) -> None:
        while self._missing > 0:
            octets = os.read(self._stream.fileno(), _BLOCK)
            if not octets:
                return
            self._digest.update(octets)
            self._missing -= len(octets)

    def digest(self) -> str:
        self.join(_LONGEST_S)
        assert not self.is_alive(), f"{self._missing} octets have not come within {_LONGEST_S:g} s"
        assert self._missing == 0, f"{self._missing} octets are missing"
        return self._digest.hexdigest()


@pytest.mark.parametrize("role", ["client", "server"])
@pytest.mark.parametrize(("transport", "name"), STREAMS)
def test_pipes_both_ways_at_once(
    transport: Transport, name: str, role: str, question: Payload, answer: Payload, tmp_path: Path
) -> None:
    """Ours is the client or the server; the other is the peer."""
    other = tool_of(name)
    server, client = (other, OURS) if role == "client" else (OURS, other)
    place = place_for(transport, tmp_path)
    with started() as processes:
        serving = processes.start(server.server(place))
        await_server(place, serving)
        asking = processes.start(client.client(place))
        at_server, at_client = Hashing(question.size, serving.stdout), Hashing(answer.size, asking.stdout)
        Feeding(question, asking.stdin)
        Feeding(answer, serving.stdin)
        assert at_server.digest() == question.digest
        assert at_client.digest() == answer.digest
        for process in (asking, serving):
            assert process.stdin is not None
            process.stdin.close()
        ours = asking if role == "client" else serving
        assert status_of(ours) == 0
        assert ours.stdout is not None
        assert ours.stdout.read() == b"", "octets behind the last"


@pytest.mark.parametrize("role", ["client", "server"])
@pytest.mark.parametrize(("transport", "name"), STREAMS)
def test_files_both_ways_at_once(
    transport: Transport,
    name: str,
    role: str,
    question: Payload,
    answer: Payload,
    question_file: Path,
    tmp_path: Path,
) -> None:
    """Our input is a file and our output another; the peer's are pipes.

    With --no-shutdown the peer is not told that the file has ended, and so goes on sending.
    """
    other = tool_of(name)
    place = place_for(transport, tmp_path)
    taken = tmp_path / "taken"
    with started() as processes, question_file.open("rb") as given, taken.open("wb") as output:
        if role == "client":
            peers = processes.start(other.server(place))
            await_server(place, peers)
            ours = processes.start(OURS_HALF_OPEN.client(place), stdin=given, stdout=output)
        else:
            ours = processes.start(OURS_HALF_OPEN.server(place), stdin=given, stdout=output)
            await_server(place, ours)
            peers = processes.start(other.client(place))
        at_peer = Hashing(question.size, peers.stdout)
        feeding = Feeding(answer, peers.stdin)
        assert at_peer.digest() == question.digest
        feeding.join(_LONGEST_S)
        assert peers.stdin is not None
        peers.stdin.close()
        assert status_of(ours) == 0
    with taken.open("rb") as arrived:
        assert hashlib.file_digest(arrived, "sha256").hexdigest() == answer.digest


@pytest.mark.parametrize("transport", ["tcp", "unix"])
def test_a_file_is_sent_whole_to_a_client_that_has_nothing_to_say(
    transport: Transport, question: Payload, question_file: Path, tmp_path: Path
) -> None:
    """``listen PORT < file`` and ``cat HOST PORT < /dev/null``: where ncat 7.93 and nc stop in the middle, with 0."""
    place = place_for(transport, tmp_path)
    with started() as processes, question_file.open("rb") as given, Path(os.devnull).open("rb") as nothing:
        serving = processes.start(OURS.server(place), stdin=given)
        await_server(place, serving)
        asking = processes.start(OURS.client(place), stdin=nothing)
        assert Hashing(question.size, asking.stdout).digest() == question.digest
        assert (status_of(asking), status_of(serving)) == (0, 0)


@pytest.mark.parametrize("name", ["ncat", "nettools"])
def test_a_feeder_is_sent_whole_to_a_server_that_only_receives(
    name: str, question: Payload, question_file: Path, tmp_path: Path
) -> None:
    """A server in the background of a script has /dev/null as its input, and so half-closes at once."""
    place: Place = place_for("tcp", tmp_path)
    with started() as processes, Path(os.devnull).open("rb") as nothing:
        serving = processes.start([*tool_of(name).server(place), "--recv-only"], stdin=nothing)
        await_server(place, serving)
        feeder = processes.start(["cat", str(question_file)], stdin=nothing)
        sending = processes.start(OURS.client(place), stdin=feeder.stdout)
        assert Hashing(question.size, serving.stdout).digest() == question.digest
        assert status_of(sending) == 0
