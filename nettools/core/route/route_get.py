"""The answer in what ``route -n get DESTINATION`` prints on macOS, FreeBSD, OpenBSD and NetBSD.

It is lines of ``name: value``. ``gateway`` is printed for routes with one; the address that packets get for their
source is ``if address`` on OpenBSD and ``local addr`` on NetBSD, and not told by the others. Source: route(8) of the
four systems.
"""

import re
from collections.abc import Mapping
from typing import Final

from nettools.core.address import WIDTH, Address, parse_ipv4, parse_ipv6
from nettools.core.prefix import Prefix, length_of_netmask, prefix_of
from nettools.core.route.bsd_address import is_loopback, parse_destination, parse_gateway
from nettools.core.route.foreign import TABLE, complaint, type_of_destination
from nettools.core.route.question import SystemAnswer
from nettools.errors import RequestError

# What the tools say of ESRCH: in their own words, through strerror(3), or of a packet that was refused at once.
_NO_ROUTE: Final = re.compile(r"not in table|has not been found|no such process|network is unreachable", re.IGNORECASE)


def parse_route_get(text: str) -> SystemAnswer:
    """The route that the tool found, or the error in its words; both as it wrote them, unescaped."""
    values: dict[str, str] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon and value.strip():
            values.setdefault(name.strip(), value.strip())
    if "flags" not in values or "destination" not in values:
        return SystemAnswer(error="ENETUNREACH" if _NO_ROUTE.search(text) else _complaint(text))
    version = 6 if ":" in values.get("route to", "") + values["destination"] else 4
    flags = set(values["flags"].strip("<>").split(","))
    dst = _destination(values, version)
    dev = values.get("interface") or None
    kind = _type(flags, dst, dev)
    # A route that drops has to be given a gateway when it is added, and never uses it.
    has_gateway = "GATEWAY" in flags and kind not in ("blackhole", "unreachable")
    source = _source(values, version)
    return SystemAnswer(
        type=kind,
        table=TABLE,
        dst=str(dst) if dst else values["destination"],
        dev=dev,
        gateway=parse_gateway(values.get("gateway", ""), version) if has_gateway else None,
        source=source,
        tells_source=source is not None,
    )


def _destination(values: Mapping[str, str], version: int) -> Prefix | None:
    """The route's prefix: the destination with its mask; one without a mask is a host. None if it cannot be read."""
    mask = values.get("mask")
    try:
        address = parse_destination(values["destination"], version)
        if mask is None:
            return address
        if mask == "default":
            return prefix_of(version, address.network, 0, address.zone)
        number = parse_ipv4(mask) if version == 4 else parse_ipv6(mask)
    except RequestError:
        return None
    length = length_of_netmask(version, number)
    return None if length is None else prefix_of(version, address.network, length, address.zone)


def _source(values: Mapping[str, str], version: int) -> Address | None:
    return parse_gateway(values.get("if address") or values.get("local addr") or "", version)


def _type(flags: set[str], dst: Prefix | None, dev: str | None) -> str:
    if "BLACKHOLE" in flags:
        return "blackhole"
    if "REJECT" in flags:
        return "unreachable"
    by_destination = type_of_destination(dst) if dst else "unicast"
    if by_destination != "unicast":
        return by_destination
    if "BROADCAST" in flags:
        return "broadcast"
    is_host = dst is not None and dst.length == WIDTH[dst.version]
    is_ours = is_host and "GATEWAY" not in flags and is_loopback(dev)
    return "local" if "LOCAL" in flags or is_ours else "unicast"


def _complaint(text: str) -> str:
    """The first thing that was said, less the name of who says it."""
    said = [line for line in text.splitlines() if not line.strip().startswith("route to:")]
    return complaint("\n".join(said)).removeprefix("route: ") or "no answer"
