"""Files over loopback: whole, empty, cut and resumed, tampered with, two at once, one side killed."""

import hashlib
import os
import random
import socket
import ssl
from pathlib import Path

import pytest
import trustme

from nettools.core.checked_transfer.side import Patience
from nettools.net.loop import READABLE
from nettools.net.relay.ends import End, SocketEnd
from nettools.net.tls.end import TlsEnd
from tests.net.checked_transfer.exchange import (
    RECEIVER,
    SENDER,
    connection,
    descriptors,
    exchange,
    program,
    transfer,
)

MIB = 1 << 20


def make(path: Path, octets: int, seed: int = 1) -> Path:
    """A file that compresses badly and has no two equal blocks."""
    path.write_bytes(random.Random(seed).randbytes(octets))
    return path


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


class CutEnd:
    """An end whose connection is lost after so many octets have been written."""

    def __init__(self, inner: End, octets: int) -> None:
        self._inner = inner
        self._left = octets

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def write(self, octets: memoryview) -> int | None:
        if not self._left:
            raise ConnectionResetError(104, "Connection reset by peer")
        count = self._inner.write(octets[: self._left])
        self._left -= count or 0
        return count


def cut_after(octets: int) -> "CutMaker":
    return CutMaker(octets)


class CutMaker:
    def __init__(self, octets: int) -> None:
        self.octets = octets

    def __call__(self, end: End) -> End:
        return CutEnd(end, self.octets)  # type: ignore[return-value]


def test_64_mib_arrive_with_their_time_and_permissions_and_nothing_is_left_behind(tmp_path: Path, folder: Path) -> None:
    source = make(tmp_path / "big file.bin", 64 * MIB + 12345)
    os.utime(source, ns=(10**18, 10**18 + 7))
    source.chmod(0o750)
    before = descriptors()
    sent, received, both = transfer(source, folder)
    assert descriptors() == before
    assert (sent.ending.kind, sent.ending.status) == ("sent", 0)
    assert (received.ending.kind, received.ending.status) == ("closed", 0)
    assert sent.ending.message == received.ending.message
    assert sorted(os.listdir(folder)) == ["big file.bin"]
    arrived = folder / "big file.bin"
    assert sha256(arrived) == sha256(source)
    umask = os.umask(0)
    os.umask(umask)
    assert arrived.stat().st_mtime_ns == 10**18 + 7
    assert arrived.stat().st_mode & 0o7777 == 0o750 & ~umask
    assert both.started == [("big file.bin", 64 * MIB + 12345)]
    for progress in (both.progress, both.sender_progress):
        assert progress == sorted(progress)
        assert progress[-1] == (64 * MIB + 12345, 64 * MIB + 12345)
        assert len(progress) > 10
    assert sent.moved == received.moved == sent.size == 64 * MIB + 12345
    assert sent.resumed == received.resumed == 0
    assert (sent.bytes_in, sent.bytes_out) == (received.bytes_out, received.bytes_in)
    client = both.closed[0]
    assert (client.bytes_in, client.bytes_out, client.ending) == (
        received.bytes_in,
        received.bytes_out,
        received.ending,
    )


@pytest.mark.parametrize("octets", [0, 1, MIB - 1, MIB, MIB + 1])
def test_any_size_arrives(tmp_path: Path, folder: Path, octets: int) -> None:
    source = make(tmp_path / "f", octets)
    sent, received, _ = transfer(source, folder)
    assert sent.ending.status == received.ending.status == 0
    assert (folder / "f").read_bytes() == source.read_bytes()
    assert os.listdir(folder) == ["f"]


def test_it_is_cut_at_random_places_and_resumed_until_it_is_whole(tmp_path: Path, folder: Path) -> None:
    source = make(tmp_path / "f", 20 * MIB + 777)
    places = random.Random(5)
    resumed, tries = -1, 0
    while not (folder / "f").exists():
        octets = places.randrange(100, 9 * MIB)
        sent, received, _ = transfer(source, folder, resumes=True, wrap=cut_after(octets))
        tries += 1
        assert received.resumed >= resumed
        resumed = received.resumed
        if sent.ending.status:
            assert sent.ending.kind == "reset"
            assert received.ending.status == 1
            assert "cat --send --resume goes on from there" in received.ending.message or received.size is None
    assert tries > 3
    assert resumed > 10 * MIB
    assert sha256(folder / "f") == sha256(source)
    assert os.listdir(folder) == ["f"]


def leave_part(source: Path, folder: Path, octets: int) -> None:
    """Let a transfer be cut."""
    sent, _, _ = transfer(source, folder, wrap=cut_after(octets))
    assert sent.ending.status == 1
    assert sorted(os.listdir(folder)) == ["f.part", "f.part.blake2"]


def test_a_resumed_transfer_sends_only_the_rest(tmp_path: Path, folder: Path) -> None:
    source = make(tmp_path / "f", 10 * MIB)
    leave_part(source, folder, 6 * MIB + 5000)
    assert (folder / "f.part").stat().st_size == 6 * MIB
    assert (folder / "f.part.blake2").stat().st_size == 32 + 6 * 64
    assert (folder / "f.part").stat().st_mode & 0o777 == 0o600
    sent, received, _ = transfer(source, folder, resumes=True)
    assert sent.resumed == received.resumed == 6 * MIB
    assert sent.moved == received.moved == 4 * MIB
    assert sent.bytes_out < 5 * MIB
    assert sha256(folder / "f") == sha256(source)
    assert os.listdir(folder) == ["f"]


def test_without_resume_a_cut_transfer_starts_over(tmp_path: Path, folder: Path) -> None:
    source = make(tmp_path / "f", 5 * MIB)
    leave_part(source, folder, 3 * MIB + 5000)
    sent, received, _ = transfer(source, folder)
    assert sent.resumed == received.resumed == 0
    assert sha256(folder / "f") == sha256(source)


def tamper_in_the_middle(part: Path) -> None:
    """As somebody would who hides it: size and time of change stay."""
    about = part.stat()
    with part.open("r+b") as file:
        file.seek(2 * MIB + 17)
        octet = file.read(1)
        file.seek(2 * MIB + 17)
        file.write(bytes((octet[0] ^ 1,)))
    os.utime(part, ns=(about.st_atime_ns, about.st_mtime_ns))


def replace_whole(part: Path) -> None:
    octets = part.read_bytes()
    part.unlink()
    part.write_bytes(octets[: 2 * MIB] + bytes(len(octets) - 2 * MIB))


@pytest.mark.parametrize(
    ("tamper", "kept"),
    [
        (tamper_in_the_middle, 2 * MIB),
        (replace_whole, 2 * MIB),
        (lambda part: os.truncate(part, 3 * MIB + 100), 3 * MIB),
        (lambda part: os.truncate(part, 0), 0),
        (lambda part: part.unlink(), 0),
        (lambda part: os.truncate(f"{part}.blake2", 32 + 3 * 64 + 63), 3 * MIB),
        (lambda part: os.unlink(f"{part}.blake2"), 0),
        (lambda part: Path(f"{part}.blake2").write_bytes(b"\0" * 500), 0),
    ],
)
def test_what_was_tampered_with_is_sent_again(tmp_path: Path, folder: Path, tamper: object, kept: int) -> None:
    source = make(tmp_path / "f", 8 * MIB)
    leave_part(source, folder, 5 * MIB + 5000)
    assert callable(tamper)
    tamper(folder / "f.part")
    sent, received, _ = transfer(source, folder, resumes=True)
    assert sent.resumed == received.resumed == kept
    assert sha256(folder / "f") == sha256(source)
    assert os.listdir(folder) == ["f"]


def test_another_file_of_that_name_resumes_only_what_is_the_same(tmp_path: Path, folder: Path) -> None:
    source = make(tmp_path / "f", 6 * MIB)
    leave_part(source, folder, 4 * MIB + 5000)
    octets = bytearray(source.read_bytes())
    octets[MIB + 3] ^= 1
    source.write_bytes(octets + b"more")
    sent, _, _ = transfer(source, folder, resumes=True)
    assert sent.resumed == MIB
    assert (folder / "f").read_bytes() == source.read_bytes()


def test_a_damaged_octet_on_the_way_ends_both_with_1_and_leaves_what_is_right(tmp_path: Path, folder: Path) -> None:
    source = make(tmp_path / "f", 5 * MIB)

    class DamagingEnd(CutEnd):
        """Flips a bit of the octet behind ``octets``."""

        def write(self, octets: memoryview) -> int | None:
            if not self._left:
                return self._inner.write(octets)
            if self._left > 1:
                count = self._inner.write(octets[: self._left - 1])
                self._left -= count or 0
                return count
            count = self._inner.write(memoryview(bytes((octets[0] ^ 4,))))
            self._left -= count or 0
            return count

    sent, received, _ = transfer(
        source,
        folder,
        wrap=lambda end: DamagingEnd(end, 3 * MIB + 999_999),  # type: ignore[arg-type, return-value]
    )
    assert (sent.ending.kind, sent.ending.status) == ("mismatch", 1)
    assert (received.ending.kind, received.ending.status) == ("mismatch", 1)
    assert sent.ending.message == "the other side gave up: a block of the file was damaged on its way"
    assert (folder / "f.part").stat().st_size == 3 * MIB
    assert not (folder / "f").exists()


def test_of_two_that_send_the_same_name_at_once_one_wins_and_the_other_is_told(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    sources = [make(tmp_path / "a" / "f", 3 * MIB, seed=1), make(tmp_path / "b" / "f", 3 * MIB, seed=2)]
    with exchange(folder) as both:
        for source in sources:
            near, far = connection()
            both.receive(SocketEnd(far))
            both.send(SocketEnd(near), source)
        both.run()
        assert sorted(result.ending.status for result in both.sent) == [0, 1]
        lost = next(result for result in both.sent if result.ending.status)
        assert lost.ending.kind == "declined"
        assert lost.ending.message == "the other side gave up: 'f' is being received from someone else already"
        assert sorted(result.ending.status for result in both.received) == [0, 1]
    assert sha256(folder / "f") == sha256(sources[0])
    assert os.listdir(folder) == ["f"]


def test_many_are_received_at_once(tmp_path: Path, folder: Path) -> None:
    sources = [make(tmp_path / f"f{number}", MIB + number, seed=number) for number in range(8)]
    with exchange(folder) as both:
        for source in sources:
            near, far = connection()
            both.receive(SocketEnd(far))
            both.send(SocketEnd(near), source)
        both.run()
        assert {result.ending.status for result in both.sent + both.received} == {0}
    assert [sha256(folder / source.name) for source in sources] == [sha256(source) for source in sources]


def test_a_receiver_that_is_no_nettools_is_told_apart(tmp_path: Path, folder: Path) -> None:
    source = make(tmp_path / "f", 10)
    with exchange(folder) as both:
        near, far = connection()
        far.sendall(b"220 ready\r\n")
        both.send(SocketEnd(near), source)
        both.loop.call_at(both.loop.now_s + 0.1, far.close)
        both.run()
        assert both.sent[0].ending.message == "the other side is no nettools listen --receive"
        assert both.sent[0].ending.status == 1


def test_a_silent_client_is_let_go_and_leaves_nothing(folder: Path) -> None:
    with exchange(folder, Patience(opening_s=0.05)) as both:
        near, far = connection()
        both.receive(SocketEnd(far))
        both.loop.call_at(both.loop.now_s + 0.3, near.close)
        both.run()
        assert both.received[0].ending.kind == "idle-timeout"
        assert both.closed[0].ending == both.received[0].ending
    assert os.listdir(folder) == []


def test_a_client_can_be_cut_from_outside(tmp_path: Path, folder: Path) -> None:
    with exchange(folder) as both:
        near, far = connection()
        client = both.receive(SocketEnd(far))
        client.cut("cut", "enough")
        client.cut("cut", "again")
        both.run()
        assert both.received[0].ending.message == "enough"
        assert near.recv(100).startswith(b"\x89NTCT")
        near.close()


def test_a_sender_that_vanishes_in_the_middle_leaves_what_can_be_resumed(tmp_path: Path, folder: Path) -> None:
    source = make(tmp_path / "f", 64 * MIB)
    with exchange(folder) as both, socket.create_server(("127.0.0.1", 0)) as listener:
        child = program(SENDER, str(listener.getsockname()[1]), str(source))
        try:
            far, _ = listener.accept()
            both.receive(SocketEnd(far))
            both.handler.on_progress = lambda _, done, total: child.kill() if done >= 3 * MIB else None
            both.run()
        finally:
            child.kill()
            child.communicate(timeout=10)
        assert both.received[0].ending.status == 1
        assert both.received[0].ending.kind in ("network-error", "reset")
    kept = (folder / "f.part").stat().st_size
    assert kept >= 3 * MIB
    sent, _, _ = transfer(source, folder, resumes=True)
    assert sent.resumed == kept
    assert sha256(folder / "f") == sha256(source)


def test_a_receiver_that_is_killed_in_the_middle_leaves_what_can_be_resumed(tmp_path: Path, folder: Path) -> None:
    source = make(tmp_path / "f", 64 * MIB)
    child = program(RECEIVER, str(folder))
    assert child.stdout is not None
    port = int(child.stdout.readline())
    with exchange(folder) as both:
        both.send(SocketEnd(socket.create_connection(("127.0.0.1", port), timeout=10)), source)

        out = child.stdout.fileno()
        told = b""

        def on_line(_events: int) -> None:
            nonlocal told
            told += os.read(out, 4096)
            if any(int(line) >= 3 * MIB for line in told.split(b"\n")[:-1]):
                both.loop.forget(out)
                child.kill()

        both.loop.watch(out, READABLE, on_line)
        both.run()
        child.communicate(timeout=10)
        assert both.sent[0].ending.status == 1
    assert not (folder / "f").exists()
    sent, received, _ = transfer(source, folder, resumes=True)
    assert sent.resumed == received.resumed >= 3 * MIB
    assert sha256(folder / "f") == sha256(source)
    assert os.listdir(folder) == ["f"]


def test_memory_stays_flat() -> None:
    # In a process of its own: what the others have used does not count.
    text = """
import resource, sys, tempfile
from pathlib import Path
from tests.net.checked_transfer.exchange import transfer
from tests.net.checked_transfer.test_transfer import make
with tempfile.TemporaryDirectory() as name:
    folder = Path(name)
    (folder / "in").mkdir()
    small, large = make(folder / "small", 1 << 20), folder / "large"
    large.touch()
    import os
    os.truncate(large, 192 << 20)
    transfer(small, folder / "in")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    transfer(large, folder / "in")
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    child = program(text)
    out, _ = child.communicate(timeout=120)
    assert child.returncode == 0
    assert int(out) < 8 * 1024  # KiB


def test_peers_that_leave_at_any_moment_leave_no_descriptor(tmp_path: Path, folder: Path) -> None:
    source = make(tmp_path / "f", 2 * MIB)
    before = descriptors()
    for octets in (1, 9, 10, 11, 50, 62, 90, 100, 5000, MIB, MIB + 200, 2 * MIB + 60):
        transfer(source, folder, wrap=cut_after(octets))
        assert descriptors() == before


class Steps:
    """A pace of so many octets every so often."""

    def __init__(self, octets: int, every_s: float) -> None:
        self._octets = octets
        self._every_s = every_s
        self._next_s = 0.0
        self.spent: list[int] = []

    def allowance(self, waiting: memoryview, now_s: float) -> int:
        return min(len(waiting), self._octets) if now_s >= self._next_s else 0

    def spend(self, octets: memoryview, now_s: float) -> None:
        self.spent.append(len(octets))
        self._next_s = now_s + self._every_s

    def next_s(self, now_s: float) -> float:
        return self._next_s


def test_a_pace_is_kept(tmp_path: Path, folder: Path) -> None:
    source = make(tmp_path / "f", 100_000)
    pace = Steps(10_000, 0.01)
    with exchange(folder) as both:
        near, far = connection()
        both.receive(SocketEnd(far))
        both.send(SocketEnd(near), source, pace=pace)
        both.run()
        assert both.sent[0].ending.status == 0
        assert both.sent[0].duration_s >= 0.1
        assert max(pace.spent) <= 10_000
        assert sum(pace.spent) == both.sent[0].bytes_out
    assert sha256(folder / "f") == sha256(source)


def secured(near: End, far: End) -> tuple[TlsEnd, TlsEnd]:
    """TLS over both ends of a connection."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(client)
    ends = TlsEnd(near, client, server_hostname="localhost"), TlsEnd(far, server, server_side=True)
    for _ in range(1000):
        is_near_done, is_far_done = ends[0].handshake(), ends[1].handshake()
        if is_near_done and is_far_done:
            return ends
    raise AssertionError("the handshake did not end")


def test_it_goes_over_tls_as_well_and_resumes_there(tmp_path: Path, folder: Path) -> None:
    source = make(tmp_path / "f", 12 * MIB + 5)
    for octets in (7 * MIB, None):
        with exchange(folder) as both:
            near, far = connection()
            sender, receiver = secured(SocketEnd(near), SocketEnd(far))
            both.receive(receiver)
            both.send(sender if octets is None else cut_after(octets)(sender), source, resumes=True)
            both.run()
            assert both.sent[0].ending.status == (0 if octets is None else 1)
    assert both.sent[0].resumed == both.received[0].resumed >= 5 * MIB
    assert sha256(folder / "f") == sha256(source)
    assert os.listdir(folder) == ["f"]


def test_a_refusal_is_heard_over_tls(tmp_path: Path, folder: Path) -> None:
    source = make(tmp_path / "f", 5 * MIB)
    (folder / "f").touch()
    with exchange(folder) as both:
        near, far = connection()
        sender, receiver = secured(SocketEnd(near), SocketEnd(far))
        both.receive(receiver)
        both.send(sender, source)
        both.run()
        assert both.sent[0].ending.message.endswith("'f' is there already, and is not overwritten")
        assert both.sent[0].duration_s < 1.0
