"""How a person sees a subnet: the plan first, then its place in the world, then its bits."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from nettools.core.record import columns
from nettools.core.subnet.binary import split_at
from nettools.core.subnet.describe import Description
from nettools.core.subnet.embedded import Embedded
from nettools.render.output import Output
from nettools.render.style import Canvas
from nettools.render.table import UNBOUNDED_WIDTH, draw, record, text, text_lines, value_text

_ELSEWHERE = {"input", "version", "prefixlen", "binary", "usable", "octal", "integer"}
"""Fields that stand in the heading or in another field's row."""

_LABEL_COLUMNS = 24


def draw_descriptions(output: Output, canvas: Canvas, descriptions: Iterable[Description]) -> None:
    """Each description as a record, a blank line between two."""
    for number, found in enumerate(descriptions):
        output.write("\n" if number else "")
        draw(output, canvas, text(found.input, "heading"), record(canvas, list(_rows(canvas, found))))


def _rows(canvas: Canvas, found: Description) -> Iterator[tuple[str, Text]]:
    for one in columns(Description):
        value = getattr(found, one.name)
        if one.name in _ELSEWHERE or (one.when_present and value in (None, ())):
            continue
        yield _title(found, one.name, one.title), _value(found, one.name, value)
    yield from _bit_rows(canvas, found)


def _title(found: Description, name: str, title: str) -> str:
    if found.broadcast is not None and name in ("first", "last"):
        return f"{title} host"
    return "Number" if name == "hexadecimal" else title


def _value(found: Description, name: str, value: object) -> Text:
    match name:
        case "network":
            return text(str(found.network), "network")
        case "total":
            return text(_counts(found))
        case "registry" | "overlaps":
            blocks = found.registry if name == "registry" else found.overlaps
            return text_lines(f"{block.block}  {block.name} ({block.rfc})" for block in blocks)
        case "globally_reachable":
            return _reachable(found)
        case "embedded" if found.embedded is not None:
            return text(_embedded(found.embedded))
        case "hexadecimal":
            return text(f"{found.hexadecimal} = {found.octal} octal = {found.integer}")
        case "broadcast" if value is None:
            return text(_why_no_broadcast(found))
        case "reverse_zones":
            return text_lines(found.reverse_zones)
        case _:
            return text(value_text(value))


def _reachable(found: Description) -> Text:
    if found.globally_reachable is not None:
        return text("yes", "good") if found.globally_reachable else text("no", "caution")
    if found.category.startswith("Multicast"):
        return text("as far as the multicast scope goes")
    return text("parts of it differ" if found.overlaps else "the registry does not say")


def _embedded(inside: Embedded) -> str:
    if inside.ipv4 is not None:
        return f"{inside.ipv4} ({inside.kind})"
    return f"{inside.kind}: client {inside.client} port {inside.port}, server {inside.server}"


def _counts(found: Description) -> str:
    total = f"{found.total:,}"
    power = f" (2^{found.total.bit_length() - 1})" if found.total >= 1 << 16 else ""
    return f"{total}{power}" + (f", {found.usable:,} usable" if found.usable != found.total else ", all usable")


def _why_no_broadcast(found: Description) -> str:
    if found.version == 6:
        return "- (IPv6 has none)"
    return "- (a /31 has none, RFC 3021)" if found.prefixlen == 31 else "- (a single address)"


def _bit_rows(canvas: Canvas, found: Description) -> Iterator[tuple[str, Text]]:
    """The bit patterns with the network part set off from the host part."""
    binary = found.binary
    patterns = [
        ("Address bits", binary.address),
        ("Netmask bits", binary.netmask),
        ("Network bits", binary.network),
        ("Broadcast bits", binary.broadcast),
    ]
    split = split_at(found.version, found.prefixlen)
    for label, pattern in patterns:
        if pattern is not None:
            yield label, _split_bits(canvas, pattern, split)


def _split_bits(canvas: Canvas, pattern: str, split: int) -> Text:
    """Two colours where there is colour, a bar between the parts where there is none."""
    if canvas.color:
        drawn = Text(pattern)
        drawn.stylize("network", 0, split)
        drawn.stylize("host", split)
    else:
        drawn = Text(f"{pattern[:split]}|{pattern[split:]}")
    return Text("\n").join(drawn.divide(_line_ends(canvas, drawn.plain)))


def _line_ends(canvas: Canvas, pattern: str) -> list[int]:
    """Where to break the pattern so that each line fits and ends between two groups."""
    ends = [place + 1 for place, character in enumerate(pattern) if character in ".:"]
    room = (canvas.width or UNBOUNDED_WIDTH) - _LABEL_COLUMNS
    for groups_a_line in (len(ends) + 1, 4, 2):
        if max(len(pattern) * groups_a_line // (len(ends) + 1), 1) < room:
            return ends[groups_a_line - 1 :: groups_a_line]
    return ends
