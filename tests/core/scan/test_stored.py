"""An earlier answer reads back as it was told, from a document and from lines; what is none is refused."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.intervals import Ranges
from nettools.core.outcome import Failure
from nettools.core.record import Json
from nettools.core.scan.finding import Finding
from nettools.core.scan.port_ranges import port_ranges
from nettools.core.scan.probe_port import ProbePort, udp
from nettools.core.scan.reason import (
    ANSWERED,
    CLOSED,
    IPPROTO_ICMP,
    OPEN,
    SILENT,
    UNANSWERED,
    Verdict,
    icmp_verdict,
)
from nettools.core.scan.report import ResumePoint, ScanReport
from nettools.core.scan.resume import restore
from nettools.core.scan.stored import SILENT_HOST, Outcome, StoredScan, scanned
from nettools.core.scan.tally import HostTally
from nettools.core.scan.tls_info import TlsInfo
from nettools.errors import InputError
from tests.core.scan.stored_scans import (
    SERVICES,
    STARTED,
    Verdicts,
    document,
    host_report,
    line_texts,
    read_text,
    scan_report,
    stored,
)

ROUTER = ip_address("192.0.2.254")
OURS = ip_address("192.0.2.7")
HOST = ip_address("192.0.2.1")
PROHIBITED = icmp_verdict(IPPROTO_ICMP, 3, 13, ROUTER)
NOBODY = icmp_verdict(IPPROTO_ICMP, 3, 1, OURS, is_from_here=True)

TLS = TlsInfo(
    version="TLSv1.3",
    cipher="TLS_AES_256_GCM_SHA384",
    alpn=None,
    subject="CN=www.example.net",
    names=("www.example.net",),
    issuer="CN=An Authority",
    not_before=datetime(2026, 1, 1, tzinfo=UTC),
    not_after=datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    trusted=False,
    distrust="self-signed",
    chain=("CN=www.example.net",),
    spki_sha256="ab" * 32,
)


def verdicts() -> st.SearchStrategy[Verdicts]:
    tcp_ports = st.dictionaries(st.integers(0, 130), st.sampled_from([OPEN, CLOSED, SILENT, PROHIBITED]), max_size=130)
    udp_ports = st.dictionaries(st.integers(0, 60), st.sampled_from([ANSWERED, UNANSWERED, CLOSED]), max_size=60)
    return st.builds(
        lambda one, two: {**one, **{udp(port): found for port, found in two.items()}}, tcp_ports, udp_ports
    )


def all_of(scan: StoredScan) -> dict[ProbePort, Verdict]:
    [host] = scan.hosts.values()
    found = {one.port: one.verdict for one in host.listed}
    for verdict, ports in host.bulk():
        found.update(dict.fromkeys(ports, verdict))
    return found


@given(verdicts(), st.booleans())
def test_every_verdict_reads_back_from_a_document_and_from_lines(told: Verdicts, complete: bool) -> None:
    report = scan_report([host_report(HOST, told, complete=complete)], told)
    for scan in (stored(report), read_text("\n".join(line_texts(report)))):
        assert all_of(scan) == told
        [host] = scan.hosts.values()
        assert host.settled_count == len(told)
        assert host.complete is complete


@given(verdicts())
def test_the_partition_of_a_host_has_each_port_once_with_what_was_said_of_it(told: Verdicts) -> None:
    [host] = stored(scan_report([host_report(HOST, told)], told)).hosts.values()
    for transport, base in (("tcp", 0), ("udp", 1 << 16)):
        parts = host.partition("tcp" if transport == "tcp" else "udp")
        found = {
            port | base: outcome
            for outcome, ports in parts.items()
            for first, last in ports.pairs()
            for port in range(first, last + 1)
        }
        mine = {port: one for port, one in told.items() if port & 1 << 16 == base}
        assert found == {port: Outcome(one.state, one.reason) for port, one in mine.items()}


@given(verdicts(), st.sets(st.integers(0, 130)), st.one_of(st.none(), st.floats(0.0001, 2)))
def test_what_is_restored_makes_the_same_report(told: Verdicts, open_ports: set[int], rtt_s: float | None) -> None:
    told = {**told, **dict.fromkeys(open_ports, OPEN)}
    findings = {port: Finding(banner=b"\xff\x00 hello", tls=TLS, product="x", version="1") for port in open_ports}
    before = host_report(HOST, told, findings=findings, notes=["answers on every port"], rtt_s=rtt_s, names=("a.test",))
    for text in (json.dumps(document(scan_report([before], told))), "\n".join(line_texts(scan_report([before], told)))):
        [host] = read_text(text).hosts.values()
        tally = HostTally(host.address)
        restore(host, tally)
        tally.is_complete = host.complete
        after = tally.report(host.targets[0], SERVICES, names=host.names, ptr=host.ptr)
        assert replace(after, collapsed=()) == replace(before, collapsed=())
        assert set(after.collapsed) == set(before.collapsed)


def test_a_host_that_is_down_stays_down() -> None:
    report = host_report(HOST, {1: NOBODY, 2: SILENT})
    assert report.status == "down"
    [host] = stored(scan_report([report])).hosts.values()
    tally = HostTally(HOST)
    restore(host, tally)
    assert tally.status == ("down", "host-unreach")


def test_the_settings_read_back() -> None:
    report = scan_report(
        [],
        [22, 23, udp(53)],
        kind="syn",
        seed=7,
        shard="1/4",
        options={"targets": "192.0.2.0/24", "retries": 2, "addresses": "192.0.2.0/24"},
        resume=ResumePoint(position=9, unfinished="1,3-5", runs=2, probes_sent=10, retransmitted=1, duration_ms=2.5),
    )
    for scan in (stored(report), read_text("\n".join(line_texts(report)))):
        assert (scan.type, scan.seed, scan.shard, scan.started) == ("syn", 7, "1/4", STARTED)
        assert scan.options["retries"] == 2
        assert scan.ports == {"tcp": Ranges([22], [23]), "udp": Ranges([53], [53])}
        assert str(scan.addresses) == "192.0.2.0/24"
        assert (scan.position, scan.unfinished, scan.runs) == (9, (1, 3, 4, 5), 2)
        assert (scan.counters.probes_sent, scan.counters.duration_ms) == (100, 1234.5)


def test_an_address_of_several_targets_is_one_host_with_all_of_them() -> None:
    one = host_report(HOST, {22: OPEN}, target="192.0.2.0/24")
    other = host_report(HOST, {22: OPEN}, target="a.test", names=("a.test",))
    [host] = stored(scan_report([one, other])).hosts.values()
    assert host.targets == ("192.0.2.0/24", "a.test")
    assert host.settled_count == 1


def test_zones_are_kept() -> None:
    report = scan_report([host_report("fe80::1%eth0", {22: OPEN}), host_report("fe80::1%eth1", {22: CLOSED})])
    assert [str(one) for one in stored(report).hosts] == ["fe80::1%eth0", "fe80::1%eth1"]


# --- what a scan covers ---------------------------------------------------------------------------


def local_fault() -> Failure:
    return Failure(input=None, line=None, kind="network-down", message="", hint=None, unreadable=False)


@pytest.mark.parametrize(
    ("report", "covers"),
    [
        (scan_report([], [22], options={"addresses": "192.0.2.0/24"}), True),
        (scan_report([], [22], options={"addresses": "192.0.2.0/24"}, interrupted=True), False),
        (scan_report([], [22], options={"addresses": "192.0.2.0/24"}, shard="1/2"), False),
        (scan_report([], [22], options={"addresses": "192.0.2.0/24"}, errors=(local_fault(),)), False),
        (scan_report([], [22], options={"addresses": "198.51.100.0/24"}), False),
        (scan_report([], [22]), False),
    ],
    ids=["finished", "interrupted", "sharded", "local fault", "elsewhere", "unknown"],
)
def test_a_silent_host_counts_as_scanned_only_where_a_finished_scan_held_it(report: ScanReport, covers: bool) -> None:
    scan = stored(report)
    held = scan.covers(HOST) and bool(scanned(scan, None, "tcp"))
    assert held is covers


def test_the_ports_of_a_host_that_was_not_there_are_covered_and_nothing_is_known_of_them() -> None:
    scan = stored(scan_report([host_report(HOST, {})], [22, 80]))
    assert scanned(scan, scan.hosts[HOST], "tcp") == {SILENT_HOST: port_ranges("22,80")}
    cut = stored(scan_report([host_report(HOST, {}, complete=False)], [22, 80]))
    assert scanned(cut, cut.hosts[HOST], "tcp") == {}


# --- lines ----------------------------------------------------------------------------------------

LINES = line_texts(
    scan_report([host_report(HOST, {22: OPEN, 23: CLOSED}), host_report("192.0.2.2", {22: OPEN})], [22, 23])
)


@given(st.integers(0, len("\n".join(LINES).encode())))
def test_lines_of_a_run_that_was_killed_are_read_up_to_the_last_whole_one(cut: int) -> None:
    whole = "\n".join(LINES)
    left = whole[:cut]
    if cut < len(LINES[0]):  # nothing but a part of the first line is no answer
        with pytest.raises(InputError):
            read_text(left)
        return
    scan = read_text(left)
    complete = [json.loads(line) for line in LINES[: left.count("\n")]]
    with_last = complete + ([json.loads(LINES[left.count("\n")])] if left.endswith(LINES[left.count("\n")]) else [])
    ports = {(line["address"], line["port"]) for line in with_last if line["type"] == "port"}
    found = {(str(host.address), one.port) for host in scan.hosts.values() for one in host.listed}
    assert found == ports
    assert scan.is_finished == (with_last[-1]["type"] == "summary")


def test_a_host_without_its_line_is_not_complete() -> None:
    scan = read_text("\n".join(LINES[:2]))
    assert [(host.status, host.complete) for host in scan.hosts.values()] == [("up", False)]


def test_what_is_told_of_a_port_or_host_later_counts() -> None:
    first, later = ({"state": "closed", "reason": "conn-refused"}, {"state": "open", "reason": "syn-ack"})
    port = {"type": "port", "target": "x", "address": "192.0.2.1", "port": 22, "protocol": "tcp"}
    host: dict[str, Json] = {
        "type": "host",
        "target": "x",
        "address": "192.0.2.1",
        "status_reason": None,
        "collapsed": [],
    }
    lines = [
        *({**port, **first}, {**host, "status": "unknown", "complete": False}),
        *({**port, **later}, {**host, "status": "up", "complete": True}),
    ]
    [told] = read_text("\n".join([LINES[0], *map(json.dumps, lines)])).hosts.values()
    assert (told.status, told.complete, [one.verdict for one in told.listed]) == ("up", True, [OPEN])


def test_a_torn_line_in_the_middle_is_no_end() -> None:
    with pytest.raises(InputError, match=re.escape("'old.json' line 2: is no JSON")):
        read_text("\n".join([LINES[0], LINES[1][:-5], *LINES[2:]]))


def test_lines_of_types_that_are_not_known_are_passed_over() -> None:
    scan = read_text("\n".join([LINES[0], '{"type":"event","x":1}', "", *LINES[1:]]))
    assert len(scan.hosts) == 2


def test_a_second_scan_in_one_file_is_refused() -> None:
    with pytest.raises(InputError, match="line 3: a second scan begins here"):
        read_text("\n".join([*LINES[:2], LINES[0]]))


def test_the_last_resume_line_counts_when_there_is_no_summary() -> None:
    point = {"unfinished": None, "runs": 1, "retransmitted": 0, "duration_ms": 1.0}
    texts = [json.dumps({"type": "resume", "position": str(n), "probes_sent": n, **point}) for n in (5, 9)]
    scan = read_text("\n".join([LINES[0], *texts]))
    assert (scan.position, scan.counters.probes_sent, scan.is_finished) == (9, 9, False)


# --- what is no answer ----------------------------------------------------------------------------

Edit = Callable[[dict[str, Json]], None]


def at(*path: str | int, value: Json) -> Edit:
    def edit(body: dict[str, Json]) -> None:
        inner: Json = body
        for step in path[:-1]:
            inner = inner[step]  # type: ignore[index]
        inner[path[-1]] = value  # type: ignore[index]

    return edit


def without(*path: str | int) -> Edit:
    def edit(body: dict[str, Json]) -> None:
        inner: Json = body
        for step in path[:-1]:
            inner = inner[step]  # type: ignore[index]
        del inner[path[-1]]  # type: ignore[arg-type,union-attr]

    return edit


PORT = ("hosts", 0, "ports", 0)
MANY = ("hosts", 0, "collapsed", 0)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (at("schema", value="nettools.scan/2"), "schema is 'nettools.scan/2', expected 'nettools.scan/1'"),
        (at("schema", value=1), "schema is 1, expected 'nettools.scan/1'"),
        (without("schema"), "schema is missing"),
        (without("scan"), "scan is missing"),
        (at("scan", value=[]), "scan is a list, expected an object"),
        (at("scan", "started", value="yesterday"), "scan.started is 'yesterday', expected a time"),
        (at("scan", "started", value="2026-01-31T12:00:00"), "expected a time"),
        (at("scan", "type", value=None), "scan.type is null, expected a text"),
        (at("scan", "seed", value=-1), "scan.seed is -1, expected a whole number"),
        (at("scan", "seed", value=True), "scan.seed is a boolean, expected a whole number"),
        (at("scan", "ports", "tcp", value="1-"), "scan.ports.tcp is '1-', expected an ascending list"),
        (at("scan", "options", value={"a": []}), "scan.options.a is a list, expected a number or a text"),
        (
            at("scan", "options", value={"addresses": "nowhere"}),
            "scan.options.addresses: 'nowhere' is not",
        ),
        (at("resume", value={}), "resume.position is missing"),
        (at("resume", value={"position": 1, "unfinished": "5-3"}), "resume.unfinished is '5-3'"),
        (at("resume", value={"position": 1, "unfinished": "0-99999999999"}), "resume.unfinished"),
        (at("hosts", value={}), "hosts is no list"),
        (at("hosts", 0, value=3), "hosts[0] is 3, expected an object"),
        (at("hosts", 0, "address", value="192.0.2.256"), "hosts[0].address is '192.0.2.256', expected an address"),
        (at("hosts", 0, "status", value="asleep"), "hosts[0].status is 'asleep', expected up, down"),
        (at("hosts", 0, "complete", value=1), "hosts[0].complete is 1, expected true or false"),
        (at("hosts", 0, "names", value=[1]), "hosts[0].names is 1, expected a list of texts"),
        (at(*PORT, "port", value="22"), "hosts[0].ports[0].port is '22', expected a whole number up to 65535"),
        (at(*PORT, "port", value=65536), "hosts[0].ports[0].port is 65536, expected a whole number up to 65535"),
        (at(*PORT, "port", value=2.5), "hosts[0].ports[0].port is 2.5, expected a whole number"),
        (at(*PORT, "protocol", value="sctp"), "hosts[0].ports[0].protocol is 'sctp', expected tcp or udp"),
        (at(*PORT, "state", value="ajar"), "hosts[0].ports[0].state is 'ajar', expected open, closed"),
        (at(*PORT, "reason_ttl", value=256), "hosts[0].ports[0].reason_ttl is 256"),
        (at(*PORT, "rtt_ms", value="fast"), "hosts[0].ports[0].rtt_ms is 'fast', expected a number"),
        (at(*PORT, "reason_ip", value="x"), "hosts[0].ports[0].reason_ip is 'x', expected an address"),
        (at(*PORT, "banner_base64", value="="), "hosts[0].ports[0].banner_base64 is '=', expected base64"),
        (at(*PORT, "tls", value={}), "hosts[0].ports[0].tls.version is missing"),
        (at("hosts", 0, "ports", 1, "port", value=22), "hosts[0]: a tcp port stands there twice"),
        (at(*MANY, "ports", value="5-3"), "hosts[0].collapsed[0].ports is '5-3'"),
        (at(*MANY, "ports", value="100-130,5"), "hosts[0].collapsed[0].ports is '100-130,5'"),
        (at(*MANY, "count", value=3), "hosts[0].collapsed[0].count is 3, expected 31"),
        (at("summary", "interrupted", value="no"), "summary.interrupted is 'no', expected true or false"),
        (at("errors", value=[{}]), "errors[0].kind is missing"),
        (at("hosts", 0, "address", value="\x1b[2J"), r"hosts[0].address is '\x1b[2J', expected an address"),
    ],
)
def test_a_member_that_is_not_as_it_must_be_is_named_with_its_place(edit: Edit, why: str) -> None:
    told = {22: OPEN, 23: CLOSED, **dict.fromkeys(range(100, 131), SILENT)}
    body = document(scan_report([host_report(HOST, told)], told))
    edit(body)
    with pytest.raises(InputError) as caught:
        read_text(json.dumps(body))
    assert caught.value.message.startswith("'old.json'")
    assert why in caught.value.message


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"<xml/>", "line 1: is no JSON: a JSON document begins with"),
        (b"[]", "line 1: is no JSON: a JSON document begins with"),
        (b"{}", "scan is missing: it is no answer of nettools scan"),
        (b'{"schema":"nettools.subnet/1"}', "schema is 'nettools.subnet/1'"),
        (b'{"schema":"nettools.scan/1","scan":{', "line 1: is no whole document: it ends in the middle"),
        (b'{"a":"\xff"}', "line 1: is not UTF-8"),
        ("{}".encode("utf-16"), "is not UTF-8"),
        (b"{" * 100_000, "line 1: is no JSON"),
        (b'{"hosts":' + b"[" * 100_000, "nested too deeply"),
        (b"\x00" * 1000, "line 1: is no JSON"),
        (b'{"type":"port"}\n', "line 1: address is missing"),
        (b'{"type":"event"}\n', "scan is missing"),
        (b'{"type":"scan","schema":"nettools.scan/9"}\n', "line 1"),
    ],
)
def test_what_is_no_answer_is_refused_with_the_file_and_the_reason(data: bytes, why: str) -> None:
    with pytest.raises(InputError) as caught:
        read_text(data)
    assert "'old.json'" in caught.value.message
    assert why in caught.value.message


@given(st.binary(max_size=200))
def test_no_octets_at_all_raise_anything_else(data: bytes) -> None:
    with pytest.raises(InputError):
        read_text(data)


@given(st.integers(0, 60), st.sampled_from([None, 0, 22, -1, "", "x", [], {}, True, 1e300, "65536"]))
def test_no_value_anywhere_raises_anything_else(place: int, value: Json) -> None:
    body = document(scan_report([host_report(HOST, {22: OPEN}, findings={22: Finding(tls=TLS)})], [22]))
    leaves: list[Edit] = []

    def walk(inner: Json, path: tuple[str | int, ...]) -> None:
        items = inner.items() if isinstance(inner, dict) else enumerate(inner) if isinstance(inner, list) else ()
        for key, one in items:
            leaves.append(at(*path, key, value=value))
            walk(one, (*path, key))

    walk(body, ())
    leaves[place % len(leaves)](body)
    try:
        read_text(json.dumps(body))
    except InputError as error:
        assert "'old.json'" in error.message  # noqa: PT017


def test_members_that_are_not_known_are_passed_over() -> None:
    body = document(scan_report([host_report(HOST, {22: OPEN})], [22]))
    at("news", value=[1, {"x": None}])(body)
    at(*PORT, "news", value={})(body)
    assert len(read_text(json.dumps(body)).hosts) == 1


@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_that_was_written_anew_by_another_tool_is_read(indent: int | None) -> None:
    body = document(scan_report([host_report(HOST, {22: OPEN})], [22]))
    text = json.dumps(body, indent=indent, sort_keys=True)
    assert len(read_text("\ufeff" + text + "\n", chunk=3).hosts) == 1


def test_sixty_five_thousand_closed_ports_cost_what_one_does() -> None:
    told = dict.fromkeys(range(1, 65_536), CLOSED)
    report = host_report(HOST, told)
    scan = stored(scan_report([replace(report, address=HOST + number) for number in range(1000)], told))
    ranges = {id(many.ranges) for host in scan.hosts.values() for many in host.collapsed}
    assert len(scan.hosts) == 1000
    assert len(ranges) == 1
