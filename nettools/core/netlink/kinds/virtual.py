"""Kinds with few attributes: tun, vrf and its members, netkit, rmnet, ipoib, batadv, dsa and wwan.

Enum IFLA_TUN_*, IFLA_VRF_*, IFLA_VRF_PORT_*, IFLA_NETKIT_*, IFLA_RMNET_*, IFLA_IPOIB_* and IFLA_DSA_* of
linux/if_link.h, IFLA_BATADV_* of linux/batman_adv.h, IFLA_WWAN_* of linux/wwan.h.
"""

from typing import Final

from nettools.core.netlink import wire
from nettools.core.netlink.kinds.values import (
    Kind,
    Table,
    boolean,
    chosen,
    device,
    masked_flags,
    named,
    number,
    text,
)
from nettools.core.record import Json


def _tun(found: dict[str, Json], _attributes: dict[int, bytes]) -> None:
    """The queues are counted only where there can be many."""
    if not found.setdefault("multi_queue", False):
        found.pop("numqueues", None)
        found.pop("numdisabled", None)


def _partition_key(value: bytes) -> str:
    return f"0x{wire.number(value):04x}"


def _umcast(value: bytes) -> str:
    return f"{wire.number(value):04x}"


_TUN: Final[Table] = {
    1: ("user", number),  # ip prints the name from /etc/passwd where there is one
    2: ("group", number),
    3: ("type", chosen({1: "tun", 2: "tap"})),  # IFF_TUN and IFF_TAP of linux/if_tun.h
    4: ("pi", boolean),
    5: ("vnet_hdr", boolean),
    6: ("persist", boolean),
    7: ("multi_queue", boolean),
    8: ("numqueues", number),
    9: ("numdisabled", number),
}
_VRF: Final[Table] = {1: ("table", number)}
# enum netkit_action has more, but a policy is one of two.
_POLICY: Final = chosen({0: "forward", 2: "blackhole"})
_SCRUB: Final = named("none", "default")
_NETKIT: Final[Table] = {
    2: ("primary", boolean),
    3: ("policy", _POLICY),
    4: ("peer_policy", _POLICY),
    5: ("mode", named("l2", "l3")),
    6: ("scrub", _SCRUB),
    7: ("peer_scrub", _SCRUB),
    8: ("headroom", number),
    9: ("tailroom", number),
}
# RMNET_FLAGS_* of linux/if_link.h.
_RMNET_FLAGS: Final = {
    0x01: "INGRESS_DEAGGREGATION",
    0x02: "INGRESS_MAP_COMMANDS",
    0x04: "INGRESS_MAP_CKSUMV4",
    0x08: "EGRESS_MAP_CKSUMV4",
    0x10: "INGRESS_MAP_CKSUMV5",
    0x20: "EGRESS_MAP_CKSUMV5",
}
_RMNET: Final[Table] = {
    1: ("mux_id", number),
    2: ("flags", masked_flags(_RMNET_FLAGS)),
}
_IPOIB: Final[Table] = {
    1: ("key", _partition_key),
    2: ("mode", named("datagram", "connected")),
    3: ("umcast", _umcast),
}

KINDS: Final[dict[str, Kind]] = {
    "tun": (_TUN, _tun),
    "vrf": (_VRF, None),
    "netkit": (_NETKIT, None),
    "rmnet": (_RMNET, None),
    "ipoib": (_IPOIB, None),
    "batadv": ({1: ("algo_name", text)}, None),
    "dsa": ({1: ("conduit", device)}, None),
    "wwan": ({1: ("linkid", number)}, None),
}
SLAVES: Final[dict[str, Kind]] = {"vrf": (_VRF, None)}
