"""The routes and the answer in what PowerShell's Get-NetRoute and Find-NetRoute give as JSON.

Numbers and names mean the same: which of them come depends on the version of PowerShell. ConvertTo-Json gives a
list, a single object, or nothing at all. Sources: the class MSFT_NetRoute of the provider nettcpip, Get-NetRoute,
Find-NetRoute, and the enumeration NL_ROUTE_PROTOCOL (RFC 4292 §4, IANAipRouteProtocol).

What is compared between routes is the sum of the route's own metric and its interface's (Get-NetRoute). Windows has
no types of routes: its own addresses and their broadcast addresses are routes to one host that Protocol calls
Local, and of those the broadcast address is the last of a network on the same interface.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from nettools.core.address import WIDTH, Address, parse_address
from nettools.core.prefix import Prefix
from nettools.core.route.foreign import (
    TABLE,
    RoutesRead,
    complaint,
    parse_cidr,
    table_route,
    type_of_destination,
    unreadable,
)
from nettools.core.route.question import SystemAnswer
from nettools.core.route.report import Route
from nettools.errors import AddressError, PrefixError, RequestError

_PROTOCOLS: Final[dict[int, tuple[str, str | None]]] = {
    1: ("other", None),
    2: ("local", "kernel"),
    3: ("netmgmt", "static"),
    4: ("icmp", "redirect"),
    5: ("egp", "egp"),
    6: ("ggp", "ggp"),
    7: ("hello", "hello"),
    8: ("rip", "rip"),
    9: ("isis", "isis"),
    10: ("esis", "esis"),
    11: ("cisco", "igrp"),
    12: ("bbn", "bbn"),
    13: ("ospf", "ospf"),
    14: ("bgp", "bgp"),
    15: ("idpr", "idpr"),
    16: ("eigrp", "eigrp"),
    17: ("dvmrp", "dvmrp"),
    18: ("rpl", "rpl"),
    19: ("dhcp", "dhcp"),
}
"""NL_ROUTE_PROTOCOL: its number, its name in PowerShell, and our word."""
_OUR_PROTOCOL: Final = dict(_PROTOCOLS.values())
_PUBLISH: Final = {0: "no", 1: "age", 2: "yes"}
_STORE: Final = {0: "persistentstore", 1: "activestore"}

_SPAN: Final = re.compile(r"(?:([0-9]{1,9})\.)?([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?\Z", re.ASCII)
_FOR_EVER_S: Final = 0xFFFFFFFF  # the kernel's word for infinite; PowerShell's is ten million days
_TICKS_PER_S: Final = 10_000_000
_NETWORK_UNREACHABLE: Final = re.compile(r"Windows System Error 1231\b")  # ERROR_NETWORK_UNREACHABLE of winerror.h
_LOOPBACK: Final = Prefix(4, 127 << 24, 8)

_Object = Mapping[str, object]


def parse_get_netroute(text: str) -> RoutesRead:
    """The routes in their order. What is none is left out with a warning."""
    try:
        objects = _objects(text)
    except RequestError as error:
        return RoutesRead(routes=(), warnings=unreadable("the text", [(text.strip(), error.message)]))
    routes: list[Route] = []
    unread: list[tuple[str, str]] = []
    for one in objects:
        try:
            if _is_active(one):
                routes.append(_route(one))
        except RequestError as error:
            unread.append((json.dumps(one), error.message))
    return RoutesRead(routes=_with_types(routes), warnings=unreadable("the object", unread))


def parse_find_netroute(text: str) -> SystemAnswer:
    """The source address and the route that Find-NetRoute found, or what it said instead, unescaped."""
    try:
        objects = _objects(text)
        found = next((one for one in objects if one.get("DestinationPrefix")), None)
        if found is None:
            raise PrefixError("there is no route in it")
        route = _route(found)
    except RequestError:
        said = "ENETUNREACH" if _NETWORK_UNREACHABLE.search(text) else complaint(text)
        return SystemAnswer(error=said or "no answer")
    source = next((_address(one["IPAddress"]) for one in objects if one.get("IPAddress")), None)
    return SystemAnswer(
        type=_type_of_answer(route, source),
        table=TABLE,
        dst=str(route.dst),
        dev=route.dev,
        gateway=route.gateway,
        source=source,
        tells_source=source is not None,
    )


def parse_interface_indexes(text: str) -> dict[str, int]:
    """Alias -> index of what Get-NetIPInterface lists, for each family once. Raises PrefixError for no such list."""
    pairs = [(one.get("InterfaceAlias"), _number(one.get("InterfaceIndex"))) for one in _objects(text)]
    return {alias: index for alias, index in pairs if isinstance(alias, str) and alias and index is not None}


def _objects(text: str) -> list[_Object]:
    """The objects, whether in a list or alone. Raises PrefixError for anything else."""
    text = text.removeprefix("\ufeff").strip()
    if not text:
        return []
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise PrefixError("it is no JSON") from None
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict) for one in values):
        raise PrefixError("it holds something else than objects")
    return values


def _route(one: _Object) -> Route:
    prefix = one.get("DestinationPrefix")
    if not isinstance(prefix, str):
        raise PrefixError("it has no DestinationPrefix")
    dst = parse_cidr(prefix)
    hop = _address(one.get("NextHop"))
    gateway = None if hop is None or not int(hop) else hop  # 0.0.0.0 and :: are the link itself
    own, of_interface = _number(one.get("RouteMetric")), _number(one.get("InterfaceMetric"))
    dev = one.get("InterfaceAlias")
    publish = _name(one.get("Publish"), _PUBLISH)
    return table_route(
        dst,
        type_of_destination(dst),
        gateway=gateway,
        dev=dev if isinstance(dev, str) and dev else None,
        protocol=_protocol(one.get("Protocol")),
        # Half of the sum would make routes of two interfaces look comparable.
        metric=None if own is None or of_interface is None else own + of_interface,
        flags=() if publish in (None, "no") else (f"publish-{publish}",),
        expires=_seconds(one.get("ValidLifetime")),
    )


def _with_types(routes: Sequence[Route]) -> tuple[Route, ...]:
    """The routes to single hosts of our own as what they are: our addresses, or their broadcast addresses."""
    last_addresses = {
        (route.dev, route.dst.last_number)
        for route in routes
        if route.protocol == "kernel" and route.dst.version == 4 and route.dst.host_bits > 1
    }
    return tuple(
        replace(route, type="broadcast" if (route.dev, route.dst.network) in last_addresses else "local")
        if _is_own_host(route) or (route.protocol == "kernel" and _LOOPBACK.contains(route.dst))
        else route
        for route in routes
    )


def _is_own_host(route: Route) -> bool:
    is_host = route.dst.length == WIDTH[route.dst.version]
    return is_host and route.protocol == "kernel" and route.type == "unicast" and route.gateway is None


def _type_of_answer(route: Route, source: Address | None) -> str:
    """One route alone does not show the networks: an own host that is not the source is a broadcast address."""
    if _LOOPBACK.contains(route.dst):
        return "local"
    if not _is_own_host(route) or source is None:
        return route.type
    is_broadcast = route.dst.version == 4 and int(source) != route.dst.network
    return "broadcast" if is_broadcast else "local"


def _is_active(one: _Object) -> bool:
    """Whether the route is in force, and not only kept for the next start."""
    return _name(one.get("Store"), _STORE) != "persistentstore"


def _protocol(value: object) -> str | None:
    number = _number(value)
    if number is not None:
        return _PROTOCOLS[number][1] if number in _PROTOCOLS else str(number)
    if not isinstance(value, str) or not value:
        return None
    return _OUR_PROTOCOL.get(value.lower(), value.lower())


def _name(value: object, names: Mapping[int, str]) -> str | None:
    """The word of an enumeration, which came as its number or as the word."""
    number = _number(value)
    if number is not None:
        return names.get(number, str(number))
    return value.lower() if isinstance(value, str) and value.isalpha() else None


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _address(value: object) -> Address | None:
    """An address; None for what is none. Raises nothing: a route without a next hop is on its link."""
    if not isinstance(value, str):
        return None
    try:
        return parse_address(value)
    except AddressError:
        return None


def _seconds(value: object) -> int | None:
    """A TimeSpan: [DAYS.]HH:MM:SS, or an object that has its ticks of 100 ns. None for ever, or for no span."""
    seconds: int | None = None
    if isinstance(value, dict):
        ticks = _number(value.get("Ticks"))
        seconds = None if ticks is None else ticks // _TICKS_PER_S
    elif isinstance(value, str) and (match := _SPAN.match(value)):
        days, hours, minutes, rest = (int(part or 0) for part in match.groups())
        seconds = ((days * 24 + hours) * 60 + minutes) * 60 + rest
    return None if seconds is None or seconds >= _FOR_EVER_S else seconds
