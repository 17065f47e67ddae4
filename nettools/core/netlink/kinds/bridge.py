"""The kind bridge and its ports: enum IFLA_BR_* and IFLA_BRPORT_* of linux/if_link.h, linux/if_bridge.h.

The intervals of multicast are in hundredths of a second, as ip prints them.
"""

from typing import Final

from nettools.core.netlink import wire
from nettools.core.netlink.kinds.values import (
    SPREAD,
    Kind,
    Table,
    boolean,
    device,
    ethertype,
    hexadecimal,
    ipv4,
    ipv6,
    link_address,
    nothing,
    number,
    present,
    seconds,
    words,
)
from nettools.core.record import Json

# enum br_boolopt_id of linux/if_bridge.h, in its order; ip 6.1 prints the first two.
_OPTIONS: Final = (
    "no_linklocal_learn",
    "mcast_vlan_snooping",
    "mst_enabled",
    "mdb_offload_fail_notification",
    "fdb_local_vlan_0",
)
# BR_STATE_* of linux/if_bridge.h.
_STATES: Final = ("disabled", "listening", "learning", "forwarding", "blocking")
# IEEE 802.1D's reserved groups 01:80:c2:00:00:0X that have a name.
_GROUPS: Final = {0: "stp", 2: "lacp", 14: "lldp"}


def bridge_id(value: bytes) -> str:
    """Priority and MAC, whose octets have no leading zeros (struct ifla_bridge_id)."""
    if len(value) != 8:
        return value.hex()
    return f"{value[:2].hex()}.{':'.join(f'{octet:x}' for octet in value[2:])}"


def _options(value: bytes) -> Json:
    """Struct br_boolopt_multi: the values and which of them the kernel knows."""
    pair = words(value, 2)
    if pair is None:
        return {"multi_boolopt": value.hex()}
    values, known = pair
    options: dict[str, Json] = {name: values >> place & 1 for place, name in enumerate(_OPTIONS) if known >> place & 1}
    rest = known >> len(_OPTIONS) << len(_OPTIONS)
    return options | {"multi_boolopt": f"{values & rest:#x}"} if rest else options


def _port_state(value: bytes) -> Json:
    state = number(value)
    return {"state": _STATES[state]} if isinstance(state, int) and state < len(_STATES) else {"state_index": state}


def _group_mask(value: bytes) -> Json:
    """The mask, and in words which groups are forwarded."""
    mask = wire.number(value[:8])
    groups = [_GROUPS.get(place, f"{1 << place:#x}") for place in range(mask.bit_length()) if mask >> place & 1]
    return {"group_fwd_mask": hexadecimal(value[:8]), "group_fwd_mask_str": ",".join(groups) or "0x0"}


# BRIDGE_QUERIER_* of linux/if_bridge.h: who asks for the members of groups.
_QUERIER: Final[Table] = {
    1: ("ip_address", ipv4),
    2: ("ip_port", device),
    3: ("ip_other_timer", seconds),
    4: ("pad", nothing),
    5: ("ipv6_address", ipv6),
    6: ("ipv6_port", device),
    7: ("ipv6_other_timer", seconds),
}
_BRIDGE: Final[Table] = {
    1: ("forward_delay", number),
    2: ("hello_time", number),
    3: ("max_age", number),
    4: ("ageing_time", number),
    5: ("stp_state", number),
    6: ("priority", number),
    7: ("vlan_filtering", number),
    8: ("vlan_protocol", ethertype),
    9: ("group_fwd_mask", hexadecimal),
    10: ("root_id", bridge_id),  # ip prints the bridge's own id here: another key's value
    11: ("bridge_id", bridge_id),
    12: ("root_port", number),
    13: ("root_path_cost", number),
    14: ("topology_change", number),
    15: ("topology_change_detected", number),
    16: ("hello_timer", seconds),
    17: ("tcn_timer", seconds),
    18: ("topology_change_timer", seconds),
    19: ("gc_timer", seconds),
    20: ("group_addr", link_address),
    21: ("fdb_flush", present),
    22: ("mcast_router", number),
    23: ("mcast_snooping", number),
    24: ("mcast_query_use_ifaddr", number),
    25: ("mcast_querier", number),
    26: ("mcast_hash_elasticity", number),
    27: ("mcast_hash_max", number),
    28: ("mcast_last_member_cnt", number),
    29: ("mcast_startup_query_cnt", number),
    30: ("mcast_last_member_intvl", number),
    31: ("mcast_membership_intvl", number),
    32: ("mcast_querier_intvl", number),
    33: ("mcast_query_intvl", number),
    34: ("mcast_query_response_intvl", number),
    35: ("mcast_startup_query_intvl", number),
    36: ("nf_call_iptables", number),
    37: ("nf_call_ip6tables", number),
    38: ("nf_call_arptables", number),
    39: ("vlan_default_pvid", number),
    40: ("pad", nothing),
    41: ("vlan_stats_enabled", number),
    42: ("mcast_stats_enabled", number),
    43: ("mcast_igmp_version", number),
    44: ("mcast_mld_version", number),
    45: ("vlan_stats_per_port", number),
    46: (SPREAD, _options),
    47: ("mcast_querier_state", _QUERIER),
    48: ("fdb_n_learned", number),
    49: ("fdb_max_learned", number),
}
_PORT: Final[Table] = {
    1: (SPREAD, _port_state),
    2: ("priority", number),
    3: ("cost", number),
    4: ("hairpin", boolean),
    5: ("guard", boolean),
    6: ("root_block", boolean),
    7: ("fastleave", boolean),
    8: ("learning", boolean),
    9: ("flood", boolean),
    10: ("proxy_arp", boolean),
    11: ("learning_sync", boolean),
    12: ("proxy_arp_wifi", boolean),
    13: ("root_id", bridge_id),
    14: ("bridge_id", bridge_id),
    15: ("designated_port", number),
    16: ("designated_cost", number),
    17: ("id", hexadecimal),
    18: ("no", hexadecimal),
    19: ("topology_change_ack", number),
    20: ("config_pending", number),
    21: ("message_age_timer", seconds),
    22: ("forward_delay_timer", seconds),
    23: ("hold_timer", seconds),
    24: ("flush", present),
    25: ("multicast_router", number),
    26: ("pad", nothing),
    27: ("mcast_flood", boolean),
    28: ("mcast_to_unicast", boolean),
    29: ("vlan_tunnel", boolean),
    30: ("bcast_flood", boolean),
    31: (SPREAD, _group_mask),
    32: ("neigh_suppress", boolean),
    33: ("isolated", boolean),
    34: ("backup_port", device),
    35: ("mrp_ring_open", boolean),
    36: ("mrp_in_open", boolean),
    37: ("mcast_eht_hosts_limit", number),
    38: ("mcast_eht_hosts_cnt", number),
    39: ("locked", boolean),
    40: ("mab", boolean),
    41: ("mcast_n_groups", number),
    42: ("mcast_max_groups", number),
    43: ("neigh_vlan_suppress", boolean),
    44: ("backup_nhid", number),
}

KINDS: Final[dict[str, Kind]] = {"bridge": (_BRIDGE, None)}
SLAVES: Final[dict[str, Kind]] = {"bridge": (_PORT, None)}
