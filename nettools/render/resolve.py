"""How a person sees answers of the DNS: the records of each name, and in words what is not there and why."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.text import Text

from nettools.core.address import format_address
from nettools.core.resolve.lookup import DEFAULT_PORTS
from nettools.core.resolve.report import DnsRecord, ExtendedErrorRecord, Response
from nettools.core.resolve.status import WHAT_IT_MEANS
from nettools.render.output import Output
from nettools.render.resolve_chain import chain_lines, verdict_lines
from nettools.render.style import Canvas
from nettools.render.table import UNBOUNDED_WIDTH, Head, draw, grid, hanging, text
from nettools.render.units import in_milliseconds, in_seconds

_HEADS = (Head(title="Name"), Head(title="Type"), Head(title="TTL", align="right"), Head(title="Data", is_prose=True))

_LEAST_DATA = 28
"""Columns that the data of records need to be readable."""

_FLAGS = {"aa": "authoritative (AA)", "ad": "validated by the server (AD)"}
"""Flags of the header that say how far the answer can be trusted: RFC 1035 §4.1.1, RFC 4035 §3.2.3."""

_TOLD_BY_TRIES = ("unreachable", "malformed", "local-fault")
"""What one try says more exactly than the status."""


def draw_responses(
    output: Output,
    canvas: Canvas,
    responses: Iterable[Response],
    *,
    with_sections: bool,
    with_signatures: bool = True,
) -> None:
    """A paragraph for each name and server; ``with_sections``: all that the replies hold.

    ``with_signatures``: the RRSIG records of other types too, beside those that were asked for as such.
    """
    is_first = True
    for _, named in groupby(responses, key=lambda one: one.query.name):
        groups: dict[str, list[Response]] = {}
        for one in named:
            groups.setdefault(who(one), []).append(one)
        for group in groups.values():
            if not is_first:
                output.write("\n")
            is_first = False
            records = list(_shown(group, with_signatures=with_signatures))
            draw(output, canvas, *_paragraph(canvas, group, records, with_sections=with_sections))


def _shown(group: Iterable[Response], *, with_signatures: bool) -> Iterable[DnsRecord]:
    """The records of the answers, each once."""
    return dict.fromkeys(
        record
        for response in group
        for record in response.answer
        if with_signatures or record.type != "RRSIG" or response.query.type == "RRSIG"
    )


def _paragraph(
    canvas: Canvas, group: Sequence[Response], records: Sequence[DnsRecord], *, with_sections: bool
) -> Iterator[RenderableType]:
    yield hanging(canvas, _headline(group))
    steps = dict.fromkeys(step for response in group for step in response.search)
    yield from (hanging(canvas, text(f"searched {one.name}: {one.status}", "quiet"), indent=2) for one in steps)
    yield from verdict_lines(canvas, group)
    if records:
        yield _records(canvas, records)
    for line in (*_outcomes(group), *_said(group)):
        yield hanging(canvas, line, indent=2)
    if with_sections:
        for response in group:
            yield from _sections(canvas, response)
    yield from chain_lines(canvas, group)
    for line, depth in _systems(group):
        yield hanging(canvas, line, indent=depth)
    for line in _doubts(group):
        yield hanging(canvas, line, indent=2)


def _headline(group: Sequence[Response]) -> Text:
    asked = group[0].query
    name = text(f"{asked.name} ({asked.unicode})" if asked.unicode else asked.name, "heading")
    times = [one.query_time_ms for one in group if one.query_time_ms is not None]
    told = [who(group[0])] if times else [f"asked {who(group[0])}"]
    told += [in_milliseconds(max(times))] if times else []
    told += [words for flag, words in _FLAGS.items() if all(flag in one.flags for one in group)]
    return Text.assemble(name, text(f"  {', '.join(told)}", "quiet"))


def who(response: Response) -> str:
    """The server that the answer is from, and the way to it."""
    server = response.server
    if server is None:
        return "nobody"
    bare = format_address(server.address)
    is_usual = server.port == DEFAULT_PORTS[server.transport]
    host = bare if is_usual else f"[{bare}]:{server.port}" if server.address.version == 6 else f"{bare}:{server.port}"
    name = f"{server.name} " if server.name else ""
    return f"{name}{host} over {server.transport.upper()}"


def _records(canvas: Canvas, records: Sequence[DnsRecord]) -> RenderableType:
    """A table; where it would press the data into a narrow column, the data below what it belongs to."""
    rows = [_row(one) for one in records]
    widths = [max([len(head.title), *(row[place].cell_len for row in rows)]) for place, head in enumerate(_HEADS)]
    room = (canvas.width or UNBOUNDED_WIDTH) - sum(widths[:-1]) - 2 * len(widths[:-1])
    if room >= min(widths[-1], _LEAST_DATA):
        return grid(canvas, _HEADS, rows)
    lines = []
    for name, kind, ttl, data in rows:
        lines += [hanging(canvas, Text("  ").join([name, kind, ttl])), hanging(canvas, data, indent=2, hang=0)]
    return Text("\n", no_wrap=True).join(lines)


def _row(one: DnsRecord) -> list[Text]:
    data = Text(one.data, style="network" if one.type in ("A", "AAAA") else "", overflow="fold")
    kind = one.type if one.class_ == "IN" else f"{one.class_} {one.type}"
    return [Text(one.name, overflow="fold"), text(kind), text(str(one.ttl)), data]


def _outcomes(group: Sequence[Response]) -> Iterator[Text]:
    """What stayed without an answer, and why, in our words and in those of the server."""
    yield from map(_outcome_line, _alike(group))
    told = dict.fromkeys(one for response in group if response.edns for one in response.edns.ede)
    yield from (text(_extended_error(one), "caution") for one in told)


def _said(group: Sequence[Response]) -> Iterator[Text]:
    """What the servers tell of themselves, which they do only when they are asked to."""
    found = [one.edns for one in group if one.edns is not None]
    told = [f"NSID {one.nsid}" for one in found if one.nsid is not None]
    told += [f"client subnet {one.ecs}" for one in found if one.ecs is not None]
    told += [f"cookie {one.cookie}" for one in found if one.cookie is not None]
    if told:
        yield text(", ".join(dict.fromkeys(told)), "quiet")


def _alike(group: Sequence[Response]) -> Iterator[list[Response]]:
    """The responses without an answer, those with the same status and proof of it together."""
    found: dict[object, list[Response]] = {}
    for one in group:
        if one.status != "answered":
            found.setdefault((one.status, _proof(one)), []).append(one)
    yield from found.values()


def _proof(response: Response) -> DnsRecord | None:
    """The SOA that a negative answer came with."""
    is_negative = response.status in ("nodata", "nxdomain")
    return next((one for one in response.authority if one.type == "SOA" and is_negative), None)


def _outcome_line(alike: Sequence[Response]) -> Text:
    status, zone = alike[0].status, _proof(alike[0])
    types = ", ".join(dict.fromkeys(one.query.type for one in alike))
    words = f" - {WHAT_IT_MEANS[status]}" if status in WHAT_IT_MEANS else ""
    who_says = f" (SOA {zone.name}, negative TTL {in_seconds(_negative_ttl_s(zone))})" if zone else ""
    meaning = "caution" if status in ("nodata", "nxdomain") else "bad"
    return Text.assemble(f"{types}: ", text(status, meaning), f"{words}{who_says}")


def _negative_ttl_s(soa: DnsRecord) -> int:
    """How long a resolver remembers that there is nothing: RFC 2308 §5, the lesser of TTL and MINIMUM."""
    minimum = soa.data.rpartition(" ")[2]
    return min(soa.ttl, int(minimum)) if minimum.isdigit() else soa.ttl


def _extended_error(one: ExtendedErrorRecord) -> str:
    """As dig has it."""
    name = f" ({one.name})" if one.name else ""
    return f"EDE {one.code}{name}" + (f": {one.text}" if one.text else "")


def _sections(canvas: Canvas, response: Response) -> Iterator[RenderableType]:
    """The header and the other sections of one reply."""
    if response.rcode is None:
        return
    flags = " ".join(response.flags) or "none"
    edns = response.edns
    options = " ".join(("", *edns.flags)) if edns else ""
    told = f", EDNS {edns.version} udp {edns.udp}{options}" if edns else ", no EDNS"
    header = f"{response.query.type}: {response.rcode}, flags {flags}, {response.size or 0} octets{told}"
    yield hanging(canvas, text(header, "quiet"), indent=2)
    for title, records in (("Authority", response.authority), ("Additional", response.additional)):
        if records:
            yield text(f"  {title} section", "label")
            yield _records(canvas, records)


def _systems(group: Sequence[Response]) -> Iterator[tuple[Text, int]]:
    """(line, indent): what the system's own resolver says, where it was asked: the same for all types of a name."""
    told = next((one.system for one in group if one.system is not None), None)
    if told is None:
        return
    addresses = ", ".join(map(format_address, told.addresses)) or told.error or "nothing"
    source = f" (from {told.source})" if told.source else ""
    differs = bool(told.only_system or told.only_dns)
    yield text(f"the system's resolver says {addresses}{source}", "caution" if differs else "good"), 2
    if told.reason:
        yield text(f"{told.reason}; sources in order: {' '.join(told.sources)}", "quiet"), 4
    for title, ones in (("only in the system's answer", told.only_system), ("only in DNS", told.only_dns)):
        if ones:
            yield text(f"{title}: {', '.join(map(format_address, ones))}", "caution"), 4


def _doubts(group: Sequence[Response]) -> Iterator[Text]:
    """What a person should know about how the answer came about."""
    for warning in dict.fromkeys(one for response in group for one in response.warnings):
        yield text(warning, "caution")
    reasons = [one.reason for response in group for one in response.discarded]
    if reasons:
        counted = ", ".join(f"{reasons.count(one)} {one}" for one in dict.fromkeys(reasons))
        yield text(f"replies that were not believed: {counted}", "caution")
    yield from (text(line, "quiet") for line in _ways(group))


def _ways(group: Sequence[Response]) -> Iterator[str]:
    """How it came to the answer, or to none, where that was not straight; types with the same way in one line."""
    found: dict[tuple[tuple[str, str, str], ...], list[Response]] = {}
    for one in group:
        if len(one.tries) > 1 or (one.tries and one.status in _TOLD_BY_TRIES):
            found.setdefault(tuple((step.server, step.transport, step.result) for step in one.tries), []).append(one)
    for way, alike in found.items():
        servers, transports = {step[0] for step in way}, {step[1] for step in way}
        steps = []
        for place, (server, transport, result) in enumerate(way):
            where = f"{server} " if len(servers) > 1 else ""
            over = f" over {transport.upper()}" if len(transports) > 1 else ""
            took = in_milliseconds(max(one.tries[place].ms for one in alike))
            steps.append(f"{where}{result.replace('-', ' ')}{over} in {took}")
        count = f"{len(way)} tries" if len(way) > 1 else "1 try"
        yield f"{', '.join(dict.fromkeys(one.query.type for one in alike))}: {count}: {', '.join(steps)}"
