"""What ip(8) prints of interfaces, routes and rules, in the form of our records: what differs by design, and why."""

from ipaddress import ip_network
from typing import Any

Record = dict[str, Any]
FOR_EVER = 4294967295


def object_of(pairs: list[tuple[str, Any]]) -> Record:
    """An object of ip, with the pairs of an encapsulation under its key and the first of every other key."""
    result: Record = {}
    rest = list(pairs)
    while rest:
        key, value = rest.pop(0)
        if key == "encap":
            known = ENCAPSULATION_KEYS.get(value, set())
            inside: Record = {"type": value}
            while rest and rest[0][0] in known and rest[0][0] not in inside:
                inner, held = rest.pop(0)
                inside[inner] = held
            value = inside
        result.setdefault(key, value)
    return result


# What ip prints of each kind of encapsulation, in the midst of the route's own keys.
ENCAPSULATION_KEYS = {
    "ip": {"id", "src", "dst", "ttl", "tos", "key", "csum", "seq"},
    "ip6": {"id", "src", "dst", "hoplimit", "tc", "key", "csum", "seq"},
    "seg6": {"mode", "segs", "hmac"},
    "seg6local": {"action", "table", "nh4", "nh6", "iif", "oif", "vrftable", "srh", "flavors"},
}
TUNNEL_FLAGS = {"csum": 1, "key": 4, "seq": 8}  # TUNNEL_* of the kernel's net/ip_tunnels.h


def interface_of_ip(address: Record, link: Record, far_names: dict[int, str]) -> Record:
    """One interface of ``ip -j -d address`` and of ``ip -j -d -s link``."""
    for key in ("ifname", "flags", "mtu", "qdisc", "operstate", "linkinfo"):
        assert without_timers(address.get(key)) == without_timers(link.get(key))
    details = link.get("linkinfo") or {}
    counters = link.get("stats64") or link["stats"]
    below = link.get("link")
    if "link_netnsid" in link and "link_index" in link:
        below = far_names.get(link["link_index"])  # ip has only the index there: the name is ours
    return {
        "ifindex": link["ifindex"],
        "ifname": link["ifname"],
        # Ours is one word for what a link is: the kind, of hardware the link type.
        "kind": details.get("info_kind", link["link_type"]),
        "admin_up": "UP" in link["flags"],  # ip has it among the flags only
        "operstate": link["operstate"],
        "flags": link["flags"],
        "mtu": link["mtu"],
        "address": link.get("address"),
        "permaddr": link.get("permaddr"),
        "master": link.get("master"),
        "link": below,
        "netnsid": link.get("link_netnsid"),
        "alias": link.get("ifalias"),
        "altnames": link.get("altnames", []),
        "qdisc": link.get("qdisc"),
        "group": link["group"],
        "txqlen": link.get("txqlen"),
        "linkinfo": without_timers(details),
        "addr_info": [address_of_ip(one) for one in address["addr_info"]],
        "stats": {
            way: {key: str(counters[way][key]) for key in keys}  # counters can pass 2^53: decimal strings
            for way, keys in (
                ("rx", ("bytes", "packets", "errors", "dropped", "multicast")),
                ("tx", ("bytes", "packets", "errors", "dropped")),
            )
        },
    }


ADDRESS_FLAGS = (
    *("secondary", "temporary", "nodad", "optimistic", "dadfailed", "home", "deprecated", "tentative"),
    *("mngtmpaddr", "noprefixroute", "autojoin", "stable-privacy", "dynamic"),
)


def address_of_ip(one: Record) -> Record:
    return {
        "family": one["family"],
        "local": one["local"],
        "prefixlen": one["prefixlen"],
        "peer": one.get("address"),  # ip calls the other end the address
        "broadcast": one.get("broadcast"),
        "scope": one["scope"],
        "label": one.get("label"),
        "flags": sorted(key for key in ADDRESS_FLAGS if one.get(key)),  # ip has a boolean for each
        **{key: None if one[key] == FOR_EVER else one[key] for key in ("valid_life_time", "preferred_life_time")},
    }


def route_of_ip(one: Record, family: str) -> Record:
    """One route of ``ip -j -d route``."""
    gateway, via_family = gateway_of_ip(one)
    [metrics] = one.get("metrics", [{}])
    return {
        "family": family,  # ip has it in the question
        "type": one["type"],
        "dst": prefix_of_ip(one["dst"], family),
        "gateway": gateway,
        "via_family": via_family,
        "dev": one.get("dev"),
        "protocol": one["protocol"],
        "scope": one["scope"],
        "prefsrc": one.get("prefsrc"),
        "metric": one.get("metric", 0),  # the kernel leaves 0 out of IPv4 routes
        "table": one["table"],
        "flags": one["flags"],
        "mtu": metrics.get("mtu"),
        "nexthops": [next_hop_of_ip(hop) for hop in one.get("nexthops", [])],
        "nhid": one.get("nhid"),
        "pref": one.get("pref"),
        "tos": f"{int(one['tos'], 16):#x}" if "tos" in one else None,  # ip pads to two digits
        "from": prefix_of_ip(one["from"], family) if "from" in one else None,
        "expires": one.get("expires"),
        "encap": encapsulation_of_ip(one.get("encap")),
        "metrics": metrics_of_ip(metrics),
    }


def gateway_of_ip(one: Record) -> tuple[str | None, str | None]:
    """ip has an object for a gateway of another family."""
    via = one.get("via")
    return (one.get("gateway"), None) if via is None else (via["host"], via["family"])


def next_hop_of_ip(one: Record) -> Record:
    return {
        "gateway": gateway_of_ip(one)[0],
        "dev": one.get("dev"),
        "weight": one["weight"],
        "flags": one["flags"],
        "encap": encapsulation_of_ip(one.get("encap")),
    }


def prefix_of_ip(text: str, family: str) -> str:
    """ip has a word for everything, and leaves the length of one address out: ours is always a CIDR block."""
    everything = "0.0.0.0/0" if family == "inet" else "::/0"
    return everything if text in ("default", "all") else str(ip_network(text))


def encapsulation_of_ip(told: Record | None) -> Record | None:
    """Ours is an object of its own, since ip prints its dst, src, tos and table among those of the route."""
    if told is None or told["type"] not in ("ip", "ip6"):
        return told
    kept = {key: value for key, value in told.items() if key not in TUNNEL_FLAGS}
    kept["id"] = str(told["id"])  # 64 bits: a decimal string
    kept["flags"] = sum(bit for word, bit in TUNNEL_FLAGS.items() if told.get(word))  # ip has a boolean for each
    return {key: value for key, value in kept.items() if value not in ("0.0.0.0", "::")}  # an end that is not set


def metrics_of_ip(told: Record) -> Record:
    """Ours have their unit in the key; the rest of the words of ip differ from the kernel's."""
    words = {"rtt": "rtt_ms", "rttvar": "rttvar_ms", "rto_min": "rto_min_ms", "congestion": "congctl"}
    found = {words.get(key, key): value for key, value in told.items()}
    if "ecn" in found:
        del found["ecn"]
        found["features"] = 1  # RTAX_FEATURE_ECN
    return found


def rule_of_ip(one: Record, family: str) -> Record:
    """One rule of ``ip -j -d rule``; what is null there is true, and has no key where it is not."""
    realms = [one[key] for key in ("flow_from", "flow_to") if key in one]
    action = next((word for word in ("goto", "nop") if word in one), one.get("action", "to_table"))
    return {
        "family": family,
        "priority": one["priority"],
        "not": "not" in one,
        "from": selector_of_ip(one, "src", family),
        "to": selector_of_ip(one, "dst", family),
        "tos": f"{int(one['tos'], 16):#x}" if "tos" in one else None,
        "fwmark": f"{int(one['fwmark'], 16):#x}" if "fwmark" in one else None,  # ip has 0 without 0x
        # ip leaves a mask of all ones out, and here it always stands with its mark.
        "fwmask": one.get("fwmask", "0xffffffff") if "fwmark" in one else None,
        "iif": one.get("iif"),
        "oif": one.get("oif"),
        "uidrange": f"{one['uid_start']}-{one['uid_end']}" if "uid_start" in one else None,
        # ip asks /etc/protocols; ours is IANA's name, and a number that has none is bare.
        "ipproto": one["ipproto"].removeprefix("ipproto-") if "ipproto" in one else None,
        "sport": ports_of_ip(one, "sport"),
        "dport": ports_of_ip(one, "dport"),
        "suppress_prefixlength": one.get("suppress_prefixlen"),
        "suppress_ifgroup": one.get("suppress_ifgroup"),
        "goto": one.get("goto"),
        "protocol": one["protocol"],
        "l3mdev": "l3mdev" in one,
        "table": one.get("table"),
        "action": action,
        "tun_id": str(one["tun_id"]) if "tun_id" in one else None,  # 64 bits: a decimal string
        "realms": "/".join(realms) or None,
    }


def selector_of_ip(one: Record, key: str, family: str) -> str | None:
    """ip has the length apart, leaves that of one address out, and says all for a source that does not matter."""
    if one.get(key, "all") == "all":
        return None
    length = one.get(f"{key}len", 32 if family == "inet" else 128)
    return f"{one[key]}/{length}"


def ports_of_ip(one: Record, key: str) -> str | None:
    if key in one:
        return str(one[key])
    return f"{one[f'{key}_start']}-{one[f'{key}_end']}" if f"{key}_start" in one else None


def without_timers(value: Any) -> Any:
    """Those of bridges and their ports run between two looks; they have tests of their own."""
    if isinstance(value, dict):
        return {key: without_timers(one) for key, one in value.items() if not key.endswith("_timer")}
    return [without_timers(one) for one in value] if isinstance(value, list) else value
