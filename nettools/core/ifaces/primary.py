"""The interface that a machine speaks through to the world, and the source address that it then has."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from nettools.core.address import format_address
from nettools.core.ifaces.defaults import ON_LINK
from nettools.core.ifaces.report import DefaultGateways, Family, Interface, InterfaceAddress
from nettools.core.prefix import Prefix
from nettools.core.route.explain import ipv4_source, ipv6_source, verdict_of
from nettools.core.route.lookup import Selection
from nettools.core.route.question import Question
from nettools.core.route.settings import Sysctl
from nettools.core.route.walk import Machine, walk

_WORLD: Final = {4: Prefix(4, 0, 1), 6: Prefix(6, 0x2000 << 112, 3)}
"""What stands for everywhere: VPNs lay two halves, 0.0.0.0/1 and 128.0.0.0/1, over a default route that they leave
alone; of IPv6 the global unicast addresses, RFC 4291 §2.4."""


def primary(
    machine: Machine, families: Sequence[Family], sysctl: Sysctl, fill: Callable[[Question], Question]
) -> tuple[Interface, ...]:
    """The interface that the default route would use, for each family, with the source address alone.

    ``fill`` gives a question what the system takes where it is silent: who asks.

    An interface that serves both families stands once, with an address of each. Its ``default`` is the way that is
    taken, which a VPN or a policy rule may have put in the place of the default route.
    """
    found: dict[str, Interface] = {}
    for family in families:
        version = 4 if family == "inet" else 6
        way = _world_way(machine, version, sysctl, fill)
        if way is None:
            continue
        one, source, gateway = way
        known = found.get(one.ifname, replace(one, addr_info=(), default=DefaultGateways(inet=None, inet6=None)))
        held = (*known.addr_info, *([source] if source else ()))
        found[one.ifname] = replace(known, addr_info=held, default=replace(known.default, **{family: gateway}))
    return tuple(found.values())


def _world_way(
    machine: Machine, version: int, sysctl: Sysctl, fill: Callable[[Question], Question]
) -> tuple[Interface, InterfaceAddress | None, str] | None:
    world = _WORLD[version]
    question = fill(Question(destination=world.first))
    walked = walk(machine, world, question, Selection(None, None))
    if verdict_of(walked) != "forward" or not walked.hops or walked.route is None:
        return None
    hop = walked.hops[0]
    one = machine.interface(hop.dev)
    if one is None:
        return None
    choose = ipv4_source if version == 4 else ipv6_source
    source = choose(machine, walked.route, hop, question, sysctl)
    around = (one, *machine.interfaces)  # the source may be another interface's, but is its own where it has it
    held = next((held for each in around for held in each.addr_info if held.local == source), None)
    return one, held, ON_LINK if hop.gateway is None else format_address(hop.gateway)
