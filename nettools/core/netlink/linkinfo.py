"""IFLA_LINKINFO, what a link tells that is special to its kind, in the words of ``ip -j -d link`` (iproute2 6.1).

linux/if_link.h: ``IFLA_INFO_KIND`` and the numbers after it. An attribute that ip 6.1 does not print has the key of a
later ip, or the name that the kernel gives it; one that no table knows has its number as key, and its bytes in
hexadecimal digits. So has everything of a kind without a table.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Final

from nettools.core.netlink import wire
from nettools.core.netlink.kinds.values import SPREAD, Kind, Table, device, digits
from nettools.core.record import Json

_XSTATS: Final = 3
_KNOWN: Final = range(1, 6)
_GREATEST_INDEX: Final = 0x7FFFFFFF  # an ifindex is an int, and positive

# Only a kind that is met costs its import. No entry: dummy, ifb, netdevsim, nlmon, team, vcan, veth, vxcan, wireguard
# tell nothing here.
MODULES: Final = {
    "amt": "overlay",
    "bareudp": "overlay",
    "batadv": "virtual",
    "bond": "bond",
    "bridge": "bridge",
    "can": "can",
    "dsa": "virtual",
    "erspan": "tunnel",
    "geneve": "overlay",
    "gre": "tunnel",
    "gretap": "tunnel",
    "gtp": "overlay",
    "hsr": "ethernet",
    "ip6erspan": "tunnel",
    "ip6gre": "tunnel",
    "ip6gretap": "tunnel",
    "ip6tnl": "tunnel",
    "ipip": "tunnel",
    "ipoib": "virtual",
    "ipvlan": "ethernet",
    "ipvtap": "ethernet",
    "macsec": "ethernet",
    "macvlan": "ethernet",
    "macvtap": "ethernet",
    "netkit": "virtual",
    "rmnet": "virtual",
    "sit": "tunnel",
    "tun": "virtual",
    "vlan": "ethernet",
    "vrf": "virtual",
    "vti": "tunnel",
    "vti6": "tunnel",
    "vxlan": "overlay",
    "wwan": "virtual",
    "xfrm": "tunnel",
}
_SLAVE_MODULES: Final = {"bond": "bond", "bridge": "bridge", "vrf": "virtual"}
# The numbers of kind and data, the start of their keys, and where the tables are: of a link, and of it as a member.
_PARTS: Final = ((1, 2, "info", "KINDS", MODULES), (4, 5, "info_slave", "SLAVES", _SLAVE_MODULES))

Names = Callable[[int], str]


def linkinfo(value: bytes, interface_name: Names) -> dict[str, Json]:
    """The payload of IFLA_LINKINFO as a dict; ``interface_name`` turns an ifindex into a name.

    Never raises, whatever the bytes: an integer of another width is read as one, any other value that is cut short
    or too long is kept in hexadecimal digits.
    """
    attributes = wire.attributes(value)
    result: dict[str, Json] = {}
    for kind_number, data_number, key, collection, modules in _PARTS:
        kind, data = wire.text_or_none(attributes.get(kind_number)), attributes.get(data_number, b"")
        if kind is not None:
            result[f"{key}_kind"] = kind
        table, finish = _kind(modules.get(kind or ""), collection, kind or "")
        # As ip has it: a kind with a table has this key even when it tells nothing.
        if table or data:
            result[f"{key}_data"] = found = _read(table, data, interface_name)
            if finish is not None:
                finish(found, wire.attributes(data))
    if _XSTATS in attributes:
        result["info_xstats"] = _statistics(result.get("info_kind"), attributes[_XSTATS])
    return result | {str(number): item.hex() for number, item in attributes.items() if number not in _KNOWN}


def _kind(module: str | None, collection: str, kind: str) -> Kind:
    if module is None:
        return {}, None
    kinds: dict[str, Kind] = getattr(import_module(f"nettools.core.netlink.kinds.{module}"), collection)
    return kinds[kind]


def _read(table: Table, value: bytes, names: Names) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for number, item in wire.attributes(value).items():
        key, reader = table.get(number, (str(number), digits))
        if isinstance(reader, dict):
            found[key] = _read(reader, item, names)
            continue
        read = reader(item)
        if reader is device and isinstance(read, int) and read <= _GREATEST_INDEX:
            read = names(read) if read else None
        if key == SPREAD:
            assert isinstance(read, dict)
            found |= read
        elif read is not None:
            found[key] = read
    return found


def _statistics(kind: Json, value: bytes) -> Json:
    """What ip prints only if it is asked for statistics; can alone is known to send any."""
    if kind != "can":
        return value.hex()
    from nettools.core.netlink.kinds.can import statistics

    return statistics(value)
