"""`nettools scan` cut short, split, gone on with and compared: nothing is lost, invented or asked twice."""

import json
import random
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.scan_namespace import CLOSED, DROPPED, NETTOOLS, OPEN, Answer, Namespace, made_namespace, states
from tests.integration.scan_signals import (
    CHECKS,
    EXPECTED,
    PORTS,
    SCAN,
    TARGETS,
    interrupt_scans,
    known,
    partly_silent_machine,
)

pytestmark = pytest.mark.integration


@pytest.fixture
def namespace() -> Iterator[Namespace]:
    with made_namespace() as made:
        yield made


@pytest.fixture
def partly_silent() -> Iterator[Namespace]:
    with partly_silent_machine() as machine:
        yield machine


# --- a signal at any moment -----------------------------------------------------------------------


@pytest.mark.parametrize("format", CHECKS)
def test_a_signal_at_any_moment_leaves_valid_output(partly_silent: Namespace, format: str) -> None:
    """Five moments; tests/soak has fifteen."""
    interrupt_scans(partly_silent, format, 5, random.Random(f"a signal in {format}"))


# --- a host that takes too long, a link that goes -------------------------------------------------


def test_a_host_timeout_keeps_what_is_known(partly_silent: Namespace) -> None:
    answer = Answer.parse(partly_silent.nettools(*SCAN, "--host-timeout", "500ms", "--json"))
    assert answer.exit_status == 4
    silent = {port for port, verdict in EXPECTED.items() if verdict == DROPPED}
    for host in answer.document["hosts"]:
        assert host["complete"] is False
        assert any("host timeout" in note for note in host["notes"])
        assert states(host) == {port: verdict for port, verdict in EXPECTED.items() if port not in silent}


def test_a_link_that_goes_down_leaves_what_is_known(namespace: Namespace) -> None:
    """What was under way stays without an answer; the rest is not called filtered."""
    with made_namespace() as neighbour:
        namespace.do("ip", "link", "add", "here", "type", "veth", "peer", "name", "there", "netns", neighbour.name)
        namespace.do("ip", "addr", "add", "192.0.2.1/24", "dev", "here")
        neighbour.do("ip", "addr", "add", "192.0.2.2/24", "dev", "there")
        namespace.do("ip", "link", "set", "here", "up")
        neighbour.do("ip", "link", "set", "there", "up")
        neighbour.do("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "101:", "-j", "DROP")
        with neighbour.listeners("192.0.2.2,1"):
            words = ("scan", "192.0.2.2", "1-5000", "--rate", "500", "--order", "ascending", "--json")
            scan = namespace.start(*NETTOOLS, *words, "--timeout", "500ms")
            namespace.wait_until_connections_were_refused(60)
            namespace.do("ip", "link", "set", "here", "down")
            output, complaints = scan.communicate(timeout=30)
    answer = Answer.parse(subprocess.CompletedProcess(scan.args, scan.returncode, output, complaints))
    assert answer.exit_status == 4
    assert answer.error_kinds in (["no-route"], ["network-down"])
    assert (answer.host["status"], answer.host["complete"]) == ("up", False)
    assert answer.states[1] == OPEN
    assert 50 < len(answer.states) < 300
    assert all(verdict == (OPEN if port == 1 else CLOSED) for port, verdict in answer.states.items() if port <= 100)
    assert all(verdict == DROPPED for port, verdict in answer.states.items() if port > 100)
    assert answer.document["summary"]["interrupted"] is False
    assert answer.document["resume"] is not None


@pytest.mark.parametrize("words", [(), ("--discover",), ("--udp",)], ids=["all", "discover", "udp"])
def test_a_neighbour_that_does_not_answer_is_down_however_it_is_asked(
    namespace: Namespace, words: tuple[str, ...]
) -> None:
    """The kernel tells 50 errors at once (icmp_msgs_burst); what it says of the other probes is in its table."""
    namespace.do("ip", "link", "add", "here", "type", "veth", "peer", "name", "there")
    namespace.do("ip", "addr", "add", "192.0.2.1/29", "dev", "here")
    namespace.do("ip", "link", "set", "here", "up")
    namespace.do("ip", "link", "set", "there", "up")
    answer = Answer.parse(namespace.nettools("scan", "192.0.2.2-6", "-p", "1-30", *words, "--json"))
    hosts = answer.document["hosts"]
    assert {(host["status"], host["status_reason"]) for host in hosts} == {("down", "host-unreach")}
    assert len(hosts) == answer.document["summary"]["hosts_down"] == 5


# --- the whole internet, in one machine -----------------------------------------------------------

EVERYTHING = ("scan", "0.0.0.0/0", "-p", "top:10", "--format", "jsonl")


@pytest.fixture
def whole_internet(namespace: Namespace) -> Namespace:
    """Every IPv4 address is this machine; nothing can leave it."""
    namespace.do("ip", "route", "add", "local", "0.0.0.0/0", "dev", "lo")
    return namespace


def test_more_than_2_to_the_24_probes_need_to_be_agreed_to(whole_internet: Namespace) -> None:
    done = whole_internet.nettools(*EVERYTHING)
    assert done.returncode == 2
    assert done.stdout == "" or json.loads(done.stdout)["schema"] == "nettools.error/1"
    assert "42,949,672,960 probes" in done.stderr
    assert "--yes" in done.stderr


def test_a_scan_of_everything_answers_within_a_second_and_stays_small(whole_internet: Namespace) -> None:
    with whole_internet.listeners("0.0.0.0,80"):
        scan = whole_internet.start(*NETTOOLS, *EVERYTHING, "--yes", "--seed", "1")
        assert scan.stdout is not None
        assert json.loads(scan.stdout.readline())["type"] == "scan"
        began_s = time.monotonic()
        assert json.loads(scan.stdout.readline())["type"] in ("port", "host")
        assert time.monotonic() - began_s < 1
        lines = 0
        until_s = time.monotonic() + 2
        while time.monotonic() < until_s:
            json.loads(scan.stdout.readline())
            lines += 1
        peak_kib = peak_of(scan.pid)
        scan.send_signal(signal.SIGINT)
        output, complaints = scan.communicate(timeout=10)
    assert "Traceback" not in complaints
    assert scan.returncode == 130
    assert lines > 1000
    assert peak_kib < 150 * 1024
    last = json.loads(output.splitlines()[-1])
    assert (last["type"], last["interrupted"]) == ("summary", True)


def peak_of(pid: int) -> int:
    """The most memory that a process has held, in KiB. `ip netns exec` becomes the command that it runs."""
    [peak] = re.findall("^VmHWM:\\s+([0-9]+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(peak)


# --- parts ----------------------------------------------------------------------------------------


def test_the_parts_of_a_scan_are_all_of_its_probes_once(partly_silent: Namespace) -> None:
    parts = [partly_silent.nettools(*SCAN, "--shard", f"{part}/3", "--json") for part in (1, 2, 3)]
    documents = [json.loads(part.stdout) for part in parts]
    probed = Counter((address, port) for one in documents for address, found in known(one).items() for port in found)
    assert probed == Counter((address, port) for address in TARGETS for port in PORTS)
    for one in documents:
        assert all(found.items() <= EXPECTED.items() for found in known(one).values())


# --- going on -------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_a_scan_that_goes_on_gives_what_the_whole_would_have(
    partly_silent: Namespace, tmp_path: Path, format: str
) -> None:
    scan = partly_silent.start(*NETTOOLS, *SCAN, "--format", format)
    partly_silent.wait_until_packets_are_out(scan)
    time.sleep(0.2)
    scan.send_signal(signal.SIGINT)
    output, _ = scan.communicate(timeout=10)
    assert scan.returncode == 130
    CHECKS[format](output)
    part = tmp_path / "part"
    part.write_text(output)
    rest = Answer.parse(partly_silent.nettools(*SCAN, "--json", "--resume", str(part)))
    assert known(rest.document) == dict.fromkeys(TARGETS, EXPECTED)
    assert [host["complete"] for host in rest.document["hosts"]] == [True, True]
    assert (rest.exit_status, rest.document["resume"]) == (0, None)


def test_what_is_known_is_not_asked_again(partly_silent: Namespace, tmp_path: Path) -> None:
    """Its closed ports would be silent now."""
    whole = tmp_path / "part"
    whole.write_text(partly_silent.nettools(*SCAN, "--host-timeout", "500ms", "--json").stdout)
    partly_silent.do("iptables", "-I", "INPUT", "-p", "tcp", "--dport", "70:99", "-j", "DROP")
    rest = Answer.parse(partly_silent.nettools(*SCAN, "--json", "--resume", str(whole)))
    assert known(rest.document) == dict.fromkeys(TARGETS, EXPECTED)


# --- comparing ------------------------------------------------------------------------------------


def test_a_listener_that_came_and_one_that_went_are_the_difference(namespace: Namespace, tmp_path: Path) -> None:
    words = ("scan", "127.0.0.1", "-p", "70-90", "--json")
    old = tmp_path / "old.json"
    with namespace.listeners("127.0.0.1,80", "127.0.0.1,81"):
        old.write_text(namespace.nettools(*words).stdout)
        same = Answer.parse(namespace.nettools(*words, "--diff", str(old)))
    assert (same.exit_status, same.document["diff"]["differs"]) == (0, False)
    with namespace.listeners("127.0.0.1,80", "127.0.0.1,82"):
        now = Answer.parse(namespace.nettools(*words, "--diff", str(old)))
    assert now.exit_status == 1
    assert now.document["diff"]["differs"] is True
    changes = [change for kind in ("appeared", "gone", "changed") for change in now.document["diff"][kind]]
    assert sorted(map(moved, changes)) == [("81", "open", "closed"), ("82", "closed", "open")]


def moved(change: dict[str, Any]) -> tuple[str, str, str]:
    return change["ports"], change["before"], change["after"]


def test_what_is_expected_is_met_or_the_difference_is_told(namespace: Namespace, tmp_path: Path) -> None:
    words = ("scan", "127.0.0.1", "-p", "70-90", "--json", "--expect-file")
    expected = tmp_path / "expected"
    with namespace.listeners("127.0.0.1,80", "127.0.0.1,81"):
        expected.write_text("127.0.0.1 80,81\n")
        met = Answer.parse(namespace.nettools(*words, str(expected)))
        expected.write_text("127.0.0.1 80,82\n")
        missed = Answer.parse(namespace.nettools(*words, str(expected)))
    assert (met.exit_status, met.document["expected"]["met"]) == (0, True)
    assert (missed.exit_status, missed.document["expected"]["met"]) == (1, False)
    assert [finding["ports"] for finding in missed.document["expected"]["unexpected"]] == ["81"]
    assert [finding["ports"] for finding in missed.document["expected"]["missing"]] == ["82"]
