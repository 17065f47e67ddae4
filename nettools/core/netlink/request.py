"""What is asked of the kernel, as bytes: dumps of a whole table, and the route of one packet. rtnetlink(7)."""

from struct import pack
from typing import TYPE_CHECKING, Final

from nettools.core.ifaces.report import Family, family_of
from nettools.core.netlink.address import FAMILY_NUMBERS
from nettools.core.netlink.route_header import RTA_DST, RTA_OIF, RTA_SRC, RTA_TABLE
from nettools.core.netlink.wire import attribute, message

if TYPE_CHECKING:
    from nettools.core.route.question import Question

_RTM_GETLINK: Final = 18
_RTM_GETADDR: Final = 22
_RTM_GETROUTE: Final = 26
_RTM_GETRULE: Final = 34
_RTM_GETNSID: Final = 90
_RTM_GETNEXTHOP: Final = 106

_NLM_F_REQUEST: Final = 0x1
_NLM_F_DUMP: Final = 0x300

_IFLA_TARGET_NETNSID: Final = 46
_NETNSA_FD: Final = 3  # linux/net_namespace.h
_RTM_F_LOOKUP_TABLE: Final = 0x1000
"""Say in the answer which table it came from."""
_RTA_IIF, _RTA_MARK, _RTA_UID, _RTA_IP_PROTO, _RTA_SPORT, _RTA_DPORT = 3, 16, 25, 27, 28, 29
_RT_TABLE_COMPAT: Final = 252  # in the one byte of the header, for a number that does not fit


def dump_links(sequence: int, *, netnsid: int | None = None) -> bytes:
    """Every link, with its counters; of the namespace with that id where one is given."""
    target = b"" if netnsid is None else attribute(_IFLA_TARGET_NETNSID, pack("=i", netnsid))
    return _dump(_RTM_GETLINK, sequence, bytes(16) + target)


def dump_addresses(sequence: int) -> bytes:
    """Every address of both families."""
    return _dump(_RTM_GETADDR, sequence, bytes(8))


def dump_routes(sequence: int, family: Family, *, table: int | None = None) -> bytes:
    """The routes of a table, of all tables where none is given."""
    short = 0 if table is None else table if table < 256 else _RT_TABLE_COMPAT
    head = pack("=BBBBBBBBI", FAMILY_NUMBERS[family], 0, 0, 0, short, 0, 0, 0, 0)
    long = b"" if table is None else attribute(RTA_TABLE, pack("=I", table))
    return _dump(_RTM_GETROUTE, sequence, head + long)


def dump_nexthops(sequence: int) -> bytes:
    """The next-hop objects of both families: struct nhmsg, all zero."""
    return _dump(_RTM_GETNEXTHOP, sequence, bytes(8))


def dump_rules(sequence: int, family: Family) -> bytes:
    """The policy rules."""
    return _dump(_RTM_GETRULE, sequence, pack("=BBBBBBBBI", FAMILY_NUMBERS[family], 0, 0, 0, 0, 0, 0, 0, 0))


def get_namespace_id(sequence: int, descriptor: int) -> bytes:
    """The id that this namespace has for the one that the descriptor is open on."""
    return message(_RTM_GETNSID, _NLM_F_REQUEST, sequence, bytes(4) + attribute(_NETNSA_FD, pack("=I", descriptor)))


def get_route(sequence: int, question: "Question", *, incoming: int | None, outgoing: int | None) -> bytes:
    """What the kernel would do with the packet; the interfaces are given by their index."""
    destination, source = question.destination, question.source
    family = family_of(destination.version)
    width = len(destination.packed) * 8
    head = pack(
        "=BBBBBBBBI",
        FAMILY_NUMBERS[family],
        width,
        width if source is not None else 0,
        question.tos,
        0,
        0,
        0,
        0,
        _RTM_F_LOOKUP_TABLE if family == "inet" else 0,  # IPv6 says it unasked, and refuses to be asked
    )
    parts = [attribute(RTA_DST, destination.packed)]
    if source is not None:
        parts.append(attribute(RTA_SRC, source.packed))
    numbers = (
        (_RTA_IIF, incoming, "=I"),
        (RTA_OIF, outgoing, "=I"),
        (_RTA_MARK, question.mark or None, "=I"),
        (_RTA_UID, question.uid, "=I"),
        (_RTA_IP_PROTO, question.protocol, "=B"),
        (_RTA_SPORT, question.source_port, "!H"),
        (_RTA_DPORT, question.destination_port, "!H"),
    )
    parts += [attribute(kind, pack(layout, value)) for kind, value, layout in numbers if value is not None]
    return message(_RTM_GETROUTE, _NLM_F_REQUEST, sequence, head + b"".join(parts))


def _dump(kind: int, sequence: int, body: bytes) -> bytes:
    return message(kind, _NLM_F_REQUEST | _NLM_F_DUMP, sequence, body)
