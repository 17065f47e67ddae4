"""RTM_NEWRULE: a rule of policy routing. linux/fib_rules.h."""

from struct import Struct
from typing import Final

from nettools.core.ifaces.report import Family
from nettools.core.ip_protocols import protocol_name
from nettools.core.netlink.address import FAMILIES, read_prefix
from nettools.core.netlink.names import Names
from nettools.core.netlink.wire import attributes, big_endian, number, number_or_none, text_or_none
from nettools.core.prefix import Prefix
from nettools.core.route.report import Rule

RTM_NEWRULE: Final = 32
RTM_DELRULE: Final = 33

_FIB_RULE_HDR: Final = Struct("=BBBBBBBBI")  # family, lengths of dst and src, tos, table, -, -, action, flags
_DST, _SRC, _IIFNAME, _GOTO, _PRIORITY, _FWMARK = 1, 2, 3, 4, 6, 10  # FRA_*
_FLOW, _TUN_ID, _SUPPRESS_IFGROUP, _SUPPRESS_PREFIXLEN, _TABLE, _FWMASK = 11, 12, 13, 14, 15, 16
_OIFNAME, _L3MDEV, _UID_RANGE, _PROTOCOL, _IP_PROTO, _SPORT, _DPORT = 17, 19, 20, 21, 22, 23, 24
_DSCP, _FLOWLABEL, _FLOWLABEL_MASK, _SPORT_MASK, _DPORT_MASK, _DSCP_MASK = 25, 26, 27, 28, 29, 30

_INVERT: Final = 0x2  # FIB_RULE_INVERT
_ACTIONS: Final = {1: "to_table", 2: "goto", 3: "nop", 6: "blackhole", 7: "unreachable", 8: "prohibit"}  # FR_ACT_*
_NOT_SUPPRESSED: Final = 0xFFFFFFFF


def parse_rule(body: bytes, names: Names) -> Rule | None:
    """The rule; None for a family that is neither IPv4 nor IPv6, or a message too short to be one."""
    if len(body) < _FIB_RULE_HDR.size:
        return None
    head = _FIB_RULE_HDR.unpack_from(body)
    family_number, to_length, from_length, tos, short_table, _, _, action_number, flags = head
    family = FAMILIES.get(family_number)
    if family is None:
        return None
    values = attributes(body, _FIB_RULE_HDR.size)
    action = _ACTIONS.get(action_number, str(action_number))
    protocol = number_or_none(values.get(_PROTOCOL))
    ip_protocol = number_or_none(values.get(_IP_PROTO))
    suppressed = _unless_all_ones(values.get(_SUPPRESS_PREFIXLEN))
    group = _unless_all_ones(values.get(_SUPPRESS_IFGROUP))
    fwmark, fwmask = values.get(_FWMARK), values.get(_FWMASK)
    has_mark = bool(number(fwmark or b"") or number(fwmask or b""))
    table = number(values[_TABLE]) if _TABLE in values else short_table
    is_l3 = bool(number(values.get(_L3MDEV, b"")))
    return Rule(
        family=family,
        priority=number(values.get(_PRIORITY, b"")),
        not_=bool(flags & _INVERT),
        from_=_selector(family, values.get(_SRC, b""), from_length),
        to=_selector(family, values.get(_DST, b""), to_length),
        tos=f"{tos:#x}" if tos else None,
        fwmark=f"{number(fwmark or b''):#x}" if has_mark else None,
        fwmask=f"{number(fwmask or b''):#x}" if has_mark else None,
        iif=text_or_none(values.get(_IIFNAME)),
        oif=text_or_none(values.get(_OIFNAME)),
        uidrange=_uids(values.get(_UID_RANGE, b"")),
        ipproto=None if ip_protocol is None else protocol_name(ip_protocol),
        sport=_ports(values.get(_SPORT, b""), values.get(_SPORT_MASK, b"")),
        dport=_ports(values.get(_DPORT, b""), values.get(_DPORT_MASK, b"")),
        suppress_prefixlength=suppressed,
        suppress_ifgroup=None if group is None else names.group(group),
        goto=number_or_none(values.get(_GOTO)) if action == "goto" else None,
        protocol=None if protocol is None else names.protocol(protocol),
        l3mdev=is_l3,
        table=names.table(table) if action == "to_table" and not is_l3 else None,
        action=action,
        dscp=_masked(values.get(_DSCP), values.get(_DSCP_MASK), all_ones=0x3F),
        tun_id=None if _TUN_ID not in values else str(big_endian(values[_TUN_ID])),
        flowlabel=_masked_big_endian(values.get(_FLOWLABEL), values.get(_FLOWLABEL_MASK)),
        realms=_realms(number(values.get(_FLOW, b""))),
    )


def _selector(family: Family, value: bytes, length: int) -> Prefix | None:
    """None for a rule that does not look at the address."""
    if not length and not value:
        return None
    return read_prefix(family, value, length)


def _unless_all_ones(value: bytes | None) -> int | None:
    """The kernel always sends the suppressors; all ones means none."""
    found = number_or_none(value)
    return None if found == _NOT_SUPPRESSED else found


def _uids(value: bytes) -> str | None:
    """struct fib_rule_uid_range: first and last."""
    if len(value) < 8:
        return None
    return f"{number(value[:4])}-{number(value[4:8])}"


def _ports(value: bytes, mask: bytes) -> str | None:
    """struct fib_rule_port_range: first and last; one port may come with a mask."""
    if len(value) < 4:
        return None
    first, last = number(value[:2]), number(value[2:4])
    if first != last:
        return f"{first}-{last}"
    masked = number(mask)
    return f"{first}/{masked:#x}" if mask and masked != 0xFFFF else str(first)


def _masked(value: bytes | None, mask: bytes | None, *, all_ones: int) -> str | None:
    if value is None:
        return None
    masked = all_ones if mask is None else number(mask)
    return str(number(value)) if masked == all_ones else f"{number(value):#x}/{masked:#x}"


def _masked_big_endian(value: bytes | None, mask: bytes | None) -> str | None:
    if value is None:
        return None
    shown = f"{big_endian(value):#x}"
    return shown if mask is None else f"{shown}/{big_endian(mask):#x}"


def _realms(flow: int) -> str | None:
    """From and to in the two halves of FRA_FLOW; the former is left out when it is 0."""
    if not flow:
        return None
    return f"{flow >> 16}/{flow & 0xFFFF}" if flow >> 16 else str(flow)
