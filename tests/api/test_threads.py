"""From any thread, from several at once, under asyncio; and Ctrl-C leaves nothing behind."""

import asyncio
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

import nettools
from tests.api.leftovers import nothing_left
from tests.api.zone import server as zone_server
from tests.cli import PROJECT, variables

INTERRUPTED = """
import gc, json, os, signal, sys, threading
import nettools
handler = signal.getsignal(signal.SIGINT)

def left():
    return sorted(int(name) for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{{name}}"))

before = left()
told = "returned"
try:
    {work}
except KeyboardInterrupt:
    told = "KeyboardInterrupt"
for thread in threading.enumerate():
    if thread is not threading.main_thread():
        thread.join(5)
print(json.dumps({{
    "told": told,
    "descriptors": left() == before,
    "threads": [one.name for one in threading.enumerate()],
    "handler": signal.getsignal(signal.SIGINT) is handler,
    "frozen": gc.get_freeze_count(),
}}))
"""


def work(server: str) -> list[object]:
    """A little of everything, as values that can be compared."""
    return [
        [(one.port, one.state) for one in nettools.scan("127.0.0.1", "1-3", order="ascending").hosts[0].ports],
        [one.status for one in nettools.resolve("www.test", server=server).responses],
        [one.verdict for one in nettools.rdns("192.0.2.0/30", server=server).addresses],
        [one.status for one in nettools.resolve_many(["www.test", "mail.test"], "A", server=server).responses],
        nettools.connect("127.0.0.1", 1).outcome,
        [one.ifname for one in nettools.ifaces("lo").interfaces],
        [one.verdict for one in nettools.route("127.0.0.1").explained],
        str(nettools.networks.merge(["10.0.0.0/25", "10.0.0.128/25"]).items[0].network),
        nettools.scan("localhost", 1, ip_version=4).summary.hosts_up,
    ]


def test_another_thread_gets_the_same_answers() -> None:
    with zone_server() as server:
        expected = work(server)
        found: list[object] = []
        with nothing_left():
            thread = threading.Thread(target=lambda: found.extend(work(server)))
            thread.start()
            thread.join(60)
    assert found == expected


def test_several_threads_at_once_do_not_meet() -> None:
    with zone_server() as server:
        expected = work(server)
        with nothing_left(), ThreadPoolExecutor(4) as threads:
            assert [one.result(60) for one in [threads.submit(work, server) for _ in range(8)]] == [expected] * 8


def test_an_event_loop_goes_on_beside_it() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.001)

    async def both() -> object:
        counting = asyncio.create_task(count())
        try:
            return await asyncio.to_thread(nettools.connect, "127.0.0.1", port, transport="udp", timeout=0.2)
        finally:
            counting.cancel()

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        report = asyncio.run(both())
    assert getattr(report, "outcome", None) == "open|filtered"
    assert turns > 10


def test_the_wakeup_descriptor_of_the_program_stays() -> None:
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    before = signal.set_wakeup_fd(writable)
    try:
        nettools.scan("127.0.0.1", 1)
        assert signal.set_wakeup_fd(before) == writable
    finally:
        signal.set_wakeup_fd(before)
        os.close(readable)
        os.close(writable)


def test_a_scan_leaves_most_descriptors_to_the_program_and_raises_no_limit() -> None:
    code = (
        "import nettools, resource; resource.setrlimit(resource.RLIMIT_NOFILE, (40, 4096)); "
        "report = nettools.scan('127.0.0.1', '1-2000'); "
        "print(sum(report.hosts[0].counts.values()), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=PROJECT,
        env=variables(),
        capture_output=True,
        timeout=60,
        text=True,
    )
    assert (ended.stdout, ended.stderr) == ("2000 40\n", "")


@pytest.mark.parametrize(
    ("call", "heard"),
    [
        ("nettools.scan('127.0.0.1', {udp!r}, udp=True, timeout=30, retries=0)", 1),
        ("nettools.scan('127.0.0.1', {tcp!r}, banner=True)", 2),  # the probe, then the visit
        ("nettools.resolve(['a.test', 'b.test'], server='127.0.0.1:{udp}', timeout=30)", 1),
        ("nettools.resolve_many(['a.test'] * 1000, server='127.0.0.1:{udp}', timeout=30)", 1),
        ("nettools.rdns('192.0.2.0/24', server='127.0.0.1:{udp}', timeout=30)", 1),
        ("nettools.connect('127.0.0.1', {udp}, transport='udp', timeout=30)", 1),
        ("nettools.connect('127.0.0.1', {tcp}, tls=True, timeout=30)", 1),
        ("nettools.resolve('test', server='127.0.0.1:{tcp}', axfr=True, timeout=30)", 1),
    ],
    ids=lambda value: value[9:40] if isinstance(value, str) else "",
)
def test_ctrl_c_is_a_keyboard_interrupt_that_leaves_nothing(call: str, heard: int) -> None:
    """It comes when the silent other side has been asked, perhaps before connect(2) has returned.

    So a socket may be closed by its last reference, without a word: what is held against this is what stays open.
    """
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent,
        socket.create_server(("127.0.0.1", 0)) as listener,
        ExitStack() as accepted,
    ):
        silent.bind(("127.0.0.1", 0))
        words = call.format(udp=silent.getsockname()[1], tcp=listener.getsockname()[1])
        code = INTERRUPTED.format(work=words)
        asking = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=PROJECT,
            env=variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            for _ in range(heard):
                [ready, *_] = select.select([silent, listener], [], [], 60)[0]
                if ready is listener:
                    accepted.enter_context(listener.accept()[0])
                else:
                    silent.recv(1)
            asking.send_signal(signal.SIGINT)
            told, said = asking.communicate(timeout=60)
        finally:
            asking.kill()
            asking.wait()
    assert said == b""
    assert json.loads(told) == {
        "told": "KeyboardInterrupt",
        "descriptors": True,
        "threads": ["MainThread"],
        "handler": True,
        "frozen": 0,
    }


@pytest.mark.parametrize(
    "before",
    ["nettools.core.scan.payload_file.payload_table", "nettools.net.scan.ping.PingProber", "threading.Event.wait"],
)
def test_ctrl_c_before_the_first_probe_leaves_nothing(before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_words: object, **_named: object) -> object:
        raise KeyboardInterrupt

    nettools.scan("localhost", 1, udp=True, discover=True, ip_version=4, retries=0)  # what is loaded once stays open
    monkeypatch.setattr(before, interrupted)
    gc.disable()  # at once, not when the collector comes
    try:
        with nothing_left(), pytest.raises(KeyboardInterrupt):
            nettools.scan("localhost", 1, udp=True, discover=True, ip_version=4)
    finally:
        gc.enable()


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with zone_server() as server:
        work(server)
        nettools.resolve("nothere.test", server=server)
        nettools.scan(["127.0.0.1", "bad..name"], 1)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("call", [lambda: nettools.subnet("10.0.0.0/8"), lambda: nettools.port_service(22)])
def test_the_settings_of_the_command_line_are_not_read(
    call: Callable[[], object], monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    before = call()
    monkeypatch.setenv("NETTOOLS_FORMAT", "nonsense")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert call() == before
