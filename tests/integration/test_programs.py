"""``--exec`` and ``--sh-exec`` as they are run: the whole command, real connections, real signals."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.net.programs_at_work import is_alive

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

_NETTOOLS = [sys.executable, "-m", "nettools"]


@contextmanager
def listening(*words: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server on a free port of 127.0.0.1, and that port."""
    command = [*_NETTOOLS, "listen", "127.0.0.1", "0", "--announce-listen", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        try:
            assert run.stderr is not None
            found = None
            while found is None:
                line = run.stderr.readline()
                assert line, "it never listened"
                found = re.search(r"^listening \S+ ([0-9]+)$", line.strip())
            yield run, int(found[1])
        finally:
            run.kill()


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def said(peer: socket.socket) -> bytes:
    """All that the other side says to its end."""
    parts = []
    while part := peer.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_each_client_has_a_program_that_knows_who_it_is() -> None:
    with listening("-k", "--sh-exec", "echo $NCAT_REMOTE_PORT $NETTOOLS_LOCAL_PORT; cat") as (_run, port):
        for _ in range(3):
            with connected(port) as peer:
                peer.sendall(b"echoed\n")
                peer.shutdown(socket.SHUT_WR)
                assert said(peer) == f"{peer.getsockname()[1]} {port}\nechoed\n".encode()


def test_a_signal_ends_all_programs_and_the_run_within_a_second() -> None:
    stubborn = "trap '' TERM; echo $$; while :; do sleep 60; done"
    with listening("-k", "--sh-exec", stubborn) as (run, port):
        peers = [connected(port) for _ in range(20)]
        pids = [int(peer.makefile().readline()) for peer in peers]
        assert all(map(is_alive, pids))
        began_s = time.monotonic()
        run.send_signal(signal.SIGTERM)
        assert run.wait(timeout=10) == 128 + signal.SIGTERM
        assert time.monotonic() - began_s < 1.0
        assert not any(map(is_alive, pids))
        for peer in peers:
            peer.close()


def test_a_program_that_is_not_there_is_told_before_anybody_can_connect() -> None:
    done = subprocess.run(
        [*_NETTOOLS, "listen", "0", "--exec", "no-such-program-here"],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "nettools listen: --exec: there is no program 'no-such-program-here' in PATH\n"


def test_a_program_stands_in_for_the_input_and_output_of_cat() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        command = [*_NETTOOLS, "cat", "127.0.0.1", str(port), "--exec", "/bin/sh -c 'read it; echo \"got $it\"'"]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            server.settimeout(10)
            peer, _ = server.accept()
            with peer:
                peer.settimeout(10)
                peer.sendall(b"a word\n")
                assert said(peer) == b"got a word\n"
            assert run.communicate(timeout=10) == (b"", b"")
            assert run.returncode == 0
