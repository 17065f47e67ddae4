"""What route tables share that are read without netlink: routes of which little is told, and what cannot be read.

Systems other than Linux have one table. It is called ``main``, so that it is asked for and walked as Linux's is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from nettools.core.address import WIDTH, Address, parse_ipv4, parse_ipv6_with_zone
from nettools.core.ifaces.report import Family, Warned, family_of
from nettools.core.prefix import Prefix, prefix_of
from nettools.core.record import Json
from nettools.core.route.question import Question
from nettools.core.route.report import Route
from nettools.core.text import quoted
from nettools.errors import OptionError, PrefixError

TABLE: Final = "main"
_MOST_WARNINGS: Final = 10
_MULTICAST: Final = (Prefix(4, 0xE0000000, 4), Prefix(6, 0xFF << 120, 8))
LIMITED_BROADCAST: Final = Prefix(4, 0xFFFFFFFF, 32)
"""RFC 919 §7."""
_LONGEST_COMPLAINT: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutesRead:
    """The routes in a tool's output, and what in it could not be read."""

    routes: tuple[Route, ...]
    warnings: tuple[Warned, ...] = ()


def table_route(
    dst: Prefix,
    kind: str,
    *,
    gateway: Address | None = None,
    via_family: Family | None = None,
    dev: str | None = None,
    protocol: str | None = None,
    scope: str | None = None,
    prefsrc: Address | None = None,
    metric: int | None = None,
    table: str | None = TABLE,
    flags: tuple[str, ...] = (),
    mtu: int | None = None,
    pref: str | None = None,
    tos: str | None = None,
    from_: Prefix | None = None,
    expires: int | None = None,
    metrics: dict[str, Json] | None = None,
) -> Route:
    """A route with one way, of table main where nothing else is said; what is not told is None.

    ``via_family`` is that of a gateway which is not known itself.
    """
    family = family_of(dst.version)
    if gateway is not None and gateway.version != dst.version:
        via_family = family_of(gateway.version)
    return Route(
        family=family,
        type=kind,
        dst=dst,
        gateway=gateway,
        via_family=via_family,
        dev=dev,
        protocol=protocol,
        scope=scope,
        prefsrc=prefsrc,
        metric=metric,
        table=table,
        flags=flags,
        mtu=mtu,
        nexthops=(),
        nhid=None,
        pref=pref,
        tos=tos,
        from_=from_,
        expires=expires,
        encap=None,
        metrics=metrics or {},
    )


def type_of_destination(dst: Prefix) -> str:
    """What the addresses alone say: multicast (RFC 5771, RFC 4291 §2.7), limited broadcast (RFC 919 §7), or unicast."""
    if any(block.contains(dst) for block in _MULTICAST):
        return "multicast"
    return "broadcast" if dst == LIMITED_BROADCAST else "unicast"


def parse_cidr(text: str) -> Prefix:
    """ADDRESS/LENGTH, the address whole, perhaps with a zone. Raises AddressError or PrefixError."""
    bare, slash, length = text.partition("/")
    version = 6 if ":" in bare else 4
    if not slash:
        raise PrefixError(f"{quoted(text)} has no prefix length")
    if version == 4:
        return prefix_of(4, parse_ipv4(bare), parse_length(length, 4))
    address = parse_ipv6_with_zone(bare)
    return prefix_of(6, int(address), parse_length(length, 6), address.scope_id)


def parse_length(text: str, version: int) -> int:
    """A prefix length. Raises PrefixError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= WIDTH[version]):
        raise PrefixError(f"{quoted(text)} is no prefix length of IPv{version}")
    return int(text)


def complaint(text: str) -> str:
    """The first line that says anything, as it was said, but not without end; empty where nothing was said."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:_LONGEST_COMPLAINT]


def unreadable(what: str, unread: Sequence[tuple[str, str]]) -> tuple[Warned, ...]:
    """A warning for each (text, reason) that is no route; of many the first, and how many more there are."""
    shown = [
        Warned(kind="unreadable-route", message=f"{what} {quoted(text)} is left out: {reason}", hint=None)
        for text, reason in unread[:_MOST_WARNINGS]
    ]
    more = len(unread) - len(shown)
    if more:
        message = f"{more} more of the kind could not be read"
        shown.append(Warned(kind="unreadable-route", message=message, hint=None))
    return tuple(shown)


def require_one_table(table: str | None) -> None:
    """Refuse a table that is not the only one. Raises OptionError."""
    if table not in (None, TABLE):
        raise OptionError("this system has one routing table", hint=f"leave the table out, or write {TABLE}")


def require_expressible(question: Question, tool: str, able: Collection[str] = ()) -> None:
    """Refuse what the system's tool has no words for; ``able`` names the fields of Question that it has.

    A tool that was not told of a mark would answer another question than the one asked. Raises OptionError.
    """
    wishes = {
        "source": ("a source address", question.source is not None),
        "mark": ("a mark", question.mark != 0),
        "uid": ("a user", question.uid is not None),
        "tos": ("a type of service", question.tos != 0),
        "incoming": ("an incoming interface", question.incoming is not None),
        "outgoing": ("an outgoing interface", question.outgoing is not None),
        "protocol": ("a protocol", question.protocol is not None),
        "source_port": ("a source port", question.source_port is not None),
        "destination_port": ("a destination port", question.destination_port is not None),
    }
    for name, (words, is_asked) in wishes.items():
        if is_asked and name not in able:
            raise OptionError(f"{tool} cannot be asked about {words}", hint="ask without it, or on Linux")
