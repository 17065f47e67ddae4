"""How two networks stand to each other."""

from typing import Literal, NamedTuple, get_args

from nettools.core.address import WIDTH, format_address
from nettools.core.intervals import Ranges
from nettools.core.subnet.parse import parse_subnet, refuse_zone

Relation = Literal["equal", "contains", "within", "overlaps", "adjacent", "disjoint"]
RELATIONS: tuple[Relation, ...] = get_args(Relation)


class Span(NamedTuple):
    """A network or a range: what it is, and how it is written."""

    version: int
    first: int
    last: int
    text: str

    @property
    def size(self) -> int:
        """How many addresses it holds."""
        return self.last - self.first + 1


def parse_span(text: str) -> Span:
    """The addresses that a network, an address or a range holds. Raises AddressError or PrefixError."""
    networks = [interface.network for interface in parse_subnet(text)]
    first, last = networks[0], networks[-1]
    refuse_zone(text, first)
    shown = str(first) if len(networks) == 1 else f"{format_address(first.first)}-{format_address(last.last)}"
    return Span(first.version, first.network, last.last_number, shown)


def relation(a: Span, b: Span) -> Relation:
    """What ``a`` is to ``b``. Two networks never overlap in part; ranges may."""
    if a.version != b.version:
        return "disjoint"
    if (a.first, a.last) == (b.first, b.last):
        return "equal"
    if a.first <= b.first and b.last <= a.last:
        return "contains"
    if b.first <= a.first and a.last <= b.last:
        return "within"
    if a.first <= b.last and b.first <= a.last:
        return "overlaps"
    return "adjacent" if a.last + 1 == b.first or b.last + 1 == a.first else "disjoint"


def are_mergeable(a: Span, b: Span) -> bool:
    """Whether both together are exactly one network."""
    if a.version != b.version:
        return False
    together = Ranges.of_pairs([(a.first, a.last), (b.first, b.last)])
    return len(together.packed(WIDTH[a.version])) == 1
