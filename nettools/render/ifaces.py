"""How a person sees interfaces: a line for each address, counters, or the tree of what lies on what."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from nettools.core.address import format_address
from nettools.core.ifaces.report import Interface, InterfaceAddress
from nettools.core.ifaces.select import inner_kind
from nettools.core.ifaces.tree import Node, tree
from nettools.render.fitted import Column, draw_fitted
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import Head, draw_long, fits, hanging, text, write_text
from nettools.render.units import in_seconds, with_prefix

_HEADS = (
    Head(title="Interface"),
    Head(title="State"),
    Head(title="Kind"),
    Head(title="Address"),
    Head(title="Gateway"),
    Head(title="MTU", align="right"),
    Head(title="Link address"),
    Head(title="Notes", is_prose=True),
)
_NARROW_HEADS = (*_HEADS[:4], _HEADS[-1])
_INDENT = 4
_COUNTS = (
    Head(title="Packets", align="right"),
    Head(title="Errors", align="right"),
    Head(title="Dropped", align="right"),
)
_COUNTER_HEADS = (
    Head(title="Interface"),
    Head(title="State"),
    Head(title="Received", align="right"),
    *_COUNTS,
    Head(title="Sent", align="right"),
    *_COUNTS,
)
_EACH_WAY_COLUMNS = (
    Column(Head(title="Interface")),
    Column(Head(title="Way")),
    Column(Head(title="Bytes", align="right")),
    *(Column(one) for one in _COUNTS),
)


def draw_interfaces(output: Output, canvas: Canvas, interfaces: Sequence[Interface]) -> None:
    """A table with a line for each address, on a narrow terminal with fewer columns, else a paragraph for each."""
    if not interfaces:
        return
    for heads, rows_of in ((_HEADS, _rows), (_NARROW_HEADS, _narrow_rows)):
        rows = [row for one in interfaces for row in rows_of(one)]
        if fits(canvas, heads, rows):
            draw_long(output, canvas, heads, rows)
            return
    _draw_blocks(output, canvas, interfaces)


def _rows(one: Interface) -> Iterator[list[Text]]:
    held = one.addr_info or (None,)
    for place, address in enumerate(held):
        first = place == 0
        yield [
            text(one.ifname, "network") if first else text(""),
            state_text(one) if first else text(""),
            text(_kind(one)) if first else text(""),
            address_text(one, address) if address else text("-"),
            text(_gateway(one, address, held[:place])),
            text("-" if one.mtu is None else str(one.mtu)) if first else text(""),
            text(one.address or "-", "quiet") if first else text(""),
            text("; ".join([*_address_notes(one, address), *(_notes(one) if first else ())])),
        ]


def _narrow_rows(one: Interface) -> Iterator[list[Text]]:
    """The same with what a column has no room for among the notes."""
    for place, row in enumerate(_rows(one)):
        name, state, kind, address, gateway, mtu, link_address, notes = row
        more = [f"gateway {gateway.plain}"] if gateway.plain else []
        more += [notes.plain] if notes.plain else []
        more += [f"MTU {mtu.plain}"] if place == 0 and one.mtu is not None else []
        more += [link_address.plain] if place == 0 and one.address is not None else []
        yield [name, state, kind, address, Text("; ".join(more))]


def _draw_blocks(output: Output, canvas: Canvas, interfaces: Sequence[Interface]) -> None:
    """A line for each interface, below it its addresses and what else there is to say of it."""
    heads = [[text(one.ifname, "network"), state_text(one), text(_kind(one))] for one in interfaces]
    for place in range(2):
        width = max(row[place].cell_len for row in heads)
        for row in heads:
            row[place].pad_right(width - row[place].cell_len)
    for one, head in zip(interfaces, heads, strict=True):
        told = [*head, *([] if one.mtu is None else [text(f"MTU {one.mtu}")])]
        told += [] if one.address is None else [text(one.address, "quiet")]
        write_text(output, canvas, hanging(canvas, Text("  ").join(told), hang=_INDENT))
        held = {address.family for address in one.addr_info}
        for place, address in enumerate(one.addr_info):
            gateway = _gateway(one, address, one.addr_info[:place])
            notes = [f"gateway {gateway}"] if gateway else []
            line = address_text(one, address).append_text(
                text("".join(f"  {note}" for note in (*notes, *_address_notes(one, address))))
            )
            write_text(output, canvas, hanging(canvas, line, indent=_INDENT))
        gateways = {"inet": one.default.inet, "inet6": one.default.inet6}
        others = [f"gateway {gateway}" for family, gateway in gateways.items() if gateway and family not in held]
        if notes := [*others, *_notes(one)]:
            write_text(output, canvas, hanging(canvas, text("; ".join(notes)), indent=_INDENT))


def state_text(one: Interface) -> Text:
    """Up, down, or why not quite up."""
    word, meaning = _state(one)
    return text(word, meaning)


def _state(one: Interface) -> tuple[str, str | None]:
    if one.admin_up is None:
        return "-", None
    if not one.admin_up:
        return "down", "quiet"
    if "NO-CARRIER" in one.flags:
        return "no carrier", "bad"
    if one.operstate in ("UP", "UNKNOWN", None):
        return "up", "good"
    return one.operstate.lower(), "caution"


def address_text(one: Interface, held: InterfaceAddress) -> Text:
    """The address with its prefix length; a link-local one with the zone that makes it usable."""
    shown = format_address(held.local)
    zone = f"%{one.ifname}" if held.family == "inet6" and held.scope == "link" and "%" not in shown else ""
    length = "" if held.prefixlen is None else f"/{held.prefixlen}"
    return text(f"{shown}{zone}{length}", "quiet" if held.scope in ("link", "host") else None)


def _gateway(one: Interface, address: InterfaceAddress | None, before: Sequence[InterfaceAddress | None]) -> str:
    """The gateway beside the first address of its family, or in the first line where there is no such address."""
    held = {address.family for address in one.addr_info}
    ended = {earlier.family for earlier in before if earlier}
    gateways = {"inet": one.default.inet, "inet6": one.default.inet6}
    return ", ".join(
        gateway
        for family, gateway in gateways.items()
        if gateway
        and (
            (address is not None and family == address.family and family not in ended)
            or (not before and family not in held)
        )
    )


def _kind(one: Interface) -> str:
    return str(inner_kind(one) or one.kind or "-")


def _address_notes(one: Interface, held: InterfaceAddress | None) -> Iterator[str]:
    if held is None:
        return
    if held.peer is not None:
        yield f"peer {format_address(held.peer)}"
    if held.label not in (None, one.ifname):
        yield f"label {held.label}"
    yield from (flag for flag in held.flags if flag not in ("dynamic", "mngtmpaddr", "noprefixroute", "stable-privacy"))
    if held.valid_life_time is not None:
        yield f"valid for {in_seconds(held.valid_life_time)}"


def _notes(one: Interface) -> Iterator[str]:
    """What else there is to know, the most important first."""
    if one.master is not None:
        yield f"port of {one.master}"
    if one.link_index is not None:
        yield _link_note(one)
    if one.alias:
        yield f"alias {one.alias}"
    if one.altnames:
        yield f"also {', '.join(one.altnames)}"
    if one.speed_mbps is not None:
        half = " half duplex" if one.duplex == "half" else ""
        yield (f"{one.speed_mbps} Mbit/s" if one.speed_mbps < 1000 else f"{one.speed_mbps / 1000:g} Gbit/s") + half
    if "PROMISC" in one.flags:
        yield "promiscuous"
    about = one.linkinfo.get("info_data")
    if isinstance(about, dict) and isinstance(about.get("id"), int):
        yield f"id {about['id']}"


def _link_note(one: Interface) -> str:
    what = "pair of" if one.kind in ("veth", "netkit") else "over"
    name = one.link or f"number {one.link_index}"
    if one.netnsid is None:
        return f"{what} {name}"
    return f"{what} {name} in namespace {one.netns or f'id {one.netnsid}'}"


def draw_counters(output: Output, canvas: Canvas, interfaces: Sequence[Interface]) -> None:
    """What each interface has received and sent; where a line has no room for both, in a line each."""
    rows = [_counters(one) for one in interfaces]
    if rows and fits(canvas, _COUNTER_HEADS, rows):
        draw_long(output, canvas, _COUNTER_HEADS, rows)
    elif rows:
        draw_fitted(output, canvas, _EACH_WAY_COLUMNS, [one for row in rows for one in _each_way(row)], always=3)


def _each_way(row: list[Text]) -> Iterator[list[Text]]:
    name, state, *counts = row
    yield [name, text("in"), *counts[:4]]
    yield [Text("  ").append_text(state), text("out"), *counts[4:]]


def _counters(one: Interface) -> list[Text]:
    head = [text(one.ifname, "network"), state_text(one)]
    if one.stats is None:
        return [*head, *(text("-") for _ in range(8))]
    cells = list(head)
    for side in (one.stats.rx, one.stats.tx):
        cells += [text(with_prefix(side.bytes, "B")), text(f"{side.packets:,}")]
        cells += [text(f"{count:,}", "bad" if count else "quiet") for count in (side.errors, side.dropped)]
    return cells


def draw_tree(output: Output, canvas: Canvas, shown: Sequence[Interface], machine: Sequence[Interface]) -> None:
    """The interfaces as a forest, one a line."""
    for node in tree(shown, machine):
        line = Text.assemble(text(_branch(canvas, node), "quiet"), text(node.interface.ifname, "network"))
        line.append_text(Text("  ")).append_text(state_text(node.interface))
        line.append_text(text("".join(f"  {part}" for part in _leaf(node)), None))
        write_text(output, canvas, hanging(canvas, line, hang=3 * len(node.is_last) + _INDENT))


def _branch(canvas: Canvas, node: Node) -> str:
    bar, tee, corner = ("|  ", "|- ", "`- ") if canvas.ascii_only else ("│  ", "├─ ", "└─ ")
    if not node.is_last:
        return ""
    above = "".join("   " if is_last else bar for is_last in node.is_last[:-1])
    return above + (corner if node.is_last[-1] else tee)


def _leaf(node: Node) -> Iterator[str]:
    one = node.interface
    yield _kind(one)
    if one.link_index is not None and node.relation != "over":
        yield _link_note(one)
    for held in one.addr_info:
        if held.scope not in ("link", "host"):
            yield address_text(one, held).plain
