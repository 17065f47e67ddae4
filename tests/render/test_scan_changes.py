"""Changes and expectations as people see them: by host, signed, nothing lost at any width."""

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import get_args

import pytest
from hypothesis import given, settings

from nettools.core.record import flat_cells, flat_header
from nettools.core.scan.diff_report import DiffReport, NotCompared, OldScan, ScanChange, WhyNotCompared
from nettools.core.scan.expect_report import ExpectFinding, ExpectReport
from nettools.render.data import write_csv_header, write_csv_row, write_json_line, write_plain_row
from nettools.render.output import Output
from nettools.render.scan_changes import draw_changes, draw_expected
from nettools.render.style import Canvas
from tests.render.drawing import HOSTILE, WIDTHS, canvas_of, faults, missing, widest, written
from tests.render.test_table import canvases, hostile

OLD = OldScan(file="old.json", started=datetime(2026, 1, 31, 12, 0, tzinfo=UTC))
APPEARED = ScanChange(
    change="appeared",
    what="port",
    target="db.example.net",
    address=ip_address("192.0.2.10"),
    names=("db.example.net",),
    protocol="tcp",
    ports="443",
    count=1,
    before="closed",
    after="open",
    before_reason="conn-refused",
    after_reason="syn-ack",
    service="https",
)
GONE = ScanChange(
    change="gone",
    what="host",
    target="192.0.2.0/24",
    address=ip_address("192.0.2.9"),
    names=(),
    protocol=None,
    ports=None,
    count=0,
    before="up",
    after="silent",
    before_reason="syn-ack",
    after_reason=None,
    service=None,
)
CHANGED = ScanChange(
    change="changed",
    what="port",
    target="db.example.net",
    address=ip_address("192.0.2.10"),
    names=("db.example.net",),
    protocol="tcp",
    ports="1-21,23-79",
    count=78,
    before="closed",
    after="filtered",
    before_reason="conn-refused",
    after_reason="no-response",
    service=None,
)
VERSION = ScanChange(
    change="changed",
    what="version",
    target="db.example.net",
    address=ip_address("192.0.2.10"),
    names=("db.example.net",),
    protocol="tcp",
    ports="22",
    count=1,
    before="9.2",
    after=None,
    before_reason=None,
    after_reason=None,
    service="ssh",
)
ELSEWHERE = NotCompared(
    why="not-scanned-now",
    addresses="192.0.2.128/25",
    address_count=128,
    protocol="tcp",
    ports="1-1024",
    port_count=1024,
)
DIFF = DiffReport(
    old=OLD,
    differs=True,
    compared=2048,
    appeared=(APPEARED,),
    gone=(GONE,),
    changed=(CHANGED, VERSION),
    not_compared=(ELSEWHERE,),
)
SAME = DiffReport(old=OLD, differs=False, compared=1, appeared=(), gone=(), changed=(), not_compared=())

UNEXPECTED = ExpectFinding(
    finding="unexpected",
    target="db.example.net",
    addresses="192.0.2.10",
    address_count=1,
    protocol="tcp",
    ports="8443",
    port_count=1,
    state="open",
    reason="syn-ack",
    service="https-alt",
    line=None,
)
MISSING = ExpectFinding(
    finding="missing",
    target="db.example.net",
    addresses="192.0.2.10",
    address_count=1,
    protocol="tcp",
    ports="5432",
    port_count=1,
    state="filtered",
    reason="no-response",
    service=None,
    line=3,
)
NOT_SCANNED = ExpectFinding(
    finding="not-scanned",
    target="192.0.2.0/24",
    addresses="192.0.2.0-192.0.2.9",
    address_count=10,
    protocol="udp",
    ports="53,161",
    port_count=2,
    state=None,
    reason=None,
    service=None,
    line=7,
)
UNMET = ExpectReport(
    file="net.txt", met=False, hosts=1, unexpected=(UNEXPECTED,), missing=(MISSING,), not_scanned=(NOT_SCANNED,)
)
MET = ExpectReport(file="net.txt", met=True, hosts=3, unexpected=(), missing=(), not_scanned=())


def drawn(canvas: Canvas, diff: DiffReport = DIFF) -> str:
    return written(lambda output: draw_changes(output, canvas, diff))


def judged(canvas: Canvas, report: ExpectReport = UNMET) -> str:
    return written(lambda output: draw_expected(output, canvas, report))


def test_changes_are_grouped_by_host_in_the_order_of_addresses_and_ports() -> None:
    assert drawn(canvas_of(None)) == (
        "192.0.2.0/24 (192.0.2.9)\n"
        "  - host: up (syn-ack) → silent\n"
        "\n"
        "db.example.net (192.0.2.10)\n"
        "  ~ 1-21,23-79/tcp (78 ports): closed (conn-refused) → filtered (no-response)\n"
        "  ~ 22/tcp ssh version: 9.2 → -\n"
        "  + 443/tcp https: closed (conn-refused) → open (syn-ack)\n"
        "\n"
        "Not compared\n"
        "  ? 192.0.2.128/25 (128 addresses) 1-1024/tcp (1,024 ports): not scanned now\n"
        "\n"
        "1 appeared, 1 gone, 2 changed since 2026-01-31 12:00:00 UTC (old.json); 2,048 ports compared\n"
    )


def test_no_change_and_nothing_to_compare_are_said_apart() -> None:
    assert drawn(canvas_of(None), SAME) == (
        "nothing has changed since 2026-01-31 12:00:00 UTC (old.json); 1 port compared\n"
    )
    nothing = DiffReport(old=OLD, differs=False, compared=0, appeared=(), gone=(), changed=(), not_compared=())
    assert drawn(canvas_of(None), nothing).startswith("nothing could be compared since 2026-01-31")


def test_findings_are_grouped_by_host_with_the_line_that_expects_them() -> None:
    assert judged(canvas_of(None)) == (
        "db.example.net (192.0.2.10)\n"
        "  - 5432/tcp: expected open, is filtered (no-response) (line 3)\n"
        "  + 8443/tcp https-alt: open, not expected (no line is about this host)\n"
        "\n"
        "192.0.2.0/24 (192.0.2.0-192.0.2.9)\n"
        "  ? 53,161/udp: expected open, not scanned (line 7)\n"
        "\n"
        "not as net.txt expects: 1 unexpected, 1 missing, 20 not scanned\n"
    )


def test_a_file_that_is_met_is_one_line() -> None:
    assert judged(canvas_of(None), MET) == "3 hosts as net.txt expects\n"


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_lost_and_no_line_is_too_wide_at_any_width(width: int | None) -> None:
    text = drawn(canvas_of(width))
    data = ["192.0.2.9", "443/tcp", "conn-refused", "no-response", "1-21,23-79/tcp", "192.0.2.128/25", "old.json"]
    assert not missing(text, data)
    assert width is None or widest(text) <= width
    findings = judged(canvas_of(width))
    assert not missing(findings, ["5432/tcp", "https-alt", "192.0.2.0-192.0.2.9", "53,161/udp", "net.txt"])
    assert width is None or widest(findings) <= width


def test_without_box_characters_the_arrow_is_ascii() -> None:
    assert drawn(canvas_of(None, ascii_only=True)).isascii()


def test_the_colours_repeat_what_the_signs_say() -> None:
    text = drawn(canvas_of(None, color=True))
    assert "\x1b[32m+ 443/tcp" in text
    assert "\x1b[31m- host" in text
    assert "\x1b[33m~ 22/tcp" in text
    findings = judged(canvas_of(None, color=True))
    assert "\x1b[31m+ 8443/tcp" in findings
    assert "\x1b[32m3 hosts" in judged(canvas_of(None, color=True), MET)


@pytest.mark.parametrize("why", get_args(WhyNotCompared))
def test_every_reason_for_not_comparing_has_its_words(why: WhyNotCompared) -> None:
    one = NotCompared(why=why, addresses="192.0.2.1", address_count=1, protocol="udp", ports="53", port_count=1)
    diff = DiffReport(old=OLD, differs=False, compared=0, appeared=(), gone=(), changed=(), not_compared=(one,))
    assert "  ? 192.0.2.1 53/udp: " in drawn(canvas_of(None), diff)


@given(hostile, canvases)
@settings(max_examples=50)
def test_hostile_values_do_nothing_to_a_terminal(text: str, canvas: Canvas) -> None:
    change = replace(VERSION, target=text, names=(text,), before=text, after=HOSTILE, service=text)
    diff = replace(DIFF, old=replace(OLD, file=text), changed=(change, replace(change, names=(), before_reason=text)))
    finding = replace(MISSING, target=text, state=text, reason=text, service=HOSTILE)
    assert not faults(drawn(canvas, diff))
    assert not faults(judged(canvas, replace(UNMET, file=text, missing=(finding,))))


def test_a_change_is_a_row_of_csv_and_plain_output_and_a_json_line() -> None:
    header = flat_header(ScanChange)
    assert dict(zip(header, flat_cells(APPEARED), strict=True))["address"] == "192.0.2.10"

    def write(output: Output) -> None:
        write_csv_header(output, ScanChange)
        write_csv_row(output, APPEARED)
        write_plain_row(output, GONE)

    csv_head, csv_row, plain = written(write).splitlines()
    assert csv_head.startswith("change,what,target,address,names,protocol,ports")
    assert csv_row.startswith("appeared,port,db.example.net,192.0.2.10,db.example.net,tcp,443,1,closed,open")
    assert plain.split("\t")[:4] == ["gone", "host", "192.0.2.0/24", "192.0.2.9"]
    line = written(lambda out: write_json_line(out, "change", APPEARED))
    assert line.startswith('{"type":"change","change":"appeared","what":"port"')
