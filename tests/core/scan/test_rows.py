"""What stands together in a host's record is told apart again, port by port."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address

from hypothesis import given
from hypothesis import strategies as st

from nettools.core.port_service import ServiceTable
from nettools.core.ports import compact_ports
from nettools.core.scan.probe_port import udp
from nettools.core.scan.reason import CLOSED, OPEN, SILENT, UNANSWERED, Verdict
from nettools.core.scan.report import ScannedPorts
from nettools.core.scan.rows import count_of, planned_count, standing_together
from nettools.core.scan.tally import HostTally
from tests.record_ports import every_port, port_rows, ranges_of

SERVICES = ServiceTable(registered=[("22", "tcp", "ssh", ""), ("53", "udp", "domain", "")], in_practice=[])


def tally_of(verdicts: Mapping[int, Verdict]) -> HostTally:
    tally = HostTally(IPv4Address("192.0.2.1"))
    for port, found in verdicts.items():
        tally.settled(port, found)
    return tally


@given(st.dictionaries(st.integers(0, (1 << 17) - 1), st.sampled_from([OPEN, CLOSED, SILENT, UNANSWERED]), max_size=90))
def test_every_port_of_a_record_is_what_the_tally_has(verdicts: dict[int, Verdict]) -> None:
    tally = tally_of(verdicts)
    assert every_port(tally.report("192.0.2.1", SERVICES), SERVICES) == tally.every_port(SERVICES)


def test_a_row_for_each_port_of_each_host_with_its_service() -> None:
    host = tally_of({22: OPEN, udp(53): UNANSWERED} | dict.fromkeys(range(100, 130), CLOSED)).report("name", SERVICES)
    rows = list(port_rows([host, host], SERVICES))
    assert len(rows) == 64
    assert rows[:32] == rows[32:]
    assert {row.target for row in rows} == {"name"}
    assert (rows[0].port, rows[0].protocol, rows[0].state, rows[0].service) == (22, "tcp", "open", "ssh")
    assert (rows[31].port, rows[31].protocol, rows[31].state, rows[31].service) == (
        53,
        "udp",
        "open|filtered",
        "domain",
    )


@given(st.sets(st.integers(0, 65535)))
def test_a_port_list_is_counted_without_being_spelled(ports: set[int]) -> None:
    text = compact_ports(sorted(ports))
    assert count_of(text) == len(ports)
    assert {port for one in ranges_of(text) for port in one} == ports


def test_what_was_planned_counts_both_transports() -> None:
    assert planned_count(ScannedPorts(tcp="22,80-89", udp="53")) == 12
    assert planned_count(ScannedPorts(tcp=None, udp=None)) == 0


@given(st.dictionaries(st.integers(0, (1 << 17) - 1), st.sampled_from([OPEN, CLOSED, SILENT, UNANSWERED]), max_size=20))
def test_ports_put_together_are_the_ones_that_come_apart_again(verdicts: dict[int, Verdict]) -> None:
    host = tally_of(verdicts).report("192.0.2.1", SERVICES)
    together = replace(host, ports=(), collapsed=tuple(standing_together(host.ports)))
    assert every_port(together, SERVICES) == every_port(host, SERVICES)
