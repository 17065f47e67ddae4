import os
import signal
import socket
import stat
import time
from pathlib import Path

import pytest

from nettools.core.relay.flow import LARGEST_DATAGRAM
from nettools.core.relay.manner import Manner
from nettools.errors import LocalFault, OptionError
from nettools.net.listen.clients import Client
from nettools.net.relay.children import Command
from nettools.net.relay.ends import SocketEnd
from nettools.net.relay.exec_clients import facts_of
from nettools.net.relay.programs import find_command, start_program
from nettools.net.sockets import close_with_reset
from tests.net.programs_at_work import bench, children_of_this_process, children_so_far, ending_of, is_alive


def test_what_a_client_says_is_the_programs_input_and_back() -> None:
    with bench() as work:
        peer = work.connect(work.handler("/bin/cat"))
        peer.socket.sendall(b"to cat and back\n")
        peer.socket.shutdown(socket.SHUT_WR)
        work.run_to_the_end()
        assert peer.text == b"to cat and back\n"
        assert ending_of(peer).kind == "closed"
        assert (peer.client.bytes_in, peer.client.bytes_out) == (16, 16)


def test_megabytes_go_through_a_program_unchanged() -> None:
    octets = os.urandom(3_000_000)
    with bench() as work:
        peer = work.connect(work.handler("/bin/cat"))
        waiting = memoryview(octets)

        def send() -> bool:
            nonlocal waiting
            try:
                while waiting:
                    waiting = waiting[peer.socket.send(waiting[:65536]) :]
                peer.socket.shutdown(socket.SHUT_WR)
            except BlockingIOError:
                return False
            return True

        work.run_until(send)
        work.run_to_the_end()
        assert peer.text == octets


def test_what_a_program_says_after_the_clients_end_is_delivered() -> None:
    with bench() as work:
        peer = work.connect(work.shell("wc -c; sleep 0.2; echo late"))
        peer.socket.sendall(b"12345")
        peer.socket.shutdown(socket.SHUT_WR)
        work.run_to_the_end()
        assert peer.text.split() == [b"5", b"late"]


@pytest.mark.parametrize("octets", [b"", b"never read\n" * 20_000])
def test_a_program_that_does_not_read_is_heard_to_its_end(octets: bytes) -> None:
    with bench() as work:
        peer = work.connect(work.shell("exec <&-; sleep 0.1; echo one; sleep 0.1; echo two"))
        sent = 0
        while sent < len(octets):
            try:
                sent += peer.socket.send(octets[sent:])
            except BlockingIOError:
                break
        work.run_to_the_end()
        assert peer.text == b"one\ntwo\n"
        assert ending_of(peer).kind == "closed"


def test_a_program_has_three_descriptors_and_the_signals_of_a_shell() -> None:
    spare = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(spare, True)  # as one that our parent left open
    try:
        with bench() as work:
            listing = work.connect(work.handler("/bin/ls -l /proc/self/fd"))
            status = work.connect(work.handler("/bin/grep Sig /proc/self/status"))
            group = work.connect(work.shell("echo $$; cut -d' ' -f5 /proc/$$/stat"))
            work.run_to_the_end()
    finally:
        os.close(spare)
    numbers = [line.split(b" -> ")[0].split()[-1] for line in listing.text.splitlines() if b" -> " in line]
    assert sorted(numbers) == [b"0", b"1", b"2", b"3"]  # 3 is the directory that ls reads
    assert b"/proc/" in next(line for line in listing.text.splitlines() if b" 3 -> " in line)
    ignored = int(dict(line.split(b":") for line in status.text.splitlines())[b"SigIgn"], 16)
    assert not ignored & (1 << (signal.SIGPIPE - 1))
    assert not ignored & (1 << (signal.SIGCHLD - 1))
    pid, pgrp = group.text.split()
    assert pid == pgrp != str(os.getpgrp()).encode()


def test_a_program_that_ignores_its_hangup_is_told_by_sigpipe() -> None:
    with bench() as work:
        peer = work.connect(work.shell("yes"))
        work.run_until(lambda: len(peer.text) > 100_000)
        work.loop.forget(peer.socket.fileno())
        peer.socket.close()
        peer.has_ended = True
        work.run_to_the_end()
        assert ending_of(peer).kind == "reset"


def test_the_environment_tells_who_is_there(tmp_path: Path) -> None:
    with bench() as work:
        peer = work.connect(work.handler("/usr/bin/env"))
        work.run_to_the_end()
        lines = peer.text.decode().splitlines()
        assert "NCAT_PROTO=TCP" in lines
        assert "NETTOOLS_PROTO=TCP" in lines
        assert f"PATH={os.environ['PATH']}" in lines


def test_a_thousand_short_programs_leave_no_zombie() -> None:
    others = children_so_far()
    with bench() as work:
        handler = work.handler("/bin/echo done")
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(10):
            batch = [work.connect(handler) for _ in range(100)]
            work.run_to_the_end()
            assert all(peer.text == b"done\n" for peer in batch)
            assert children_of_this_process(but=others) == []
            for peer in batch:
                peer.socket.close()
            work.peers.clear()
        assert len(os.listdir("/proc/self/fd")) == before


def test_a_cut_ends_the_program_and_what_it_has_started() -> None:
    with bench() as work:
        peer = work.connect(work.shell("sleep 1000 & echo $!; wait"))
        work.run_until(lambda: b"\n" in peer.text)
        sleeper = int(peer.text)
        began_s = time.monotonic()
        peer.client.cut("cut", "enough")
        work.run_until(lambda: not is_alive(sleeper))
        assert time.monotonic() - began_s < 0.4, "it was not SIGKILL"
        work.run_to_the_end()


def test_a_program_that_ignores_sigterm_is_killed_in_half_a_second() -> None:
    with bench() as work:
        peer = work.connect(work.shell("trap '' TERM; echo $$; while :; do sleep 1; done"))
        work.run_until(lambda: b"\n" in peer.text)
        stubborn = int(peer.text)
        began_s = time.monotonic()
        peer.client.cut("cut", "enough")
        work.run_to_the_end()
        assert 0.4 < time.monotonic() - began_s < 1.0
        assert not is_alive(stubborn)


def test_what_a_program_has_started_and_left_is_ended_with_the_connection() -> None:
    others = children_so_far()
    with bench() as work:
        peer = work.connect(work.shell("sleep 1000 & echo $!"))
        work.run_until(lambda: b"\n" in peer.text and children_of_this_process(but=others) == ["Z"])
        assert peer.client.is_open, "the output is still open"
        sleeper = int(peer.text)
        peer.client.cut("cut", "enough")
        work.run_to_the_end()
        assert not is_alive(sleeper)
        assert children_of_this_process(but=others) == []


def test_the_end_of_a_run_ends_all_programs_within_a_second() -> None:
    others = children_so_far()
    with bench() as work:
        stubborn = work.shell("trap '' TERM; echo $$; while :; do sleep 1; done")
        peers = [work.connect(stubborn) for _ in range(20)]
        peers += [work.connect(work.handler("/bin/cat")) for _ in range(20)]
        work.run_until(lambda: all(b"\n" in peer.text for peer in peers[:20]))
        began_s = time.monotonic()
        work.children.finish(is_forced=True)
        assert time.monotonic() - began_s < 0.9
        assert not len(work.children)
        assert children_of_this_process(but=others) == []
        assert not any(is_alive(int(peer.text)) for peer in peers[:20])


def test_a_program_that_has_closed_its_output_may_finish_its_work(tmp_path: Path) -> None:
    with bench() as work:
        handler = work.shell(f"echo ok; exec >&-; sleep 0.2; echo written > {tmp_path}/file")
        peer = work.connect(handler)
        work.run_until(lambda: not peer.client.is_open)
        assert ending_of(peer).kind == "closed"
        work.children.finish(is_forced=False)
        assert (tmp_path / "file").read_text() == "written\n"


def test_the_exit_status_is_told() -> None:
    with bench() as work:
        told: list[int | None] = []
        for line in ("exit 3", "kill -9 $$"):
            command = find_command(("/bin/sh", "-c", line), {})
            peer = work.connect(work.handler("/bin/true"))
            end = start_program(
                work.children,
                command,
                facts_of(peer.client),
                is_datagram=False,
                environ={},
                on_exit=told.append,
            )
            work.run_to_the_end()
            end.close()
        assert told == [3, -9]


def test_without_pidfd_ends_are_seen_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    others = children_so_far()
    monkeypatch.delattr(os, "pidfd_open")
    with bench() as work:
        peer = work.connect(work.handler("/bin/echo done"))
        work.run_to_the_end()
        assert peer.text == b"done\n"
        assert children_of_this_process(but=others) == []


def test_each_datagram_is_written_and_each_write_is_a_datagram() -> None:
    with bench() as work:
        sizes = "(1, 0, 5000, 0, 0, 65507, 65508)"
        script = f"import os\nfor n in {sizes}: os.write(1, bytes(n))\nos.write(1, os.read(0, 99))"
        peer = work.connect(work.handler(f"python3 -c '{script}'"), kind=socket.SOCK_DGRAM)
        peer.socket.send(b"ping")
        work.run_until(lambda: not peer.client.is_open)
        assert [len(octets) for octets in peer.heard if octets != b"ping"] == [1, 5000, 65507, 65507, 1]
        assert peer.text.endswith(b"ping")


def test_a_write_longer_than_a_datagram_is_several() -> None:
    with bench() as work:
        octets = bytes(range(256)) * 500
        script = "import os; os.write(1, bytes(range(256)) * 500)"
        peer = work.connect(work.handler(f"python3 -c '{script}'"), kind=socket.SOCK_DGRAM)
        work.run_until(lambda: not peer.client.is_open and len(peer.text) == len(octets))
        assert peer.text == octets
        assert max(map(len, peer.heard)) == LARGEST_DATAGRAM


def test_a_program_is_looked_for_in_path(tmp_path: Path) -> None:
    program = tmp_path / "greet"
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)
    found = find_command(("greet", "a b"), {"PATH": f"/nowhere:{tmp_path}"})
    assert found == Command(path=str(program), words=("greet", "a b"))
    assert find_command((str(program),), {}) == Command(path=str(program), words=(str(program),))


def test_a_program_that_cannot_be_run_is_told_before_anybody_connects(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("no program")
    for line, wrong in (
        ("no-such-program-here", "no program 'no-such-program-here' in PATH"),
        (str(tmp_path / "absent"), "there is no program"),
        (str(plain), "no program that we may run"),
        (str(tmp_path), "no program that we may run"),
    ):
        with pytest.raises(OptionError, match=wrong):
            find_command((line,), os.environ)
    with pytest.raises(OptionError) as told:
        find_command(("ls|wc",), os.environ)
    assert told.value.hint == "--sh-exec runs a command of the shell"


def test_a_program_without_a_hash_bang_fails_for_that_client_alone(tmp_path: Path) -> None:
    odd = tmp_path / "odd"
    odd.write_text("echo no interpreter\n")
    odd.chmod(odd.stat().st_mode | stat.S_IXUSR)
    with bench() as work:
        before = len(os.listdir("/proc/self/fd"))
        peer = work.connect(work.handler(str(odd)))
        assert ending_of(peer).kind == "program-failed"
        assert "no #! line" in ending_of(peer).message
        assert ending_of(peer).status == 2
        work.run_to_the_end()
        peer.socket.close()
        work.peers.clear()
        assert len(os.listdir("/proc/self/fd")) == before


def test_when_no_descriptor_is_left_the_client_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with bench() as work:
        peer = work.connect(work.handler("/bin/true"))
        work.run_to_the_end()
        command = Command(path="/bin/true", words=("true",))
        monkeypatch.setattr(os, "posix_spawn", _no_more)
        before = len(os.listdir("/proc/self/fd"))
        with pytest.raises(LocalFault, match="cannot run 'true': Resource temporarily unavailable"):
            start_program(work.children, command, facts_of(peer.client), is_datagram=False, environ={})
        assert len(os.listdir("/proc/self/fd")) == before


def _no_more(*_arguments: object, **_named: object) -> int:
    raise BlockingIOError(11, "Resource temporarily unavailable")


def test_silence_ends_a_program_by_the_idle_timeout() -> None:
    with bench() as work:
        peer = work.connect(work.handler("/bin/sleep 1000", manner=Manner(idle_timeout_s=0.1)))
        work.run_to_the_end()
        assert ending_of(peer).kind == "idle-timeout"


def test_no_program_is_started_for_a_client_that_has_reset() -> None:
    with bench() as at_work, socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()) as client:
            close_with_reset(client)
        taken = server.accept()[0]
        ended: list[Client] = []
        one = Client(
            SocketEnd(taken), number=1, protocol="tcp", peer="", local="", started_s=0.0, on_closed=ended.append
        )
        at_work.handler("/bin/cat").take(one)
        assert not len(at_work.children)
        assert [client.ending.kind for client in ended if client.ending] == ["reset"]
        assert taken.fileno() == -1
