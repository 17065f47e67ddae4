"""`nettools scan` of this machine, in network namespaces that hold nothing but what a test put there.

`ss` and the firewall rules say what the answers must be. Faults of this machine (no descriptors, no route,
a firewall of its own, an interface that goes down, a signal) must never look like states of a port.
"""

import json
import re
import signal
import sys
import time
from collections.abc import Iterator

import pytest

from tests.integration.conftest import ScanBed
from tests.integration.scan_namespace import (
    CLOSED,
    DROPPED,
    NETTOOLS,
    OPEN,
    Answer,
    Namespace,
    limited,
    made_namespace,
    open_and_closed,
    states,
)

pytestmark = pytest.mark.integration

EVERY_PORT = range(1, 65_536)


@pytest.fixture
def namespace() -> Iterator[Namespace]:
    with made_namespace() as made:
        yield made


# --- what listens ---------------------------------------------------------------------------------

# Low, high, in and out of the range of source ports; first, last and neighbours.
HELD_PORTS = [
    1, 7, 22, 80, 81, 443, 1023, 1024, 1025, 3306, 8000, 8080, 20_000, 32_767, 32_768, 32_769, 33_000, 35_555, 40_000,
    45_678, 50_001, 55_555, 60_998, 60_999, 61_000, 65_534, 65_535,
]  # fmt: skip
HELD = [
    *(f"127.0.0.1,{port}" for port in HELD_PORTS),
    *(f"::1,{port}" for port in HELD_PORTS[::2]),
    *(f"0.0.0.0,{port}" for port in (5000, 36_000)),
    *(f"::,{port}" for port in (5001, 36_001)),
    *(f"dual,{port}" for port in (5002, 36_002)),
    *(f"127.0.0.2,{port}" for port in (5003, 36_003)),
]


@pytest.mark.parametrize(
    ("target", "local"),
    [("127.0.0.1", ("127.0.0.1", "0.0.0.0", "*")), ("::1", ("[::1]", "[::]", "*"))],
    ids=["v4", "v6"],
)
def test_of_all_ports_exactly_those_are_open_where_ss_sees_a_listener(
    namespace: Namespace, target: str, local: tuple[str, ...]
) -> None:
    with namespace.listeners(*HELD):
        listening = namespace.listening(*local)
        assert len(listening) >= 18
        for _ in range(3):
            answer = namespace.scan(target, "1-65535")
            assert answer.states == open_and_closed(listening, EVERY_PORT)
            assert answer.host["complete"] is True
            assert (answer.exit_status, answer.errors) == (0, [])


LOCAL_ENDS = ["127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::", "::1%lo", "::1%1"]


@pytest.mark.parametrize("target", LOCAL_ENDS)
def test_with_ten_source_ports_no_probe_is_taken_for_a_listener(namespace: Namespace, target: str) -> None:
    """Every probe of those ports may get its own port as the source, and so meet itself."""
    namespace.do("sysctl", "-qw", "net.ipv4.ip_local_port_range=40000 40009")
    opened = {40_003, 39_999}
    with namespace.listeners(*(f"dual,{port}" for port in opened)):
        for _ in range(10):
            answer = namespace.scan(target, "39990-40019")
            assert answer.states == open_and_closed(opened, range(39_990, 40_020))
            assert answer.errors == []


@pytest.mark.parametrize("target", ["127.0.0.1", "::1"])
def test_with_ten_source_ports_all_ports_get_the_same_answers(namespace: Namespace, target: str) -> None:
    namespace.do("sysctl", "-qw", "net.ipv4.ip_local_port_range=40000 40009")
    opened = {1, 40_003, 65_535}
    with namespace.listeners(*(f"dual,{port}" for port in opened)):
        answer = namespace.scan(target, "1-65535")
        assert answer.states == open_and_closed(opened, EVERY_PORT)
        assert answer.errors == []


# ru_maxrss counts what a process held before its exec, which for a child of the test run is the test run.
MEASURE = """
import os, sys
status, usage = os.wait4(os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]), 0)[1:]
print("peak", usage.ru_maxrss, "KiB", file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_a_scan_of_all_ports_stays_below_80_mib(namespace: Namespace, format: str) -> None:
    with namespace.listeners(*HELD):
        scan = (*NETTOOLS, "scan", "127.0.0.1", "1-65535", "--format", format)
        done = namespace.run(sys.executable, "-c", MEASURE, *scan)
    assert done.returncode == 0
    [peak] = re.findall("^peak ([0-9]+) KiB$", done.stderr, re.MULTILINE)
    assert int(peak) <= 80 * 1024


# --- few descriptors ------------------------------------------------------------------------------


def test_few_descriptors_change_no_answer_on_loopback(namespace: Namespace) -> None:
    opened = {22, 80, 3333, 4999}
    with namespace.listeners(*(f"127.0.0.1,{port}" for port in opened)):
        few = namespace.scan("127.0.0.1", "1-5000", descriptors=32)
        many = namespace.scan("127.0.0.1", "1-5000", descriptors=4096)
    assert few.states == many.states == open_and_closed(opened, range(1, 5001))
    assert few.errors == many.errors == []


def test_few_descriptors_change_no_answer_of_a_host_that_drops(scan_bed: ScanBed) -> None:
    expected = open_and_closed({22, 80}, range(1, 5001)) | dict.fromkeys(range(100, 200), DROPPED)
    for descriptors in (32, 4096):
        words = (*limited(descriptors), *scan_bed.view.python, "-m", "nettools", "scan", "198.18.0.12", "1-5000")
        answer = Answer.parse(scan_bed.run(*words, "--json", as_nobody=True))
        assert answer.states == expected
        assert (answer.exit_status, answer.errors) == (0, [])


def test_few_descriptors_change_no_answer_of_a_host_that_is_silent(namespace: Namespace) -> None:
    """It takes longer than a shortage may last: attempts that end are proof that there is none."""
    namespace.do("iptables", "-A", "INPUT", "-p", "tcp", "-j", "DROP")
    answer = namespace.scan("127.0.0.1", "1-130", "--timeout", "1.5s", "--retries", "0", descriptors=20)
    assert answer.states == dict.fromkeys(range(1, 131), DROPPED)
    assert answer.errors == []


def test_without_a_descriptor_left_no_port_has_a_state(namespace: Namespace) -> None:
    """Standard streams, the signals' pipe and the poller take six."""
    answer = namespace.scan("127.0.0.1", "1-5", descriptors=6)
    assert answer.exit_status == 3
    assert answer.error_kinds == ["local-resources"]
    assert answer.states == {}


def test_with_too_few_descriptors_to_begin_it_is_a_fault_of_this_machine(namespace: Namespace) -> None:
    """Not a bug of ours, which would be 70."""
    done = namespace.nettools("scan", "127.0.0.1", "1-5", "--json", descriptors=5)
    assert done.returncode == 3
    assert "bug" not in done.stderr


# --- signals --------------------------------------------------------------------------------------


def drop_all_but_port_80(namespace: Namespace) -> None:
    for end in ("--dport", "--sport"):
        namespace.do("iptables", "-A", "INPUT", "-p", "tcp", end, "80", "-j", "ACCEPT")
    namespace.do("iptables", "-A", "INPUT", "-p", "tcp", "-j", "DROP")


def interrupt(namespace: Namespace, number: signal.Signals, *words: str) -> tuple[str, int, float]:
    """A scan of silence that a signal ends: standard output, exit status, seconds from the signal to the end."""
    drop_all_but_port_80(namespace)
    with namespace.listeners("127.0.0.1,80"):
        scan = namespace.start(
            *NETTOOLS, "scan", "127.0.0.1", "1-1000", "--order", "ascending", "--timeout", "60s", *words
        )
        namespace.wait_until_packets_are_out()
        sent_s = time.monotonic()
        scan.send_signal(number)
        output, complaints = scan.communicate(timeout=30)
        took_s = time.monotonic() - sent_s
    assert "Traceback" not in complaints
    return output, scan.returncode, took_s


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_scan_with_one_whole_document(namespace: Namespace, number: signal.Signals) -> None:
    output, exit_status, took_s = interrupt(namespace, number, "--json")
    assert exit_status == 128 + number
    assert took_s < 1
    document = json.loads(output)
    assert document["summary"]["interrupted"] is True
    [host] = document["hosts"]
    assert states(host) == {80: OPEN}
    assert (host["status"], host["complete"]) == ("up", False)
    assert document["errors"] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_stream_with_whole_lines(namespace: Namespace, number: signal.Signals) -> None:
    output, exit_status, took_s = interrupt(namespace, number, "--format", "jsonl")
    assert exit_status == 128 + number
    assert took_s < 1
    assert output.endswith("\n")
    lines = [json.loads(line) for line in output.splitlines()]
    assert [line["type"] for line in lines] == ["scan", "port", "host", "resume", "summary"]
    assert lines[1]["port"] == 80
    assert lines[-1]["interrupted"] is True


@pytest.mark.parametrize("format", ["table", "csv", "plain"])
def test_a_signal_ends_every_format_with_what_is_known(namespace: Namespace, format: str) -> None:
    output, exit_status, _ = interrupt(namespace, signal.SIGINT, "--format", format)
    assert exit_status == 130
    assert "80" in output
    assert output.endswith("\n")


# --- this machine's own faults --------------------------------------------------------------------


@pytest.mark.parametrize("target", ["192.0.2.1", "2001:db8::1"])
def test_without_a_route_nothing_is_said_of_the_target(namespace: Namespace, target: str) -> None:
    answer = namespace.scan(target, "1-100")
    assert answer.exit_status == 3
    assert answer.error_kinds == ["no-route"]
    assert answer.states == {}
    assert (answer.host["status"], answer.host["complete"]) == ("unknown", False)
    assert answer.document["summary"]["probes_sent"] == 0


@pytest.mark.parametrize(
    ("route", "kind"),
    [("unreachable", "unreachable-route"), ("prohibit", "prohibited"), ("blackhole", "blackhole-route")],
)
def test_a_route_that_leads_nowhere_is_told_by_its_kind(namespace: Namespace, route: str, kind: str) -> None:
    namespace.do("ip", "route", "add", route, "192.0.2.0/24")
    answer = namespace.scan("192.0.2.1", "1-100")
    assert (answer.exit_status, answer.error_kinds, answer.states) == (3, [kind], {})


def test_a_target_without_a_route_does_not_hide_the_others(namespace: Namespace) -> None:
    answer = namespace.scan("192.0.2.1", "127.0.0.1", "1-100")
    assert answer.exit_status == 4
    assert answer.error_kinds == ["no-route"]
    unreached, local = answer.document["hosts"]
    assert states(unreached) == {}
    assert states(local) == open_and_closed(set(), range(1, 101))


def test_where_ipv6_is_switched_off_ipv4_is_scanned_and_ipv6_is_said_to_be_off(namespace: Namespace) -> None:
    """Common in containers. connect() says EADDRNOTAVAIL, which is no lack of local ports here."""
    namespace.do("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
    answer = namespace.scan("::1", "127.0.0.1", "1-100")
    assert answer.exit_status == 4
    assert answer.document["summary"]["duration_ms"] < 5000
    assert len(answer.errors) == 1
    assert answer.error_kinds != ["local-resources"]
    off, local = answer.document["hosts"]
    assert states(off) == {}
    assert states(local) == open_and_closed(set(), range(1, 101))


def link_to_a_neighbour(namespace: Namespace) -> None:
    """192.0.2.1 on one end of a cable; nobody answers on the other."""
    namespace.do("ip", "link", "add", "here", "type", "veth", "peer", "name", "there")
    for device in ("here", "there"):
        namespace.do("ip", "link", "set", device, "up")
    namespace.do("ip", "addr", "add", "192.0.2.1/24", "dev", "here")


@pytest.mark.parametrize("code", ["icmp-port-unreachable", "icmp-admin-prohibited"])
def test_a_rejection_by_this_machines_own_firewall_is_no_state_of_the_target(namespace: Namespace, code: str) -> None:
    link_to_a_neighbour(namespace)
    namespace.do("iptables", "-A", "OUTPUT", "-p", "tcp", "-j", "REJECT", "--reject-with", code)
    answer = namespace.scan("192.0.2.2", "1-20")
    assert (answer.exit_status, answer.error_kinds, answer.states) == (3, ["firewalled-here"], {})
    assert answer.host["status"] == "unknown"


def test_a_neighbour_that_does_not_answer_is_down(namespace: Namespace) -> None:
    link_to_a_neighbour(namespace)
    answer = namespace.scan("192.0.2.2", "1-20")
    assert answer.host["status"] == "down"
    assert set(answer.states.values()) == {("filtered", "host-unreach")}
    assert (answer.exit_status, answer.errors) == (1, [])


def test_what_the_own_firewall_drops_in_silence_is_not_called_up_or_down(namespace: Namespace) -> None:
    """Nothing tells it from a target that drops: connect() gives no sign."""
    link_to_a_neighbour(namespace)
    namespace.do("iptables", "-A", "OUTPUT", "-p", "tcp", "-j", "DROP")
    answer = namespace.scan("192.0.2.2", "1-20", "--timeout", "1.5s")
    assert answer.states == dict.fromkeys(range(1, 21), DROPPED)
    assert answer.host["status"] == "assumed-up"


@pytest.mark.parametrize(("filter", "target"), [("iptables", "127.0.0.1"), ("ip6tables", "::1")])
def test_a_port_that_this_machine_rejects_to_itself_is_filtered_and_this_machine_is_up(
    namespace: Namespace, filter: str, target: str
) -> None:
    namespace.do(filter, "-A", "INPUT", "-p", "tcp", "-j", "REJECT")
    answer = namespace.scan(target, "1-20")
    assert set(answer.states.values()) == {("filtered", "port-unreach")}
    assert {row["reason_ip"] for row in answer.host["ports"]} == {target}
    assert answer.host["status"] == "up"


# --- targets that are wrong -----------------------------------------------------------------------

BAD_TARGETS = [
    "010.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "１.2.3.4",
    "1.2.3.4/33",
    "127.0.0.1-",
    "[::1",
    "http://127.0.0.1/",
    "a b",
    "a\tb",
    "user@localhost",
    "localhost/",
    "a..b",
    "a\x1b[31m",
    "fe80::1%nosuch",
]


@pytest.mark.parametrize("target", BAD_TARGETS)
def test_a_bad_target_is_a_wrong_request(namespace: Namespace, target: str) -> None:
    done = namespace.nettools("scan", target, "80", "--json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    [error] = json.loads(done.stdout)["errors"]
    assert error["kind"] in ("bad-address", "bad-prefix", "bad-name")


def test_a_link_local_address_without_its_zone_is_said_to_lack_it(namespace: Namespace) -> None:
    done = namespace.nettools("scan", "fe80::1", "80", "--json")
    [error] = json.loads(done.stdout)["errors"]
    assert "blackhole" not in error["kind"]
    assert "%" in error["message"] + (error["hint"] or "")


@pytest.mark.parametrize("target", BAD_TARGETS)
def test_a_bad_target_does_not_hide_the_good_ones(namespace: Namespace, target: str) -> None:
    answer = namespace.scan("127.0.0.1", target, "80")
    assert answer.exit_status == 4
    assert len(answer.errors) == 1
    assert answer.states == {80: CLOSED}


NO_RESOLVER = """
import socket, sys
def getaddrinfo(*question):
    print("a resolver was asked", file=sys.stderr)
    raise socket.gaierror(socket.EAI_NONAME, "no such name")
socket.getaddrinfo = getaddrinfo
from nettools.cli import main
sys.exit(main())
"""


def test_a_name_that_is_not_fit_never_reaches_a_resolver(namespace: Namespace) -> None:
    """Also through standard input, where a NUL can stand."""
    unfit = [target for target in BAD_TARGETS if "\t" not in target]
    lines = "\n".join([*unfit, "a\x00b", "-x", "$(id)", "x" * 64])
    argv = (sys.executable, "-c", NO_RESOLVER, "scan", "-p", "80", "--json", "-")
    done = namespace.run(*argv, stdin=lines)
    assert "a resolver was asked" not in done.stderr
    assert done.returncode == 2
    assert len(json.loads(done.stdout)["errors"]) == len(lines.split("\n"))


def test_that_a_fit_name_would_have_reached_it(namespace: Namespace) -> None:
    """The test above can fail."""
    done = namespace.run(sys.executable, "-c", NO_RESOLVER, "scan", "-p", "80", "fit.test")
    assert "a resolver was asked" in done.stderr
    assert done.returncode == 3
