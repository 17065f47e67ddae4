"""The kind bond and its members: enum IFLA_BOND_* and IFLA_BOND_SLAVE_* of linux/if_link.h, linux/if_bonding.h."""

from typing import Final

from nettools.core.netlink.kinds.values import (
    SPREAD,
    Kind,
    Table,
    bit_names,
    boolean,
    device,
    ipv4,
    ipv6,
    link_address,
    named,
    number,
    signed,
    some,
)
from nettools.core.record import Json

# BOND_STATE_* and BOND_LINK_* of linux/if_bonding.h.
_STATES: Final = ("ACTIVE", "BACKUP")
_MII: Final = ("UP", "GOING_DOWN", "DOWN", "GOING_BACK")
# LACP_STATE_* of linux/if_bonding.h: IEEE 802.1AX §6.4.2.3.
_PORT_STATE: Final = {
    0x01: "active",
    0x02: "short_timeout",
    0x04: "aggregating",
    0x08: "in_sync",
    0x10: "collecting",
    0x20: "distributing",
    0x40: "defaulted",
    0x80: "expired",
}
_VALIDATIONS: Final = named("none", "active", "backup", "all", "filter", "filter_active", "filter_backup")


def _validation(value: bytes) -> Json:
    """BOND_ARP_VALIDATE_*; ip prints null for none."""
    return {"arp_validate": _VALIDATIONS(value) if any(value) else None}


def _state(value: bytes) -> Json:
    state = number(value)
    return {"state": _STATES[state]} if isinstance(state, int) and state < len(_STATES) else {"state_index": state}


def _mii_status(value: bytes) -> Json:
    status = number(value)
    if isinstance(status, int) and status < len(_MII):
        return {"mii_status": _MII[status]}
    return {"mii_status_index": status}


def _actor(value: bytes) -> Json:
    return _port_state("ad_actor_oper_port_state", value)


def _partner(value: bytes) -> Json:
    return _port_state("ad_partner_oper_port_state", value)


def _port_state(key: str, value: bytes) -> dict[str, Json]:
    """The number and its bits in words; ip looks at eight bits, though the partner's are sent as 16."""
    state = number(value)
    if not isinstance(state, int):
        return {key: state}
    return {key: state, f"{key}_str": bit_names(state, _PORT_STATE)}


# enum IFLA_BOND_AD_INFO_*.
_AGGREGATION: Final[Table] = {
    1: ("aggregator", number),
    2: ("num_ports", number),
    3: ("actor_key", number),
    4: ("partner_key", number),
    5: ("partner_mac", link_address),
}
_BOND: Final[Table] = {
    1: (
        "mode",
        named("balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"),
    ),
    2: ("active_slave", device),
    3: ("miimon", number),
    4: ("updelay", number),
    5: ("downdelay", number),
    6: ("use_carrier", number),
    7: ("arp_interval", number),
    8: ("arp_ip_target", some(ipv4)),
    9: (SPREAD, _validation),
    10: ("arp_all_targets", named("any", "all")),
    11: ("primary", device),
    12: ("primary_reselect", named("always", "better", "failure")),
    13: ("fail_over_mac", named("none", "active", "follow")),
    14: ("xmit_hash_policy", named("layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac")),
    15: ("resend_igmp", number),
    16: ("num_peer_notif", number),
    17: ("all_slaves_active", number),
    18: ("min_links", number),
    19: ("lp_interval", number),
    20: ("packets_per_slave", number),
    21: ("ad_lacp_rate", named("slow", "fast")),
    22: ("ad_select", named("stable", "bandwidth", "count", "actor_port_prio")),
    23: ("ad_info", _AGGREGATION),
    24: ("ad_actor_sys_prio", number),
    25: ("ad_user_port_key", number),
    26: ("ad_actor_system", link_address),
    27: ("tlb_dynamic_lb", number),
    28: ("peer_notify_delay", number),
    29: ("ad_lacp_active", boolean),  # ip prints the strings on and off
    30: ("arp_missed_max", number),
    31: ("ns_ip6_target", some(ipv6)),
    32: ("coupled_control", boolean),
    33: ("broadcast_neighbor", boolean),
}
_MEMBER: Final[Table] = {
    1: (SPREAD, _state),
    2: (SPREAD, _mii_status),
    3: ("link_failure_count", number),
    4: ("perm_hwaddr", link_address),
    5: ("queue_id", number),
    6: ("ad_aggregator_id", number),
    7: (SPREAD, _actor),
    8: (SPREAD, _partner),
    9: ("prio", signed),
    10: ("actor_port_prio", number),
    11: ("ad_churn_actor_state", number),
    12: ("ad_churn_partner_state", number),
}

KINDS: Final[dict[str, Kind]] = {"bond": (_BOND, None)}
SLAVES: Final[dict[str, Kind]] = {"bond": (_MEMBER, None)}
