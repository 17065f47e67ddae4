"""RTM_NEWADDR: an address of an interface. linux/if_addr.h."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address
from struct import Struct
from typing import Final, NamedTuple

from nettools.core.address import WIDTH, Address
from nettools.core.ifaces.names import address_flags
from nettools.core.ifaces.report import Family, InterfaceAddress
from nettools.core.netlink.names import Names
from nettools.core.netlink.wire import attributes, number, text_or_none
from nettools.core.prefix import Prefix, prefix_of

RTM_NEWADDR: Final = 20
RTM_DELADDR: Final = 21

AF_INET: Final = 2
AF_INET6: Final = 10
FAMILIES: Final[dict[int, Family]] = {AF_INET: "inet", AF_INET6: "inet6"}
FAMILY_NUMBERS: Final[dict[Family, int]] = {"inet": AF_INET, "inet6": AF_INET6}
_VERSION_AND_WIDTH: Final[dict[Family, tuple[int, int]]] = {"inet": (4, WIDTH[4]), "inet6": (6, WIDTH[6])}

_IFADDRMSG: Final = Struct("=BBBBI")  # family, prefix length, flags, scope, interface
_ADDRESS, _LOCAL, _LABEL, _BROADCAST, _CACHEINFO, _FLAGS = 1, 2, 3, 4, 6, 8  # IFA_*
_CACHE: Final = Struct("=II")  # struct ifa_cacheinfo: preferred, valid, in seconds
_FOR_EVER: Final = 0xFFFFFFFF


class AddressMessage(NamedTuple):
    """An address, and the index of the interface that has it."""

    ifindex: int
    address: InterfaceAddress


def parse_address_message(body: bytes, names: Names) -> AddressMessage | None:
    """The address; None for a family that is neither IPv4 nor IPv6, or a message too short to hold one."""
    if len(body) < _IFADDRMSG.size:
        return None
    family_number, prefixlen, short_flags, scope, ifindex = _IFADDRMSG.unpack_from(body)
    family = FAMILIES.get(family_number)
    if family is None:
        return None
    values = attributes(body, _IFADDRMSG.size)
    # IFA_LOCAL is the address itself and IFA_ADDRESS the other end; IPv6 without a peer has IFA_ADDRESS alone.
    far = read_address(values.get(_ADDRESS))
    local = read_address(values.get(_LOCAL)) or far
    if local is None:
        return None
    preferred, valid = _life_times(values)
    flags = number(values[_FLAGS]) if _FLAGS in values else short_flags
    return AddressMessage(
        ifindex,
        InterfaceAddress(
            family=family,
            local=local,
            prefixlen=prefixlen,
            peer=far if far != local else None,
            broadcast=read_address(values.get(_BROADCAST)),
            scope=names.scope(scope),
            label=text_or_none(values.get(_LABEL)),
            flags=address_flags(flags, family),
            valid_life_time=valid,
            preferred_life_time=preferred,
        ),
    )


def read_address(value: bytes | None) -> Address | None:
    """The address in 4 or 16 bytes; None where there is none or it is cut short."""
    if value is None:
        return None
    if len(value) == 4:
        return IPv4Address(value)
    return IPv6Address(value) if len(value) == 16 else None


def read_prefix(family: Family, value: bytes, length: int) -> Prefix:
    """The prefix of an address in network order: what is cut short, or left out, is zero to its end.

    A length that the address does not have is taken for the whole of it.
    """
    version, width = _VERSION_AND_WIDTH[family]
    number = int.from_bytes(value[: width // 8].ljust(width // 8, b"\0"))
    return prefix_of(version, number, min(length, width))


def _life_times(values: Mapping[int, bytes]) -> tuple[int | None, int | None]:
    cache = values.get(_CACHEINFO, b"")
    if len(cache) < _CACHE.size:
        return None, None
    preferred, valid = _CACHE.unpack_from(cache)
    return (
        None if preferred == _FOR_EVER else preferred,
        None if valid == _FOR_EVER else valid,
    )
