"""U31, U33, U35: runs that wait, in every state: what they say, and how a signal ends them; many processes at once."""

import json
import os
import pty
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.behaviours.commands import NAMES, World
from tests.cli import PROGRAM, PROJECT, variables
from tests.commands.relay_runs import PATIENCE_S

AT_ONCE = 6
_ENDED_WITHIN_S = 0.3
_TRIES = 3
"""A machine that is busy with other things may take longer once."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def all_at_once(calls: Sequence[Callable[[], None]]) -> None:
    """Make the calls beside each other; the first that fails raises."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(call) for call in calls]:
            done.result()


def started(words: Sequence[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*PROGRAM, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=variables(),
        cwd=PROJECT,
    )


def wait_until_it_rests(process: "subprocess.Popen[bytes]") -> None:
    """Until it has its signals in hand, and then uses no more processor time (it waits) or has used much (it works)."""
    used, still_since = -1, time.monotonic()
    deadline = still_since + PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(OSError):
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(") ")[2].split()
            now_used = int(fields[11]) + int(fields[12])
            caught = re.search(r"SigCgt:\s*([0-9a-f]+)", Path(f"/proc/{process.pid}/status").read_text())
            if now_used != used or not caught or not int(caught[1], 16) & 1 << (signal.SIGHUP - 1):
                used, still_since = now_used, time.monotonic()
            elif time.monotonic() - still_since > 0.15 or now_used > 60:
                return
        time.sleep(0.02)
    raise AssertionError(f"it came to no rest in {PATIENCE_S} s")


def states(world: World) -> dict[str, tuple[str, ...]]:
    """Name -> the words of a run that never ends by itself, in every state that a command can be in."""
    silent, mute = f"@127.0.0.1:{world.silent}", f"127.0.0.1:{world.mute}"
    return {
        "subnet reads": ("subnet", "-", "--json"),
        "subnet merges": ("subnet", "merge", "-", "--json"),
        "subnet filters": ("subnet", "filter", "10.0.0.0/8", "--json"),
        "subnet writes": ("subnet", "split", "10.0.0.0/8", "--prefix", "32", "--json"),
        "port-service reads": ("port-service", "-", "--json"),
        "ifaces reads": ("ifaces", "-", "--json"),
        "ifaces watches": ("ifaces", "--watch", "-f", "jsonl"),
        "ifaces measures": ("ifaces", "--rate", "-f", "jsonl"),
        "route reads": ("route", "-", "--json"),
        "route watches": ("route", "--watch", "-f", "jsonl"),
        "resolve waits": ("resolve", "host1.test", "A", silent, "--timeout", "60s", "--json"),
        "resolve waits, lines": ("resolve", "host1.test", "A", silent, "--timeout", "60s", "-f", "jsonl"),
        "resolve waits for TCP": ("resolve", "host1.test", f"@tcp://{mute}", "--timeout", "60s", "--json"),
        "resolve waits for TLS": ("resolve", "host1.test", f"@tls://{mute}", "--timeout", "60s", "--json"),
        "resolve reads": ("resolve", "-", "A", silent, "--json"),
        "resolve transfers": ("resolve", "test", "--axfr", f"@{mute}", "--timeout", "60s", "--json"),
        "resolve in bulk": ("resolve", "--file", "-", "A", silent, "--json"),
        "rdns waits": ("rdns", "192.0.2.1", silent, "--timeout", "60s", "--json"),
        "rdns reads": ("rdns", "-", silent, "--json"),
        "rdns walks": ("rdns", "2001:db8::/32", silent, "--timeout", "60s", "--json"),
        "cat waits for TLS": ("cat", *mute.split(":"), "-z", "--tls", "--wait", "60s", "--json"),
        "cat tries again": ("cat", "127.0.0.1", world.closed, "-z", "--retry", "9", "--backoff", "30s", "--json"),
        "cat relays": ("cat", *mute.split(":")),
        "cat waits for a proxy": ("cat", "127.0.0.1", "9", "--proxy", mute, "--wait", "60s"),
        "cat runs a program": ("cat", *mute.split(":"), "--exec", "/bin/sleep 60"),
        "listen waits": ("listen", "127.0.0.1", "0"),
        "listen serves": ("listen", "127.0.0.1", "0", "--service", "echo", "--keep-open"),
        "scan works": ("scan", "127.77.0.0/20", "-p", "all", "--yes", "--json"),
        "scan works, lines": ("scan", "127.77.0.0/20", "-p", "all", "--yes", "-f", "jsonl"),
        "scan reads": ("scan", "-", "-p", "80", "--json"),
        "scan waits": ("scan", "127.0.0.1", "-p", f"U:{world.silent}", "--timeout", "60s", "--json"),
        "scan asks": ("scan", "127.0.0.1", "-p", world.mute, "--probe", "--timeout", "60s", "--json"),
    }


def ctrl_c_ends_every_state(world: World) -> None:
    """Each is given the time to come to rest, then the signal; JSON and JSONL are whole."""
    every = states(world)
    assert {words[0] for words in every.values()} == set(NAMES)

    slow: list[str] = []

    def end(name: str) -> None:
        if _ended_by(every[name], signal.SIGINT, name) > _ENDED_WITHIN_S:
            slow.append(name)

    all_at_once([lambda name=name: end(name) for name in every])  # type: ignore[misc]
    for name in slow:  # it shared the machine with the others: now it is alone
        took_s = [_ended_by(every[name], signal.SIGINT, name) for _ in range(_TRIES)]
        assert min(took_s) <= _ENDED_WITHIN_S, (name, took_s)


def term_and_hup_end_every_state(world: World) -> None:
    all_at_once(
        [
            lambda words=words, number=number, name=name: _ended_by(words, number, name)  # type: ignore[misc]
            for place, (name, words) in enumerate(states(world).items())
            for number in (_SIGNALS[1 + place % 2],)
        ]
    )


def _ended_by(words: Sequence[str], number: signal.Signals, name: str) -> float:
    """Seconds from the signal to the end of a run, which is as it should be."""
    with started(words) as process:
        reading = ThreadPoolExecutor(1)
        assert process.stdout is not None
        answer = reading.submit(process.stdout.read)
        wait_until_it_rests(process)
        assert process.poll() is None, (name, process.stderr.read() if process.stderr else b"")
        began_s = time.monotonic()
        process.send_signal(number)
        status = process.wait(PATIENCE_S)
        took_s = time.monotonic() - began_s
        assert process.stderr is not None
        errors = process.stderr.read()
        octets = answer.result(PATIENCE_S)
        reading.shutdown()
    assert status == 128 + number, (name, status, errors)
    assert b"Traceback" not in errors, name
    check_whole(words, octets)
    return took_s


def check_whole(words: Sequence[str], octets: bytes) -> None:
    """Whether what was asked for as JSON or JSONL is that."""
    if "--json" in words:
        assert json.loads(octets)["schema"].startswith("nettools."), words
    elif "jsonl" in words:
        assert all(json.loads(line)["type"] for line in octets.splitlines()), words


def what_takes_longer_says_so(world: World) -> None:
    """On a terminal, a run that has nothing to show for a second says what it waits for."""
    silent, mute = f"@127.0.0.1:{world.silent}", ("127.0.0.1", world.mute)
    peer = b"127.0.0.1:%s" % world.mute.encode()
    every = (
        (("resolve", "host1.test", "A", silent), b"waiting for %s for host1.test  1 s" % silent[1:].encode()),
        (
            ("resolve", "test", "--axfr", f"@127.0.0.1:{world.mute}"),
            b"waiting for the zone from %s for test  1 s" % peer,
        ),
        (("rdns", "192.0.2.1", silent), b"waiting for the name servers  1 s"),
        (("cat", *mute, "--tls"), b"waiting for a connection to %s (10 s at most)  1 s" % peer),
        (("cat", *mute, "--tls", "-z"), b"waiting for %s (10 s at most)  1 s" % peer),
        (("listen", "127.0.0.1", "0"), b"listening on 127.0.0.1"),
        (("scan", "127.0.0.1", "-p", f"U:{world.silent}"), b"0/1 ports"),
        (("ifaces", "--watch"), b"watching; Ctrl-C ends"),
        (("subnet", "-"), b"reading from the terminal"),
    )

    def check(words: Sequence[str], said: bytes) -> None:
        with on_a_terminal(words) as (process, sent):
            found = b""
            while said not in found:
                found += os.read(sent, 4096)  # EIO, when it ends without having said so
            process.send_signal(signal.SIGTERM)
            rest = found + _read_to_the_end(sent)
        shown, _, after = rest.rpartition(b"waiting for ")
        assert not shown or b"\r\x1b[K" in after  # the line is gone in the end

    all_at_once([lambda one=one: check(*one) for one in every])  # type: ignore[misc]


def a_terminal_is_given_back(_: World) -> None:
    """Live views on a terminal: what they hide or open is shown and closed again when a signal ends them."""
    all_at_once(
        [
            lambda words=words, number=number: _restored(words, number)  # type: ignore[misc]
            for words in (("ifaces", "--rate"), ("ifaces", "--watch"), ("route", "--watch"))
            for number in _SIGNALS
        ]
    )


@contextmanager
def on_a_terminal(words: Sequence[str]) -> "Iterator[tuple[subprocess.Popen[bytes], int]]":
    """The run, whose streams are all a terminal, and the other side of that terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, *words], stdin=slave, stdout=slave, stderr=slave, env=variables(TERM="xterm"), cwd=PROJECT
    )
    os.close(slave)
    try:
        yield process, master
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE_S)
        os.close(master)


def _restored(words: Sequence[str], number: signal.Signals) -> None:
    with on_a_terminal(words) as (process, sent), ThreadPoolExecutor(1) as reading:
        reader = reading.submit(_read_to_the_end, sent)
        wait_until_it_rests(process)
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == 128 + number
        octets = reader.result(PATIENCE_S)
    for off, on in ((b"\x1b[?25l", b"\x1b[?25h"), (b"\x1b[?1049h", b"\x1b[?1049l")):
        assert octets.rfind(off) <= octets.rfind(on), (words, number)
    assert b"Traceback" not in octets


def _read_to_the_end(descriptor: int) -> bytes:
    found = b""
    with suppress(OSError):  # EIO: the other side of the terminal is closed
        while octets := os.read(descriptor, 65536):
            found += octets
    return found
