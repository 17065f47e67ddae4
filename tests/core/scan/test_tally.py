"""From verdicts to records: every port stands in exactly one place, and a host is up only on its own evidence."""

from collections import Counter
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address
from nettools.core.port_service import ServiceTable
from nettools.core.ports import parse_port_range
from nettools.core.scan.reason import (
    CLOSED,
    IPPROTO_ICMP,
    OPEN,
    SILENT,
    Verdict,
    icmp_verdict,
    verdict,
)
from nettools.core.scan.report import HostReport
from nettools.core.scan.tally import COLLAPSE_ABOVE, HostTally, port_report, port_row

TARGET = IPv4Address("192.0.2.1")
ROUTER = IPv4Address("192.0.2.254")
OURS = IPv4Address("192.0.2.7")

PROHIBITED = icmp_verdict(IPPROTO_ICMP, 3, 13, ROUTER)
REJECTED = icmp_verdict(IPPROTO_ICMP, 3, 3, TARGET)
NOBODY_THERE = icmp_verdict(IPPROTO_ICMP, 3, 1, OURS, is_from_here=True)

SERVICES = ServiceTable(
    registered=[("22", "tcp", "ssh", ""), ("53", "udp", "domain", "")],
    in_practice=[("9092", "tcp", "Kafka")],
)


def tally_of(verdicts: Mapping[int, Verdict], *, address: Address = TARGET) -> HostTally:
    tally = HostTally(address)
    for port, found in verdicts.items():
        tally.settled(port, found, None)
    return tally


def report_of(verdicts: Mapping[int, Verdict]) -> HostReport:
    return tally_of(verdicts).report("192.0.2.1", SERVICES)


def every_port(report: HostReport) -> Iterator[tuple[int, str, str, Address | None]]:
    for one in report.ports:
        yield one.port, one.state, one.reason, one.reason_ip
    for many in report.collapsed:
        for part in many.ports.split(","):
            for port in parse_port_range(part) or ():
                yield port, many.state, many.reason, many.reason_ip


# --- what is listed, what stands together ---------------------------------------------------------


def test_up_to_25_closed_ports_are_listed_one_by_one() -> None:
    report = report_of(dict.fromkeys(range(1, COLLAPSE_ABOVE + 1), CLOSED))
    assert [one.port for one in report.ports] == list(range(1, 26))
    assert report.collapsed == ()


def test_more_stand_together() -> None:
    report = report_of(dict.fromkeys([*range(1, 21), 30, *range(40, 46)], CLOSED))
    assert report.ports == ()
    [together] = report.collapsed
    assert (together.protocol, together.state, together.reason, together.reason_ip) == (
        "tcp",
        "closed",
        "conn-refused",
        None,
    )
    assert (together.count, together.ports) == (27, "1-20,30,40-45")


def test_open_ports_are_always_listed() -> None:
    report = report_of(dict.fromkeys(range(1, 1001), OPEN))
    assert len(report.ports) == 1000
    assert report.collapsed == ()


def test_what_differs_in_reason_or_sender_stands_apart() -> None:
    verdicts = [CLOSED, SILENT, PROHIBITED, REJECTED]
    report = report_of({port: verdicts[port % 4] for port in range(1, 4 * 30 + 1)})
    assert Counter((many.state, many.reason, many.reason_ip, many.count) for many in report.collapsed) == Counter(
        [
            ("closed", "conn-refused", None, 30),
            ("filtered", "no-response", None, 30),
            ("filtered", "admin-prohibited", ROUTER, 30),
            ("filtered", "port-unreach", TARGET, 30),
        ]
    )


def test_each_of_many_reasons_is_listed_while_it_is_rare() -> None:
    senders = [IPv4Address("198.51.100.0") + number for number in range(40)]
    report = report_of({port: icmp_verdict(IPPROTO_ICMP, 3, 1, sender) for port, sender in enumerate(senders, start=1)})
    assert [one.reason_ip for one in report.ports] == senders


def test_ports_are_ascending_whatever_the_order_of_the_answers() -> None:
    tally = HostTally(TARGET)
    for port, found in [(9, OPEN), (3, CLOSED), (7, SILENT), (1, OPEN)]:
        tally.settled(port, found, None)
    report = tally.report("192.0.2.1", SERVICES)
    assert [one.port for one in report.ports] == [1, 3, 7, 9]


def test_ports_that_stand_together_are_ascending_ranges_whatever_the_order_of_the_answers() -> None:
    [together] = report_of(dict.fromkeys(reversed(range(1, 101)), CLOSED)).collapsed
    assert together.ports == "1-100"


@given(
    st.dictionaries(st.integers(0, 65_535), st.sampled_from([OPEN, CLOSED, SILENT, PROHIBITED, REJECTED]), max_size=200)
)
def test_every_port_stands_in_exactly_one_place_with_its_verdict(verdicts: dict[int, Verdict]) -> None:
    report = report_of(verdicts)
    assert Counter(every_port(report)) == Counter(
        (port, found.state, found.reason, found.reason_ip) for port, found in verdicts.items()
    )
    verdict_counts = Counter((found.state, found.reason, found.reason_ip) for found in verdicts.values())
    for many in report.collapsed:
        assert many.count == verdict_counts[many.state, many.reason, many.reason_ip] > COLLAPSE_ABOVE
    assert report.counts == Counter(found.state for found in verdicts.values())


def test_for_rows_every_port_is_listed_by_itself() -> None:
    tally = tally_of(dict.fromkeys(range(1, 101), CLOSED))
    assert [one.port for one in tally.every_port(SERVICES)] == list(range(1, 101))


# --- the host -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdicts", "status", "reason"),
    [
        ([], "unknown", None),
        ([OPEN], "up", "syn-ack"),
        ([CLOSED], "up", "conn-refused"),
        ([REJECTED], "up", "port-unreach"),
        ([SILENT, CLOSED], "up", "conn-refused"),
        ([NOBODY_THERE, SILENT], "down", "host-unreach"),
        ([SILENT], "assumed-up", "no-response"),
        ([PROHIBITED], "assumed-up", "admin-prohibited"),
        ([PROHIBITED, SILENT], "assumed-up", "admin-prohibited"),
    ],
)
def test_a_host_is_up_on_its_own_evidence_and_down_on_its_neighbours(
    verdicts: list[Verdict], status: str, reason: str | None
) -> None:
    assert tally_of(dict(enumerate(verdicts, start=1))).status == (status, reason)


def test_a_host_that_went_away_while_it_was_scanned_was_up() -> None:
    assert tally_of({1: NOBODY_THERE, 2: CLOSED}).status[0] == "up"


def test_this_machine_that_rejects_with_icmp_is_up() -> None:
    """Scanning an address of our own: the sender of the error is the target and this machine at once."""
    rejected_here = icmp_verdict(IPPROTO_ICMP, 3, 3, TARGET, is_from_here=True)
    assert tally_of({1: rejected_here}).status == ("up", "port-unreach")


def test_a_host_is_complete_when_its_plan_says_so() -> None:
    tally = tally_of({1: OPEN, 2: CLOSED})
    assert not tally.report("192.0.2.1", SERVICES).complete
    tally.is_complete = True
    assert tally.report("192.0.2.1", SERVICES).complete


def test_a_port_that_was_not_sent_to_has_no_state() -> None:
    tally = tally_of({1: CLOSED})
    tally.unsent(2, "no-route")
    report = tally.report("192.0.2.1", SERVICES)
    assert [one.port for one in report.ports] == [1]
    assert report.counts == {"closed": 1}
    assert not report.complete


def test_ports_that_were_not_sent_to_are_told_by_the_kind_of_the_fault() -> None:
    tally = HostTally(TARGET)
    for port in (9, 1, 3, 2):
        tally.unsent(port, "no-route")
    tally.unsent(4, "firewalled-here")
    assert tally.unsent_by_kind == {"no-route": "1-3,9", "firewalled-here": "4"}


# --- times ----------------------------------------------------------------------------------------


def test_the_hosts_round_trip_is_its_best_one() -> None:
    tally = HostTally(TARGET)
    for port, rtt_s in enumerate([0.03, 0.0101239, 0.5], start=1):
        tally.settled(port, CLOSED, rtt_s)
    report = tally.report("192.0.2.1", SERVICES)
    assert report.rtt_ms == 10.124
    assert [one.rtt_ms for one in report.ports] == [30.0, 10.124, 500.0]


def test_an_error_of_a_router_is_no_round_trip_of_the_host() -> None:
    tally = HostTally(TARGET)
    tally.settled(1, PROHIBITED, 0.001)
    assert tally.report("192.0.2.1", SERVICES).rtt_ms is None


def test_silence_is_no_round_trip_of_the_host() -> None:
    """The kernel may give up by itself (ETIMEDOUT): how long that took says nothing of the path."""
    tally = HostTally(TARGET)
    tally.settled(1, SILENT, 3.0)
    assert tally.report("192.0.2.1", SERVICES).rtt_ms is None


# --- one port -------------------------------------------------------------------------------------


def test_a_port_is_told_with_its_service_and_what_usually_answers_there() -> None:
    ssh = port_report(22, OPEN, 0.001, SERVICES)
    assert (ssh.port, ssh.protocol, ssh.state, ssh.reason, ssh.rtt_ms) == (22, "tcp", "open", "syn-ack", 1.0)
    assert (ssh.service, ssh.in_practice) == ("ssh", None)
    kafka = port_report(9092, CLOSED, None, SERVICES)
    assert (kafka.service, kafka.in_practice, kafka.rtt_ms) == (None, "Kafka", None)


def test_a_service_of_another_protocol_is_not_told() -> None:
    assert port_report(53, OPEN, None, SERVICES).service is None


def test_a_row_stands_alone() -> None:
    row = port_row("host.test", TARGET, port_report(22, verdict("filtered", "host-unreach", ROUTER), 0.25, SERVICES))
    assert (row.target, row.address, row.port, row.protocol) == ("host.test", TARGET, 22, "tcp")
    assert (row.state, row.reason, row.reason_ip) == ("filtered", "host-unreach", ROUTER)
    assert (row.rtt_ms, row.service, row.in_practice) == (250.0, "ssh", None)
