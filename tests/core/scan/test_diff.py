"""Two scans are compared over what both can speak of: what has appeared, gone, changed; the rest is not compared."""

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.outcome import Failure
from nettools.core.scan.diff import compare
from nettools.core.scan.diff_report import DiffReport, ScanChange
from nettools.core.scan.finding import Finding
from nettools.core.scan.port_ranges import each_port, port_ranges
from nettools.core.scan.probe_port import ProbePort, number_of, tcp, transport_of, udp
from nettools.core.scan.reason import (
    ANSWERED,
    CLOSED,
    IPPROTO_ICMP,
    OPEN,
    RESET,
    SILENT,
    UNANSWERED,
    UNFILTERED,
    Verdict,
    icmp_verdict,
)
from nettools.core.scan.report import ScanReport
from tests.core.scan.stored_scans import Verdicts, host_report, scan_report, stored
from tests.core.scan.test_stored import TLS

HOST = ip_address("192.0.2.1")
NOBODY = icmp_verdict(IPPROTO_ICMP, 3, 1, ip_address("192.0.2.7"), is_from_here=True)

Told = tuple[str, str, str | None, str | None, str | None]


def told(changes: tuple[ScanChange, ...]) -> list[Told]:
    return [(one.change, one.what, one.ports, one.before, one.after) for one in changes]


def everything(diff: DiffReport) -> list[Told]:
    return told((*diff.appeared, *diff.gone, *diff.changed))


def uncompared(diff: DiffReport) -> list[tuple[str, str, str, str]]:
    return [(one.why, one.addresses, one.protocol, one.ports) for one in diff.not_compared]


def one_host(verdicts: Verdicts) -> ScanReport:
    return scan_report([host_report(HOST, verdicts)], verdicts)


def between(before: Verdicts, now: Verdicts) -> DiffReport:
    return compare(stored(one_host(before)), one_host(now))


UP = {1: CLOSED}
"""Keeps the host up, whatever else is."""


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (OPEN, OPEN, []),
        (CLOSED, OPEN, [("appeared", "port", "22", "closed", "open")]),
        (SILENT, OPEN, [("appeared", "port", "22", "filtered", "open")]),
        (OPEN, CLOSED, [("gone", "port", "22", "open", "closed")]),
        (OPEN, SILENT, [("gone", "port", "22", "open", "filtered")]),
        (CLOSED, SILENT, [("changed", "port", "22", "closed", "filtered")]),
        (CLOSED, RESET, []),
        (SILENT, icmp_verdict(IPPROTO_ICMP, 3, 13, ip_address("192.0.2.254")), []),
    ],
)
def test_a_port_has_appeared_or_gone_by_its_being_open_and_a_reason_alone_is_no_change(
    before: Verdict, now: Verdict, expected: list[Told]
) -> None:
    diff = between({**UP, 22: before}, {**UP, 22: now})
    assert everything(diff) == expected
    assert diff.differs is bool(expected)
    assert (diff.compared, diff.not_compared) == (2, ())


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (UNANSWERED, ANSWERED, [("appeared", "port", "53", "open|filtered", "open")]),
        (ANSWERED, UNANSWERED, [("gone", "port", "53", "open", "open|filtered")]),
        (UNANSWERED, CLOSED, [("changed", "port", "53", "open|filtered", "closed")]),
    ],
)
def test_udp_ports_are_compared_by_themselves(before: Verdict, now: Verdict, expected: list[Told]) -> None:
    diff = between({**UP, 53: CLOSED, udp(53): before}, {**UP, 53: CLOSED, udp(53): now})
    assert everything(diff) == expected
    assert {one.protocol for one in (*diff.appeared, *diff.gone, *diff.changed)} == {"udp"}


def test_ports_that_are_not_open_and_changed_alike_stand_together() -> None:
    before = {**dict.fromkeys(range(1, 1001), CLOSED), 80: OPEN}
    now = {**dict.fromkeys(range(1, 1001), CLOSED), **dict.fromkeys(range(100, 200), SILENT), 80: OPEN, 150: CLOSED}
    diff = between(before, now)
    assert everything(diff) == [("changed", "port", "100-149,151-199", "closed", "filtered")]
    assert diff.changed[0].count == 99
    assert (diff.changed[0].before_reason, diff.changed[0].after_reason) == ("conn-refused", "no-response")


def test_an_open_port_is_told_with_its_service_target_and_names() -> None:
    old = stored(scan_report([host_report(HOST, UP, target="a.test", names=("a.test", "b.test"))], [1, 22]))
    new = scan_report([host_report(HOST, {**UP, 22: OPEN}, target="a.test", names=("a.test", "b.test"))], [1, 22])
    [change] = compare(replace(old, hosts=stored(one_host({**UP, 22: CLOSED})).hosts), new).appeared
    assert (change.service, change.target, change.names, change.address) == (
        "ssh",
        "a.test",
        ("a.test", "b.test"),
        HOST,
    )


# --- over what both can say -----------------------------------------------------------------------


def test_ports_that_one_did_not_scan_are_counted_and_never_gone() -> None:
    diff = between({**UP, 22: OPEN, 80: OPEN}, {**UP, 22: OPEN, 443: OPEN})
    assert everything(diff) == []
    assert uncompared(diff) == [
        ("not-scanned-before", "192.0.2.1", "tcp", "443"),
        ("not-scanned-now", "192.0.2.1", "tcp", "80"),
    ]
    assert diff.compared == 2


def test_ports_that_one_did_not_finish_are_counted_and_never_gone() -> None:
    full = one_host({**UP, 22: OPEN, 80: OPEN})
    cut = scan_report([host_report(HOST, {**UP, 22: OPEN}, complete=False)], [1, 22, 80], interrupted=True)
    assert uncompared(compare(stored(full), cut)) == [("not-finished-now", "192.0.2.1", "tcp", "80")]
    assert uncompared(compare(stored(cut), full)) == [("not-finished-before", "192.0.2.1", "tcp", "80")]
    assert not compare(stored(full), cut).differs


def test_hosts_that_one_did_not_scan_are_put_together() -> None:
    many = scan_report([host_report(HOST + number, {22: OPEN}) for number in range(7)], [22])
    few = scan_report([host_report(HOST + number, {22: OPEN}) for number in range(3)], [22])
    assert uncompared(compare(stored(many), few)) == [("not-scanned-now", "192.0.2.4/30", "tcp", "22")]
    assert uncompared(compare(stored(few), many)) == [("not-scanned-before", "192.0.2.4/30", "tcp", "22")]


def test_other_shards_scan_other_ports() -> None:
    first = scan_report([host_report(HOST, {1: CLOSED, 3: OPEN})], [1, 2, 3, 4], shard="1/2")
    second = scan_report([host_report(HOST, {2: CLOSED, 4: OPEN})], [1, 2, 3, 4], shard="2/2")
    diff = compare(stored(first), second)
    assert everything(diff) == []
    assert uncompared(diff) == [
        ("not-scanned-before", "192.0.2.1", "tcp", "2,4"),
        ("not-scanned-now", "192.0.2.1", "tcp", "1,3"),
    ]


def test_an_ack_scan_says_other_things_than_a_connect_scan() -> None:
    ack = scan_report([host_report(HOST, {22: UNFILTERED, udp(53): ANSWERED})], [22, udp(53)], kind="ack")
    diff = compare(stored(one_host({22: OPEN, udp(53): ANSWERED})), ack)
    assert (everything(diff), diff.compared) == ([], 1)
    assert uncompared(diff) == [("other-kind-of-scan", "192.0.2.1", "tcp", "22")]
    assert compare(stored(ack), ack).compared == 2


def test_syn_and_connect_scans_say_the_same() -> None:
    syn = scan_report([host_report(HOST, {22: OPEN, 23: RESET})], [22, 23], kind="syn")
    diff = compare(stored(one_host({22: OPEN, 23: CLOSED})), syn)
    assert (diff.differs, diff.compared) == (False, 2)


# --- hosts ----------------------------------------------------------------------------------------

GONE = dict.fromkeys([1, 22, 80], SILENT)
THERE = {1: CLOSED, 22: OPEN, 80: CLOSED}


def test_a_host_that_gives_no_more_sign_has_gone_with_its_open_ports_and_back_it_has_appeared() -> None:
    gone = between(THERE, GONE)
    assert everything(gone) == [("gone", "host", None, "up", "assumed-up"), ("gone", "port", "22", "open", "filtered")]
    back = between(GONE, THERE)
    assert [one[:3] for one in everything(back)] == [("appeared", "host", None), ("appeared", "port", "22")]


def test_a_host_is_not_called_gone_when_other_ports_were_asked() -> None:
    diff = between(THERE, {9: SILENT})
    assert everything(diff) == []
    assert len(diff.not_compared) == 2


def test_a_host_whose_neighbour_resolution_fails_has_gone_whatever_was_asked() -> None:
    assert [one[:2] for one in everything(between(THERE, {9: NOBODY}))] == [("gone", "host")]


def test_a_host_that_discovery_alone_could_see_is_not_called_gone_without_discovery() -> None:
    old = scan_report([replace(host_report(HOST, GONE), status="up", status_reason="echo-reply")], GONE)
    asked = replace(old, scan=replace(old.scan, options={"discover": 1}))
    assert not compare(stored(asked), one_host(GONE)).differs
    again = scan_report([host_report(HOST, GONE)], GONE, options={"discover": 1})
    assert [one[:2] for one in everything(compare(stored(asked), again))] == [("gone", "host")]


def test_a_host_that_was_left_alone_because_it_was_not_there_lost_its_open_ports_alone() -> None:
    absent = scan_report([host_report(HOST, {})], THERE)
    diff = compare(stored(one_host(THERE)), absent)
    assert everything(diff) == [("gone", "host", None, "up", "unknown"), ("gone", "port", "22", "open", None)]


# --- scans of so many hosts that the silent ones are not listed -----------------------------------

WIDE = {"addresses": "10.0.0.0/16"}


def test_hosts_that_are_not_listed_were_silent_where_the_targets_hold_them() -> None:
    there = ip_address("10.0.0.9")
    old = scan_report([host_report(there, {22: OPEN, 80: CLOSED})], [22, 80], options=WIDE)
    new = scan_report([], [22, 80], options=WIDE)
    gone = compare(stored(old), new)
    assert everything(gone) == [("gone", "host", None, "up", "silent"), ("gone", "port", "22", "open", None)]
    assert gone.compared == 65_536 * 2
    assert gone.not_compared == ()
    assert [one[:3] for one in everything(compare(stored(new), old))] == [
        ("appeared", "host", None),
        ("appeared", "port", "22"),
    ]


def fault() -> Failure:
    return Failure(input=None, line=None, kind="network-down", message="", hint=None, unreadable=False)


@pytest.mark.parametrize("how", ["interrupted", "fault", "shard"])
def test_nothing_is_said_of_hosts_that_are_not_listed_when_the_scan_did_not_finish(how: str) -> None:
    old = scan_report([host_report("10.0.0.9", {22: OPEN})], [22], options=WIDE)
    new = scan_report(
        [],
        [22],
        options=WIDE,
        interrupted=how == "interrupted",
        shard="1/2" if how == "shard" else None,
        errors=(fault(),) if how == "fault" else (),
    )
    diff = compare(stored(old), new)
    assert (diff.differs, diff.compared) == (False, 0)
    assert uncompared(diff) == [("not-finished-now", "10.0.0.0/16", "tcp", "22")]
    assert diff.not_compared[0].address_count == 65_536


def test_networks_and_ports_of_one_scan_alone_are_not_compared() -> None:
    old = scan_report([], [22, 80], options={"addresses": "10.0.0.0/23"})
    new = scan_report([], [22, 443], options={"addresses": "10.0.1.0/24 10.0.4.0/24"})
    diff = compare(stored(old), new)
    assert uncompared(diff) == [
        ("not-scanned-before", "10.0.1.0/24", "tcp", "443"),
        ("not-scanned-before", "10.0.4.0/24", "tcp", "22,443"),
        ("not-scanned-now", "10.0.1.0/24", "tcp", "80"),
        ("not-scanned-now", "10.0.0.0/24", "tcp", "22,80"),
    ]
    assert diff.compared == 256


# --- services -------------------------------------------------------------------------------------

SSH = Finding(service="ssh", product="OpenSSH", version="9.2")


@pytest.mark.parametrize(
    ("before", "now", "options", "expected"),
    [
        (SSH, SSH, {}, []),
        (SSH, replace(SSH, version="9.6"), {}, [("changed", "version", "22", "9.2", "9.6")]),
        (
            SSH,
            replace(SSH, product="dropbear", version=None),
            {"depth": "banner,probe"},
            [("changed", "product", "22", "OpenSSH", "dropbear"), ("changed", "version", "22", "9.2", None)],
        ),
        (
            SSH,
            replace(SSH, product="dropbear", version=None),
            {},
            [("changed", "product", "22", "OpenSSH", "dropbear")],
        ),
        (SSH, None, {}, []),
        (SSH, None, {"depth": "banner"}, []),
        (
            None,
            replace(SSH, product=None, version=None),
            {"depth": "banner,probe"},
            [("changed", "service", "22", None, "ssh")],
        ),
        (Finding(banner=b"it is 12:00"), Finding(banner=b"it is 12:01"), {"depth": "banner,probe"}, []),
        (Finding(tls=TLS), Finding(tls=replace(TLS, cipher="TLS_CHACHA20_POLY1305_SHA256", chain=())), {}, []),
        (
            Finding(tls=TLS),
            Finding(tls=replace(TLS, spki_sha256="cd" * 32)),
            {},
            [("changed", "tls-key", "22", "ab" * 32, "cd" * 32)],
        ),
        (
            Finding(tls=TLS),
            Finding(tls=replace(TLS, not_after=datetime(2027, 1, 1, tzinfo=UTC), trusted=True, distrust=None)),
            {},
            [
                ("changed", "tls-expiry", "22", "2026-12-31T23:59:59.000Z", "2027-01-01T00:00:00.000Z"),
                ("changed", "tls-trust", "22", "self-signed", "trusted"),
            ],
        ),
        (
            Finding(tls=replace(TLS, names=("b", "a"))),
            Finding(tls=replace(TLS, names=("a", "c"))),
            {},
            [("changed", "tls-names", "22", "a, b", "a, c")],
        ),
        (Finding(tls=TLS), Finding(), {}, []),
        (Finding(tls=TLS), Finding(), {"depth": "tls-info"}, [("changed", "tls-key", "22", "ab" * 32, None)]),
    ],
)
def test_what_a_service_says_is_compared_where_both_asked(
    before: Finding | None, now: Finding | None, options: dict[str, int | float | str], expected: list[Told]
) -> None:
    def report(finding: Finding | None) -> ScanReport:
        findings = {22: finding} if finding else {}
        return scan_report([host_report(HOST, {22: OPEN}, findings=findings)], [22], options=options)

    diff = compare(stored(report(before)), report(now))
    assert everything(diff) == expected


def test_what_only_one_scan_asked_for_is_not_compared() -> None:
    findings = {22: replace(SSH, product=None), 443: Finding(tls=TLS)}
    ports: Verdicts = {22: OPEN, 443: OPEN}
    old = scan_report([host_report(HOST, ports, findings=findings)], ports, options={"depth": "tls-info,probe"})
    assert not compare(stored(old), one_host(ports)).differs
    assert not compare(stored(one_host(ports)), old).differs


def test_an_answer_of_open_ports_alone_says_nothing_of_hosts_and_other_states() -> None:
    old = scan_report([], [22, 80], options={**WIDE, "open": 1})
    there = host_report("10.0.0.9", {22: CLOSED, 80: OPEN})
    diff = compare(stored(old), scan_report([there], [22, 80], options=WIDE))
    assert everything(diff) == [("appeared", "port", "80", None, "open")]


# --- properties -----------------------------------------------------------------------------------

PORTS = [*range(1, 40), *map(udp, range(1, 4))]
TCP_STATES = st.sampled_from([OPEN, CLOSED, SILENT])
UDP_STATES = st.sampled_from([ANSWERED, UNANSWERED, CLOSED])


def worlds() -> st.SearchStrategy[dict[ProbePort, Verdict]]:
    return st.fixed_dictionaries(
        {}, optional={port: UDP_STATES if transport_of(port) == "udp" else TCP_STATES for port in PORTS}
    )


def touched(diff: DiffReport) -> set[ProbePort]:
    return {
        (udp if one.protocol == "udp" else tcp)(port)
        for one in (*diff.appeared, *diff.gone, *diff.changed)
        if one.ports is not None
        for port in each_port(port_ranges(one.ports))
    }


@given(worlds(), worlds())
def test_every_port_is_the_same_or_told_or_not_compared(before: Verdicts, now: Verdicts) -> None:
    before, now = {**before, 99: CLOSED}, {**now, 99: CLOSED}
    diff = between(before, now)
    common = before.keys() & now.keys()
    assert touched(diff) == {port for port in common if before[port].state != now[port].state}
    outside = {(number, one.protocol) for one in diff.not_compared for number in each_port(port_ranges(one.ports))}
    assert outside == {(number_of(port), transport_of(port)) for port in before.keys() ^ now.keys()}
    assert diff.compared == len(common)


@given(worlds(), worlds())
def test_forward_and_backward_tell_the_same(before: Verdicts, now: Verdicts) -> None:
    forward, backward = between(before, now), between(now, before)

    def pairs(changes: tuple[ScanChange, ...]) -> set[tuple[str | None, str | None]]:
        return {(one.protocol, one.ports) for one in changes}

    assert pairs(forward.appeared) == pairs(backward.gone)
    assert pairs(forward.gone) == pairs(backward.appeared)
    assert pairs(forward.changed) == pairs(backward.changed)
    assert forward.compared == backward.compared


@given(worlds())
def test_a_scan_does_not_differ_from_itself(told: Verdicts) -> None:
    diff = between(told, told)
    assert (diff.differs, diff.not_compared, diff.compared) == (False, (), len(told))
