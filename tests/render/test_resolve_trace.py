"""Traces and comparisons as people see them: a paragraph for each zone, a row for each server, nothing lost."""

from dataclasses import replace
from ipaddress import ip_address

import pytest
from hypothesis import given, settings

from nettools.core.resolve.compare_report import AgreementGroup, ComparedServer, Comparison
from nettools.core.resolve.trace.result import trace_response
from nettools.core.resolve.trace_report import TraceAlias, TraceDnssec, TraceSearch, TraceServer, TraceStep
from nettools.render.resolve_compare import draw_comparisons
from nettools.render.resolve_trace import draw_trace, draw_traces
from nettools.render.style import Canvas
from tests.core.resolve.trace.worlds import traced
from tests.render.drawing import HOSTILE, WIDTHS, canvas_of, faults, missing, widest, written
from tests.render.test_table import canvases, hostile

WIDE = canvas_of(None)
GOOD = TraceServer(
    name="ns1.all.test.",
    address=ip_address("192.0.2.3"),
    status="answered",
    rcode="NOERROR",
    ms=1.24,
    aa=True,
    serial=2026010101,
    nsid=None,
    answer=("CNAME a.all.test.", "A 198.51.100.7"),
    referral_to=None,
    reason=None,
)
REFERRING = replace(GOOD, status="referral", aa=False, answer=(), referral_to="all.test.", serial=None)
DEAD = replace(
    GOOD,
    name="ns2.all.test.",
    address=ip_address("2001:db8:a:b::4"),
    status="timeout",
    rcode=None,
    ms=None,
    aa=None,
    serial=None,
    answer=(),
    reason="no answer to 2 queries in 2 s",
)
ROOT = TraceStep(
    zone=".",
    name="www.all.test.",
    servers=(REFERRING,),
    ns=("ns1.all.test.",),
    ds=(),
    dnssec=TraceDnssec(status="signed", detail="2 DNSKEY", verdict=None, reason=None),
    searches=(),
    referral_to="all.test.",
    aliases=(),
    duration_ms=3.21,
    warnings=(),
)
ZONE = replace(
    ROOT,
    zone="all.test.",
    servers=(GOOD, DEAD),
    dnssec=TraceDnssec(status="broken", detail="no DNSKEY", verdict="bogus", reason="the DS has no key"),
    searches=(
        TraceSearch(name="ns9.test.", addresses=(ip_address("192.0.2.9"),), zones=(".", "test."), reason=None),
        TraceSearch(name="ns8.test.", addresses=(), zones=(), reason="it does not exist, says test."),
    ),
    referral_to=None,
    aliases=(TraceAlias(name="www.all.test.", type="CNAME", target="a.all.test."),),
    duration_ms=2001.5,
    warnings=("the servers disagree about the serial: 3 at ns1; 4 at ns2",),
)
STEPS = (ROOT, ZONE)


def drawn(*steps: TraceStep, canvas: Canvas = WIDE) -> str:
    return written(lambda output: draw_trace(output, canvas, steps))


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_at_every_width_everything_is_there_and_nothing_is_wider(width: int | None, color: bool) -> None:
    sent = drawn(*STEPS, canvas=canvas_of(width, color=color))
    told = ["for www.all.test.", "1 server, 1 of use, 3.2 ms", "2 servers, 1 of use, 2.0 s", "signed - 2 DNSKEY"]
    told += ["ns1.all.test.", "192.0.2.3", "1.2 ms", "2026010101", "CNAME a.all.test., A 198.51.100.7", "answered"]
    told += ["refers to all.test.", "2001:db8:a:b::4", "timeout", "no answer to 2 queries in 2 s"]
    told += ["broken - no DNSKEY", "bogus - the DS has no key", "found 192.0.2.9", "through . test."]
    told += ["ns8.test. came without glue: it does not exist", "www.all.test. is an alias of a.all.test. (CNAME)"]
    told += ZONE.warnings
    assert missing(sent, told) == []
    assert width is None or widest(sent) <= width
    assert ("\x1b[" in sent) == color


def test_a_zone_is_a_paragraph_with_its_servers_counted() -> None:
    lines = drawn(*STEPS).splitlines()
    assert lines[0] == ". for www.all.test. (1 server, 1 of use, 3.2 ms)"
    assert lines[1] == "  DNSSEC: signed - 2 DNSKEY"
    assert lines[lines.index("") + 1] == "all.test. (2 servers, 1 of use, 2.0 s)"


def test_the_name_is_said_again_when_an_alias_has_changed_it() -> None:
    assert "all.test. for a.all.test. (2 servers" in drawn(ROOT, replace(ZONE, name="a.all.test."))


def test_a_zone_with_nobody_to_ask_says_so() -> None:
    assert "all.test. for www.all.test. (nobody to ask, 0 ms)" in drawn(replace(ZONE, servers=(), duration_ms=0.0))


def test_a_remark_stands_behind_the_answer_and_serials_only_where_there_are_any() -> None:
    remark = replace(GOOD, serial=None, reason="it serves sub.all.test. as well")
    sent = drawn(replace(ROOT, servers=(remark,)))
    assert "A 198.51.100.7; it serves sub.all.test. as well" in sent
    assert "Serial" not in sent


@pytest.mark.parametrize(
    ("status", "code"), [("answered", "32"), ("referral", "32"), ("nxdomain", "33"), ("lame", "31"), ("refused", "31")]
)
def test_the_state_has_the_colour_of_what_it_means(status: str, code: str) -> None:
    sent = drawn(replace(ROOT, servers=(replace(GOOD, status=status),)), canvas=canvas_of(None, color=True))
    assert f"\x1b[{code}m{status}" in sent


@given(hostile, canvases)
@settings(max_examples=40)
def test_nothing_that_a_server_says_is_obeyed(said: str, canvas: Canvas) -> None:
    server = replace(DEAD, reason=f"{said}{HOSTILE}", status="refused")
    dnssec = TraceDnssec(status="signed", detail=said, verdict="bogus", reason=said)
    step = replace(ZONE, servers=(server, replace(GOOD, reason=said)), dnssec=dnssec, warnings=(said, HOSTILE))
    searches = (replace(ZONE.searches[0], reason=said), replace(ZONE.searches[1], reason=said))
    assert faults(drawn(replace(step, searches=searches), canvas=canvas)) == set()


# ------------------------------------------------------------------ comparisons

ONE = ComparedServer(
    server="192.0.2.3:5300",
    name="ns1.all.test.",
    status="answered",
    rcode="NOERROR",
    aa=True,
    ttl=300,
    serial=202603,
    nsid="bed-nsd3",
    ms=0.5,
    reason=None,
)
TWO = replace(ONE, server="192.0.2.4:5300", name="ns2.all.test.", serial=202604, nsid=None, ttl=60)
THREE = replace(ONE, server="192.0.2.5", name=None)
LAME = replace(ONE, server="192.0.2.6", status="lame", ttl=None, serial=None, reason="it refers upward, to .")
SILENT = replace(
    ONE, server="192.0.2.7", status="timeout", rcode=None, aa=None, ms=None, ttl=None, serial=None, reason="no answer"
)
DIFFER = Comparison(
    name="all.test.",
    type="SOA",
    zone="all.test.",
    agree=False,
    groups=(
        AgreementGroup(servers=("192.0.2.3:5300", "192.0.2.5"), status="answered", data=("SOA ns. host. 202603",)),
        AgreementGroup(servers=("192.0.2.4:5300",), status="answered", data=("SOA ns. host. 202604",)),
        AgreementGroup(servers=("192.0.2.6",), status="lame", data=()),
        AgreementGroup(servers=("192.0.2.7",), status="timeout", data=()),
    ),
    servers=(ONE, TWO, THREE, LAME, SILENT),
    differences=("the serials differ: 202603 at ns1.all.test., 202604 at ns2.all.test.",),
    warnings=("ns9.all.test. has no address",),
)
AGREE = replace(DIFFER, agree=True, groups=DIFFER.groups[:1], servers=(ONE, THREE), differences=(), zone=None)


def compared(*comparisons: Comparison, canvas: Canvas = WIDE) -> str:
    return written(lambda output: draw_comparisons(output, canvas, comparisons))


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_comparison_has_every_server_and_every_group_at_every_width(width: int | None, color: bool) -> None:
    sent = compared(DIFFER, canvas=canvas_of(width, color=color))
    told = ["all.test. SOA", "differ", "5 servers of all.test., 1 silent", *DIFFER.differences, *DIFFER.warnings]
    told += [one.server for one in DIFFER.servers] + ["ns1.all.test.", "bed-nsd3", "202603", "202604", "300", "60"]
    told += ["SOA ns. host. 202603", "SOA ns. host. 202604", "lame", "it refers upward, to .", "timeout", "no answer"]
    assert missing(sent, told) == []
    assert width is None or widest(sent) <= width
    assert ("\x1b[" in sent) == color


def test_servers_of_one_group_stand_together_and_say_the_same_once() -> None:
    lines = compared(DIFFER).splitlines()
    assert lines[0] == "all.test. SOA  differ  (5 servers of all.test., 1 silent)"
    rows = [line.split() for line in lines[3:8]]
    assert [row[0] for row in rows] == ["1", "192.0.2.5", "2", "3", "4"]
    assert lines[3].endswith("SOA ns. host. 202603")
    assert lines[4].endswith("same")


def test_the_verdict_has_its_colour_and_its_word() -> None:
    color = canvas_of(None, color=True)
    assert "\x1b[32magree" in compared(AGREE, canvas=color)
    assert "\x1b[31mdiffer" in compared(DIFFER, canvas=color)
    nobody = replace(DIFFER, servers=(SILENT,), groups=DIFFER.groups[3:])
    assert "no answer  (1 server of all.test., 1 silent)" in compared(nobody)


def test_columns_that_say_nothing_are_left_out() -> None:
    bare = replace(AGREE, servers=tuple(replace(one, nsid=None, serial=None) for one in AGREE.servers))
    assert "NSID" not in compared(bare)
    assert "Serial" not in compared(bare)
    assert "NSID" in compared(AGREE)


def test_comparisons_are_apart_by_a_blank_line() -> None:
    assert compared(AGREE, AGREE).count("\n\n") == 1


@given(hostile, canvases)
@settings(max_examples=40)
def test_nothing_that_a_compared_server_says_is_obeyed(said: str, canvas: Canvas) -> None:
    server = replace(ONE, nsid=f"{said}{HOSTILE}", reason=said or None)
    one = replace(AGREE, servers=(server, THREE), differences=(said, HOSTILE), warnings=(said,))
    assert faults(compared(one, canvas=canvas)) == set()


# ------------------------------------------------------------------ with the answer


def test_a_trace_ends_with_its_answer_and_the_next_one_begins_below() -> None:
    response = replace(trace_response(traced("www.all.test")), trace=STEPS)
    sent = written(lambda output: draw_traces(output, WIDE, [response, response]))
    first, second = sent.split("www.all.test.  ns1.all.test. 192.0.2.3:5300 over UDP")[:2]
    assert first == drawn(*STEPS) + "\n"
    assert second.endswith("\n\n" + drawn(*STEPS) + "\n")
