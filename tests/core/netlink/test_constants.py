"""The numbers that our readers use against those that the C compiler finds in the kernel's headers."""

import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from nettools.core.ifaces import names as iface_names
from nettools.core.netlink import address, dump, encap, link, names, request, route, rule, wire
from nettools.net import ethtool, namespaces, netlink
from tests.peers import require, unavailable

REASON = "to compare constants with the kernel's headers"
HEADERS = (
    *("sys/socket.h", "linux/netlink.h", "linux/rtnetlink.h", "linux/if.h", "linux/if_link.h", "linux/if_addr.h"),
    *("linux/if_arp.h", "linux/fib_rules.h", "linux/lwtunnel.h", "linux/mpls_iptunnel.h", "linux/ila.h"),
    *("linux/seg6.h", "linux/seg6_iptunnel.h", "linux/seg6_local.h", "linux/seg6_hmac.h", "linux/net_namespace.h"),
    *("linux/nexthop.h", "linux/ethtool.h", "linux/sockios.h", "linux/sched.h", "linux/icmpv6.h"),
)
# The header's names where they are not ours in capitals.
LINK_TYPES = {
    "atalk": "APPLETLK",
    "hdlc": "CISCO",
    "ipip": "TUNNEL",
    "ltalk": "LOCALTLK",
    "gre": "IPGRE",
    "gre6": "IP6GRE",
    "ieee802.11": "IEEE80211",
    "ieee802.11/prism": "IEEE80211_PRISM",
    "ieee802.11/radiotap": "IEEE80211_RADIOTAP",
    "ieee802.15.4": "IEEE802154",
    "ieee802.15.4/monitor": "IEEE802154_MONITOR",
}
METRICS = {"rtt_ms": "RTT", "rttvar_ms": "RTTVAR", "rto_min_ms": "RTO_MIN"}
ADDRESS_FLAGS = {
    "home": "HOMEADDRESS",
    "mngtmpaddr": "MANAGETEMPADDR",
    "autojoin": "MCAUTOJOIN",
    "stable-privacy": "STABLE_PRIVACY",
}
ROUTE_FLAGS = {
    "notify": "RTM_F_NOTIFY",
    "rt_offload": "RTM_F_OFFLOAD",
    "rt_trap": "RTM_F_TRAP",
    "rt_offload_failed": "RTM_F_OFFLOAD_FAILED",
}
RULE_NAMES = {"SPORT": "SPORT_RANGE", "DPORT": "DPORT_RANGE"}
SCOPES = {"global": "UNIVERSE"}
ACTIONS = {"to_table": "TO_TBL"}
SEG6_ACTIONS = {"End.B6.Encaps": "END_B6_ENCAP"}
ENCAPSULATIONS = {"seg6local": "SEG6_LOCAL"}
ENCAPSULATION_FIELDS = {
    "mpls": ("MPLS_IPTUNNEL_", {"labels": "DST"}),
    "ip": ("LWTUNNEL_IP_", {}),
    "ip6": ("LWTUNNEL_IP6_", {}),
    "seg6": ("SEG6_IPTUNNEL_", {}),
    "seg6local": ("SEG6_LOCAL_", {"segs": "SRH"}),
    "ila": ("ILA_ATTR_", {}),
    "xfrm": ("LWT_XFRM_", {"link_dev": "LINK"}),
}
PUBLIC = r"(?:IFLA|RTA|RTM|RTN|RT_TABLE|RTAX|NLM|NLMSG|NETNSA|NETLINK|AF|IFF|ETHTOOL|CLONE|SOL)_[A-Z0-9_]+|SIOCETHTOOL"
LAYOUTS = {
    "sizeof(struct nlmsghdr)": wire.HEADER.size,
    "sizeof(struct ifinfomsg)": link._IFINFOMSG.size,
    "sizeof(struct ifaddrmsg)": address._IFADDRMSG.size,
    "sizeof(struct fib_rule_hdr)": rule._FIB_RULE_HDR.size,
    "sizeof(struct ipv6_sr_hdr)": encap._SRH.size,
    "offsetof(struct rta_cacheinfo, rta_expires)": route._EXPIRES_OFFSET,
    "offsetof(struct sr6_tlv_hmac, hmackeyid)": encap._HMAC_KEY_OFFSET,
    "offsetof(struct ethtool_cmd, speed_hi)": ethtool._SPEED_HIGH_OFFSET,
    "offsetof(struct ethtool_cmd, speed)": 12,
    "offsetof(struct ethtool_cmd, duplex)": 14,
    "sizeof(struct ethtool_cmd)": ethtool._COMMAND_BYTES,
    "sizeof(struct rtmsg)": 12,
    "sizeof(struct rtnexthop)": 8,
    "offsetof(struct rtnl_link_stats64, multicast)": 64,
    "offsetof(struct rtnl_link_stats, multicast)": 32,
    "offsetof(struct rtnl_link_stats64, tx_dropped)": 56,
    "offsetof(struct ifa_cacheinfo, ifa_valid)": 4,
    "NLA_TYPE_MASK & 0xFFFF": wire._ATTRIBUTE_TYPE,
    "SR6_FLAG1_HMAC": encap._SRH_HAS_HMAC,
    "NLMSGERR_ATTR_MSG": dump._MESSAGE_TEXT,
    "FIB_RULE_INVERT": rule._INVERT,
    "IFA_F_PERMANENT": iface_names._PERMANENT,
    "IFA_F_SECONDARY": 1,
    "IFA_F_TEMPORARY": 1,
    "IFLA_INFO_KIND": 1,
    "IFLA_INFO_DATA": 2,
    "IFLA_INFO_XSTATS": 3,
    "IFLA_INFO_SLAVE_KIND": 4,
    "IFLA_INFO_SLAVE_DATA": 5,
    "RTM_NEWNSID": 88,
    "NETNSA_NSID": 1,
    "NLM_F_ACK_TLVS": 0x200,
    "ICMPV6_ROUTER_PREF_LOW": 3,
    "ICMPV6_ROUTER_PREF_MEDIUM": 0,
    "ICMPV6_ROUTER_PREF_HIGH": 1,
}


def capitals(word: str) -> str:
    return re.sub(r"[^A-Z0-9]", "_", word.upper())


def of(
    prefix: str, table: Iterable[tuple[int, str]], other: Mapping[str, str] | None = None
) -> Iterator[tuple[str, int]]:
    for number, word in table:
        yield prefix + (other or {}).get(word, capitals(word)), number


def of_modules(*modules: ModuleType) -> Iterator[tuple[str, int]]:
    """The constants that have the header's name, with or without an underscore before it."""
    for module in modules:
        for name, value in vars(module).items():
            if isinstance(value, int) and re.fullmatch(PUBLIC, name.removeprefix("_")):
                yield name.removeprefix("_"), value


def of_rules() -> Iterator[tuple[str, int]]:
    """FRA_*, which stand in the module without their prefix."""
    for name, value in vars(rule).items():
        if re.fullmatch("_[A-Z][A-Z0-9_]*", name) and type(value) is int and name not in ("_INVERT", "_NOT_SUPPRESSED"):
            yield "FRA_" + RULE_NAMES.get(name[1:], name[1:]), value


def of_encapsulations() -> Iterator[tuple[str, int]]:
    yield from of("LWTUNNEL_ENCAP_", encap._KINDS.items(), ENCAPSULATIONS)
    for kind, fields in encap._FIELDS.items():
        prefix, other = ENCAPSULATION_FIELDS[kind]
        yield from of(prefix, ((number, word) for number, (word, _) in fields.items()), other)
    yield from of("SEG6_IPTUN_MODE_", enumerate(encap._SEG6_MODES))
    yield from of("SEG6_LOCAL_ACTION_", enumerate(encap._SEG6LOCAL_ACTIONS), SEG6_ACTIONS)


def ours() -> dict[str, int]:
    """Expression in C -> our value."""
    flags = [(bit, word) for bit, word in route._ROUTE_FLAGS if word not in ROUTE_FLAGS]
    return {
        **dict(of_modules(link, address, route, request, wire, dump, netlink, ethtool, namespaces, iface_names)),
        **dict(of_rules()),
        **dict(of_encapsulations()),
        **{f"IFA{name}": getattr(address, name) for name in ("_ADDRESS", "_LOCAL", "_LABEL", "_BROADCAST")},
        **{f"IFA{name}": getattr(address, name) for name in ("_CACHEINFO", "_FLAGS")},
        **dict(of("IFA_F_", iface_names._ADDRESS_FLAGS, ADDRESS_FLAGS)),
        **dict(of("IFF_", iface_names._LINK_FLAGS)),
        **dict(of("IF_OPER_", enumerate(iface_names.OPERSTATES))),
        **dict(of("ARPHRD_", iface_names.LINK_TYPES.items(), LINK_TYPES)),
        **dict(of("RT_SCOPE_", iface_names.SCOPES.items(), SCOPES)),
        **dict(of("RT_TABLE_", names.TABLES.items())),
        **dict(of("RTPROT_", names.PROTOCOLS.items())),
        **dict(of("RTN_", enumerate(route.ROUTE_TYPES))),
        **dict(of("RTNH_F_", flags)),
        **{ROUTE_FLAGS[word]: bit for bit, word in route._ROUTE_FLAGS if word in ROUTE_FLAGS},
        **dict(of("RTAX_", route._METRICS.items(), METRICS)),
        "RTAX_LOCK": route._RTAX_LOCK,
        "RTAX_CC_ALGO": route._RTAX_CC_ALGO,
        **dict(of("FR_ACT_", rule._ACTIONS.items(), ACTIONS)),
        **LAYOUTS,
    }


def program(expressions: Iterable[str]) -> str:
    includes = "".join(f"#include <{header}>\n" for header in ("stddef.h", "stdio.h", *HEADERS))
    lines = "".join(f'    printf("%lld %s\\n", (long long)({one}), "{one}");\n' for one in expressions)
    return f"{includes}int main(void)\n{{\n{lines}    return 0;\n}}\n"


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Expression in C -> the value in the headers that are installed; what they do not have is not there."""
    require("gcc", reason=REASON)
    directory = tmp_path_factory.mktemp("constants")
    source, built = directory / "constants.c", directory / "constants"
    wanted = list(ours())
    missing: set[str] = set()
    for _ in range(2):
        source.write_text(program(one for one in wanted if one not in missing))
        ended = compiled(source, built)
        if ended.returncode == 0:
            break
        missing = set(re.findall(r"'(\w+)' undeclared", ended.stderr))
    if ended.returncode != 0:
        unavailable(f"needed {REASON}: the headers {', '.join(HEADERS)} ({ended.stderr[:300].strip()})")
    printed = subprocess.run([built], capture_output=True, text=True, check=True).stdout
    return {expression: int(value) for value, expression in (line.split(" ", 1) for line in printed.splitlines())}


def compiled(source: Path, built: Path) -> "subprocess.CompletedProcess[str]":
    command = ["gcc", "-Wall", "-o", str(built), str(source)]
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_every_constant_has_the_value_of_the_kernels_headers(theirs: dict[str, int]) -> None:
    values = ours()
    assert {name: values[name] for name in theirs} == theirs


@pytest.mark.parametrize(
    "prefix",
    [
        *("IFLA_", "IFA_", "IFA_F_", "RTA_", "RTAX_", "RTM_", "RTM_F_", "RTN_", "RTNH_F_", "RTPROT_", "RT_SCOPE_"),
        *("RT_TABLE_", "FRA_", "FR_ACT_", "IFF_", "IF_OPER_", "ARPHRD_", "LWTUNNEL_ENCAP_", "LWTUNNEL_IP_"),
        *("LWTUNNEL_IP6_", "SEG6_LOCAL_ACTION_", "SEG6_IPTUN_MODE_", "MPLS_IPTUNNEL_", "ILA_ATTR_", "NLM_F_"),
        *("NETLINK_", "AF_", "sizeof", "offsetof"),
    ],
)
def test_most_constants_of_every_kind_were_compared(theirs: dict[str, int], prefix: str) -> None:
    """Headers may be older than what we read; a name that none of them has would compare nothing."""
    wanted = [name for name in ours() if name.startswith(prefix)]
    assert len([name for name in wanted if name in theirs]) * 2 > len(wanted) > 0
