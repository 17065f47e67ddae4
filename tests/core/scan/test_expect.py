"""A scan beside a file of what must be open: exactly that of what was scanned, and what cannot be said is not met."""

from collections.abc import Iterable
from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ports import PortNames
from nettools.core.scan.expect import judge
from nettools.core.scan.expect_file import Expectations, parse_expectations
from nettools.core.scan.expect_report import ExpectFinding, ExpectReport
from nettools.core.scan.port_ranges import each_port, port_ranges
from nettools.core.scan.probe_port import udp
from nettools.core.scan.reason import ANSWERED, CLOSED, OPEN, SILENT, UNANSWERED, Verdict
from nettools.core.scan.report import ScanReport
from nettools.errors import InputError
from tests.core.scan.stored_scans import Verdicts, host_report, scan_report, stored

NAMES = PortNames(
    services={("ssh", "tcp"): [22], ("domain", "udp"): [53]}, groups={"web": [80, 443]}, top={"tcp": [22]}
)
HOST = "192.0.2.10"
SCANNED: Verdicts = {22: OPEN, 80: OPEN, 443: CLOSED, 5432: SILENT, udp(53): ANSWERED, udp(161): UNANSWERED}
WIDE = {"addresses": "10.0.0.0/24"}


def expectations(*lines: str) -> Expectations:
    return parse_expectations("\n".join(lines), "net.txt", NAMES)


def scan(*hosts: tuple[str, Verdicts]) -> ScanReport:
    asked = {port for _, verdicts in hosts for port in verdicts}
    return scan_report([host_report(address, verdicts) for address, verdicts in hosts], asked)


def told(report: ExpectReport) -> list[tuple[str, str | None, str, str, str | None]]:
    found = (*report.unexpected, *report.missing, *report.not_scanned)
    return [(one.finding, one.addresses, one.protocol, one.ports, one.state) for one in found]


def judged(*lines: str) -> list[tuple[str, str, str, str | None]]:
    """The findings on the one host that was scanned."""
    report = judge(expectations(*lines), scan((HOST, SCANNED)))
    findings = told(report)
    assert report.met is not bool(findings)
    return [(kind, protocol, ports, state) for kind, _, protocol, ports, state in findings]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["192.0.2.10 22,80,U:53"], []),
        (["192.0.2.10 ssh,T:80,U:domain  # as it should be"], []),
        (["192.0.2.10 22,U:53"], [("unexpected", "tcp", "80", "open")]),
        (["192.0.2.10 22,80"], [("unexpected", "udp", "53", "open")]),
        (["192.0.2.10 22,80,443,U:53"], [("missing", "tcp", "443", "closed")]),
        (["192.0.2.10 22,80,5432,U:53"], [("missing", "tcp", "5432", "filtered")]),
        (["192.0.2.10 22,80,U:53,161"], [("missing", "udp", "161", "open|filtered")]),
        (["192.0.2.10 22,80,8080-8082,U:53"], [("not-scanned", "tcp", "8080-8082", None)]),
        (
            ["192.0.2.10 none"],
            [("unexpected", "tcp", p, "open") for p in ("22", "80")] + [("unexpected", "udp", "53", "open")],
        ),
        (["192.0.2.10 any"], []),
        (["* 22,80,U:53"], []),
        (["* none", "192.0.2.10 22,80,U:53"], []),
        (["192.0.2.10\t22, 80,\tU:53"], []),
        (["192.0.2.10 22", "192.0.2.10 web,U:53"], [("missing", "tcp", "443", "closed")]),
        ([], [("unexpected", "tcp", p, "open") for p in ("22", "80")] + [("unexpected", "udp", "53", "open")]),
        (["* any"], []),
    ],
)
def test_exactly_the_ports_of_the_line_must_be_open_of_those_that_were_scanned(
    lines: list[str], expected: list[tuple[str, str, str, str | None]]
) -> None:
    assert judged(*lines) == expected


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["192.0.2.0/24 none", "192.0.2.10 any"], None),
        (["192.0.2.10 any", "192.0.2.0/24 none"], None),
        (["192.0.2.0/24 any", "192.0.2.0/28 none", "0.0.0.0/0 any"], 2),
        (["192.0.2.8-192.0.2.12 any", "192.0.2.0/24 none"], None),
        (["192.0.2.1-50 none", "192.0.2.*  any"], 1),
        (["2001:db8::/120 any", "* none"], 2),
        (["192.0.2.0/28 none", "192.0.2.5-20 any"], None),
        (["192.0.2.11 any", "198.51.100.0/31 any"], 0),
    ],
)
def test_of_several_lines_the_one_with_the_fewest_addresses_counts_and_equally_many_together(
    lines: list[str], line: int | None
) -> None:
    findings = judge(expectations(*lines), scan((HOST, {22: OPEN}))).unexpected
    assert [one.line for one in findings] == ([] if line is None else [line or None])


def test_a_name_is_met_when_each_of_its_addresses_is() -> None:
    hosts = [
        host_report("192.0.2.1", {22: OPEN}, target="DB.example.net.", names=("DB.example.net.",)),
        host_report("192.0.2.2", {22: CLOSED}, target="DB.example.net.", names=("DB.example.net.",)),
    ]
    report = judge(expectations("db.EXAMPLE.net 22"), scan_report(hosts, [22]))
    assert told(report) == [("missing", "192.0.2.2", "tcp", "22", "closed")]
    assert report.missing[0].target == "DB.example.net."


def test_a_name_counts_before_a_network_that_holds_its_address() -> None:
    host = host_report(HOST, {22: OPEN}, target="a.test", names=("a.test",))
    assert judge(expectations("192.0.2.0/24 none", "a.test 22"), scan_report([host], [22])).met


def test_what_was_not_scanned_at_all_is_not_met_when_something_is_expected_there() -> None:
    report = judge(
        expectations("gone.test 25", "198.51.100.0/30 22,U:53", "203.0.113.1 none", "203.0.113.2 any"),
        scan((HOST, {22: CLOSED})),
    )
    assert told(report) == [
        ("not-scanned", None, "tcp", "25", None),
        ("not-scanned", "198.51.100.0/30", "tcp", "22", None),
        ("not-scanned", "198.51.100.0/30", "udp", "53", None),
    ]
    assert [one.line for one in report.not_scanned] == [1, 2, 2]
    assert not report.met


def test_a_host_that_was_cut_short_has_no_verdict_on_the_rest() -> None:
    cut = scan_report([host_report(HOST, {22: OPEN}, complete=False)], [22, 80], interrupted=True)
    assert told(judge(expectations("192.0.2.10 22,80"), cut)) == [("not-scanned", HOST, "tcp", "80", None)]


def test_a_host_that_was_not_there_misses_its_ports() -> None:
    absent = scan_report([host_report(HOST, {})], [22])
    assert told(judge(expectations("192.0.2.10 22"), absent)) == [("missing", HOST, "tcp", "22", None)]


# --- scans of so many hosts that the silent ones are not listed -----------------------------------


def test_silent_hosts_of_a_finished_scan_miss_their_ports_as_ranges() -> None:
    wide = scan_report([host_report("10.0.0.9", {22: OPEN})], [22], options=WIDE)
    report = judge(expectations("10.0.0.0/28 22", "10.0.0.3 any", "10.0.0.5 22,80", "10.0.0.0/16 none"), wide)
    assert told(report) == [
        ("missing", "10.0.0.5", "tcp", "22", None),
        ("missing", "10.0.0.0-10.0.0.2 10.0.0.4 10.0.0.6-10.0.0.8 10.0.0.10-10.0.0.15", "tcp", "22", None),
        ("not-scanned", "10.0.0.5", "tcp", "80", None),
    ]
    assert [one.address_count for one in report.missing] == [1, 13]


def test_a_star_is_about_silent_hosts_too() -> None:
    wide = scan_report([], [22], options=WIDE)
    assert told(judge(expectations("* 22", "10.0.0.0/25 none"), wide)) == [
        ("missing", "10.0.0.128/25", "tcp", "22", None)
    ]


def test_nobody_can_say_of_hosts_that_are_not_listed_when_the_scan_was_cut() -> None:
    cut = scan_report([], [22], options=WIDE, interrupted=True)
    assert told(judge(expectations("10.0.0.7 22"), cut)) == [("not-scanned", "10.0.0.7", "tcp", "22", None)]


def test_a_name_whose_address_was_silent_among_many_misses_its_ports() -> None:
    wide = scan_report([], [22], options={**WIDE, "resolved": "A.test=10.0.0.7"})
    assert told(judge(expectations("a.test 22"), wide)) == [("missing", "10.0.0.7", "tcp", "22", None)]


def test_thousands_of_lines_are_judged_quickly() -> None:
    lines = [f"10.{one >> 8}.{one & 255}.0/24 22\n10.{one >> 8}.{one & 255}.7 80" for one in range(3000)]
    wide = scan_report([], [22, 80], options={"addresses": "10.0.0.0/8"})
    report = judge(expectations(*lines), wide)
    assert [one.address_count for one in report.missing] == [3000, 3000 * 255]


# --- the file -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("192.0.2.10", "line 1: '192.0.2.10' lacks its ports"),
        ("\n# x\n192.0.2.10 # 22", "line 3: '192.0.2.10' lacks its ports"),
        ("192.0.2.10 65536", "line 1: port 65536 is out of range"),
        ("192.0.2.10 nosuch", "line 1: 'nosuch' is neither a port nor a service"),
        ("192.0.2.10 22 80", "line 1: "),
        ("192.0.2.256 22", "line 1: "),
        ("192.0.2.0/33 22", "line 1: "),
        ("bad_-.name- 22", "line 1: "),
        ("fe80::1 22", "line 1: 'fe80::1' is link-local"),
        ("*.*.*.1 22", "line 1: '*.*.*.1' is more than 65,536 ranges"),
        ("192.0.2.1 22\n\x1b[2J 22", r"line 2: host name '\x1b[2J'"),
        ("192.0.2.1 none,22", "line 1: 'none' is neither"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, why: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_expectations(text, "net.txt", NAMES)
    assert caught.value.message.startswith("'net.txt' line ")
    assert why in caught.value.message


def test_comments_blank_lines_crlf_and_a_byte_order_mark_are_no_lines() -> None:
    found = parse_expectations("\ufeff# all\r\n\r\n  192.0.2.10   22  # ssh\r\n", "net.txt", NAMES)
    assert [(line.number, line.word) for line in found.lines] == [(3, "192.0.2.10")]


def test_numbers_are_udp_ports_where_the_scan_is_of_udp_alone() -> None:
    found = parse_expectations("192.0.2.10 53", "net.txt", NAMES, transport="udp")
    assert judge(found, scan((HOST, {udp(53): ANSWERED}))).met


@given(st.text(max_size=60))
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        parse_expectations(text, "net.txt", NAMES)
    except InputError as error:
        assert error.message.startswith("'net.txt' line ")  # noqa: PT017


# --- properties -----------------------------------------------------------------------------------


def ports_in(findings: Iterable[ExpectFinding]) -> set[int]:
    return {port for one in findings for port in each_port(port_ranges(one.ports))}


@given(
    st.dictionaries(st.integers(1, 60), st.sampled_from([OPEN, CLOSED, SILENT])),
    st.sets(st.integers(1, 60), min_size=1),
)
def test_every_port_is_met_or_a_finding_of_the_one_kind_that_fits(
    verdicts: dict[int, Verdict], wanted: set[int]
) -> None:
    line = f"{HOST} {','.join(map(str, wanted))}"
    report = judge(expectations(line), stored(scan((HOST, verdicts))))
    opened = {port for port, found in verdicts.items() if found is OPEN}
    assert ports_in(report.unexpected) == opened - wanted
    assert ports_in(report.missing) == (wanted & verdicts.keys()) - opened
    assert ports_in(report.not_scanned) == wanted - verdicts.keys()
    assert report.met == (opened == wanted)


@given(st.lists(st.tuples(st.integers(0, 31), st.integers(0, 31), st.integers(1, 9)), max_size=8), st.integers(0, 31))
def test_the_lines_that_count_are_those_with_the_fewest_addresses(
    ranges: list[tuple[int, int, int]], number: int
) -> None:
    base = ip_address("192.0.2.0")
    assert isinstance(base, IPv4Address)
    lines = [f"{base + min(a, b)}-{base + max(a, b)} {port}" for a, b, port in ranges]
    holding = [(abs(a - b), port) for a, b, port in ranges if min(a, b) <= number <= max(a, b)]
    least = min((size for size, _ in holding), default=0)
    wanted = {port for size, port in holding if size == least}
    report = judge(expectations(*lines), scan((str(base + number), dict.fromkeys(range(1, 10), OPEN))))
    assert ports_in(one for one in report.unexpected) == set(range(1, 10)) - wanted


def test_the_same_holds_for_a_scan_that_was_stored_and_one_that_is_new() -> None:
    new = scan((HOST, SCANNED))
    found = expectations("192.0.2.10 22,443")
    assert judge(found, new) == judge(found, stored(new))
