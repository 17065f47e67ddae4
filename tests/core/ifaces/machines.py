"""Interfaces for tests in few words; addresses are written as in tests/core/route/machines.py.

interface("eth0", "192.0.2.5/24", "2001:db8::5/64 deprecated", master="br0", admin_up=False)
"""

from dataclasses import replace
from typing import Any

from nettools.core.ifaces.report import DefaultGateways, Interface, Received, Sent, Statistics
from tests.core.route import machines


def interface(name: str, *addresses: str, **fields: Any) -> Interface:
    """An interface that is up; its name may be any text."""
    made = machines.interface(" | ".join(["x", *addresses]))
    return replace(made, ifname=name, **{"operstate": "UP", "kind": "ether", **fields})


def veth(name: str, *addresses: str, **fields: Any) -> Interface:
    """One end of a pair whose other end is in the same namespace."""
    return interface(name, *addresses, **{"kind": "veth", "link_index": 9, "linkinfo": {"info_kind": "veth"}, **fields})


def vrf_port(name: str, *addresses: str, vrf: str) -> Interface:
    return interface(name, *addresses, master=vrf, linkinfo={"info_slave_kind": "vrf"})


def gateways(inet: str | None = None, inet6: str | None = None) -> DefaultGateways:
    return DefaultGateways(inet=inet, inet6=inet6)


def counters(
    received: tuple[int, int, int, int] = (0, 0, 0, 0),
    sent: tuple[int, int, int, int] = (0, 0, 0, 0),
    *,
    multicast: int | None = 0,
) -> Statistics:
    """(bytes, packets, errors, dropped) of each direction."""
    rx = Received(bytes=received[0], packets=received[1], errors=received[2], dropped=received[3], multicast=multicast)
    return Statistics(rx=rx, tx=Sent(bytes=sent[0], packets=sent[1], errors=sent[2], dropped=sent[3]))
