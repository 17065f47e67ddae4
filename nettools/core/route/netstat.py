"""The routes in what ``netstat -rn`` prints on macOS, FreeBSD, OpenBSD and NetBSD.

The columns differ, so they are found by their header. A number that the kernel does not have may be left blank,
so that words are told apart by what they are: all columns but the interface hold numbers. Sources: netstat(1)
of the four systems.

The letters, and where they part:

- ``L`` is RTF_LLINFO on all: the route holds a link address, as ARP's and Neighbor Discovery's do. It says nothing
  of the address being ours. ``l`` is RTF_LOCAL, an address of this machine, on OpenBSD and NetBSD. macOS and FreeBSD
  print no letter for it; there a host route without a gateway out of a loopback interface is one.
- ``B`` drops without a word; ``R`` answers "unreachable". Where both stand, the kernel drops.
- ``c`` is "makes routes when used, as the protocol says" on macOS and old FreeBSD, "was made so" on OpenBSD and
  NetBSD; macOS has ``W`` for that.
- ``S`` is "added by hand", but macOS and FreeBSD set it for what the kernel makes of an address too.
- ``I`` (macOS) is a route only for sockets bound to that interface.

Without ``G`` the gateway column does not hold a gateway, but what the link is known by: the address of the
interface, a link address or ``link#4``. ``Prio`` of OpenBSD says who made the route: route(8), RTP_* of net/route.h.
"""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final, NamedTuple

from nettools.core.address import Address
from nettools.core.prefix import Prefix
from nettools.core.record import Json
from nettools.core.route.bsd_address import is_loopback, parse_destination, parse_gateway
from nettools.core.route.foreign import RoutesRead, table_route, type_of_destination, unreadable
from nettools.core.route.report import Route
from nettools.errors import PrefixError, RequestError

_VERSIONS: Final = {"Internet:": 4, "Internet6:": 6}
_SECTION: Final = re.compile(r"[A-Za-z][A-Za-z0-9. ]*:\Z", re.ASCII)
_FLAGS: Final = re.compile(r"(?=[a-z0-9]*[A-Z])[A-Za-z0-9]{1,32}\Z", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,18}\Z", re.ASCII)
_LOCKED_MTU: Final = re.compile(r"([0-9]{1,18})L\Z", re.ASCII)  # NetBSD writes it as one word, OpenBSD as two

_INTERFACE_COLUMNS: Final = frozenset({"Netif", "Iface", "Interface"})
_DERIVED: Final = frozenset("UGHBRbml")  # said by the type, the destination and the gateway
_WORDS: Final = {
    "1": "proto1",
    "2": "proto2",
    "3": "proto3",
    "C": "cloning",
    "D": "dynamic",
    "F": "bfd",
    "I": "ifscope",
    "J": "jumbo",
    "L": "llinfo",
    "M": "modified",
    "P": "mpath",
    "S": "static",
    "T": "mpls",
    "W": "cloned",
    "X": "xresolve",
    "Y": "proxy",
    "d": "done",
    "g": "global",
    "h": "cached",
    "i": "ifref",
    "n": "connected",
    "p": "announce",
    "r": "router",
}
_PRIORITIES: Final = {
    1: "kernel",
    4: "kernel",
    8: "static",
    28: "eigrp",
    32: "ospf",
    36: "isis",
    40: "rip",
    48: "bgp",
}


class _Table(NamedTuple):
    """What the lines of a section mean: the IP version and the columns behind the flags."""

    version: int
    columns: tuple[str, ...]


class _Cells(NamedTuple):
    """A line behind its flags."""

    numbers: dict[str, int]
    dev: str | None
    is_mtu_locked: bool


def parse_netstat(text: str) -> RoutesRead:
    """The routes in their order. A line that is none is left out with a warning."""
    routes: list[Route] = []
    unread: list[tuple[str, str]] = []
    version: int | None = None
    table: _Table | None = None
    is_table_seen = False
    for line in text.splitlines():
        words = line.split()
        if _SECTION.match(line.rstrip()):
            version, table = _VERSIONS.get(line.rstrip()), None
            is_table_seen = True
        elif version is None or not words:
            continue
        elif words[0] == "Destination":
            columns = words[words.index("Flags") + 1 :] if "Flags" in words else words[3:]
            table = _Table(version=version, columns=tuple(columns))
        elif table is None:
            unread.append((line.strip(), "no line says what its columns are"))
        else:
            try:
                routes.append(_route(words, table))
            except RequestError as error:
                unread.append((line.strip(), error.message))
    if not is_table_seen and text.strip() not in ("", "Routing tables"):
        unread.append((text.strip(), "it is no routing table"))
    return RoutesRead(routes=tuple(routes), warnings=unreadable("the line", unread))


def _route(words: Sequence[str], table: _Table) -> Route:
    if len(words) < 3 or not _FLAGS.match(words[2]):
        raise PrefixError("it has no destination, gateway and flags")
    flags = words[2]
    dst = parse_destination(words[0], table.version, is_host="H" in flags and "/" not in words[0])
    cells = _cells(words[3:], table.columns)
    address = parse_gateway(words[1], table.version)
    has_gateway = "G" in flags
    if has_gateway and address is None:
        raise PrefixError("its gateway is not an address")
    kind = _type(flags, type_of_destination(dst), cells.dev)
    is_dead_end = kind in ("blackhole", "unreachable")
    priority = cells.numbers.get("Prio")
    is_openbsd_kin = "Netif" not in table.columns
    metrics: dict[str, Json] = {"lock": ["mtu"]} if cells.is_mtu_locked else {}
    return table_route(
        dst,
        kind,
        # A route that drops has to be given a gateway when it is added, and never uses it.
        gateway=address if has_gateway and not is_dead_end else None,
        prefsrc=None if has_gateway or is_dead_end else _own_address(address, dst, kind, flags),
        dev=cells.dev,
        protocol=_protocol(flags, kind, priority, is_openbsd_kin=is_openbsd_kin),
        metric=priority,
        flags=_flag_words(flags, is_openbsd_kin=is_openbsd_kin),
        mtu=cells.numbers.get("Mtu") or None,
        expires=cells.numbers.get("Expire"),
        metrics=metrics,
    )


def _own_address(address: Address | None, dst: Prefix, kind: str, flags: str) -> Address | None:
    """The interface's address in the gateway column, which is what packets get for their source.

    A link address of eight bytes reads as an IPv6 address, and some links stand under the address of their other end.
    """
    if address is None or address.version != dst.version or "L" in flags:
        return None
    return address if kind == "local" or int(address) != dst.network else None


def _cells(words: Sequence[str], columns: Sequence[str]) -> _Cells:
    """The numbers by column, and the interface between them."""
    # Old FreeBSD marks a destination that has another route with an arrow at the end.
    words = list(takewhile(lambda word: word != "=>", words))
    place = next((place for place, name in enumerate(columns) if name in _INTERFACE_COLUMNS), len(columns))
    before, after = list(columns[:place]), columns[place + 1 :]
    found: list[str] = []
    is_mtu_locked = False
    rest = iter(words)
    dev: str | None = None
    for word in rest:
        locked = _LOCKED_MTU.match(word)
        if locked:
            is_mtu_locked = True
            found.append(locked[1])
        elif word == "L" and found:
            is_mtu_locked = True
        elif _NUMBER.match(word) or word == "-":
            found.append(word)
        else:
            dev = None if word.strip("-") == "" else word
            break
    if len(found) == len(before) - 1 and "Mtu" in before:
        before.remove("Mtu")
    behind = list(rest)
    if len(found) != len(before) or len(behind) > len(after):
        raise PrefixError("it has more or fewer columns than its header")
    pairs = [*zip(before, found, strict=True), *zip(after, behind, strict=False)]
    # "!" for Expire (macOS) and "-" are no numbers.
    numbers = {name: int(word) for name, word in pairs if _NUMBER.match(word)}
    return _Cells(numbers=numbers, dev=dev, is_mtu_locked=is_mtu_locked)


def _type(flags: str, by_destination: str, dev: str | None) -> str:
    if "B" in flags:
        return "blackhole"
    if "R" in flags:
        return "unreachable"
    if by_destination != "unicast":
        return by_destination
    if "b" in flags:
        return "broadcast"
    is_ours = "H" in flags and "G" not in flags and is_loopback(dev)
    return "local" if "l" in flags or is_ours else "unicast"


def _protocol(flags: str, kind: str, priority: int | None, *, is_openbsd_kin: bool) -> str | None:
    if "D" in flags:
        return "redirect"
    is_neighbour = "H" in flags and "G" not in flags and ("L" in flags or "W" in flags)
    is_connected = "G" not in flags and ("C" in flags or "n" in flags) and kind not in ("blackhole", "unreachable")
    if kind in ("local", "broadcast") or is_neighbour or is_connected:
        return "kernel"
    if priority in _PRIORITIES:
        return _PRIORITIES[priority]
    if "S" in flags:
        return "static"
    if is_openbsd_kin and priority is not None:
        return None
    return None if "G" in flags or set(flags) & set("123BR") else "kernel"


def _flag_words(flags: str, *, is_openbsd_kin: bool) -> tuple[str, ...]:
    """The letters that say more than the other fields do, in words; one that has none stays as it is."""
    words = dict(_WORDS, c="cloned" if is_openbsd_kin else "prcloning")
    said = [words.get(letter, letter) for letter in flags if letter not in _DERIVED]
    return tuple(said if "U" in flags else [*said, "dead"])
