"""The facts in what a tool tells, whatever its layout."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from ipaddress import ip_address, ip_network

Facts = Callable[[str], object]

_IPV4 = r"(?:\d{1,3}\.){3}\d{1,3}"
_IPV6 = r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}"


def octets(told: str) -> str:
    """All of it."""
    return told


def status(told: str) -> str:
    """The exit status alone, which the runner adds as the last line."""
    return told.splitlines()[-1]


def words(pattern: str) -> Facts:
    """Every match of the pattern, or of its group, each once."""
    compiled = re.compile(pattern, re.MULTILINE)

    def found(told: str) -> object:
        matches = set(compiled.findall(told))
        assert matches, f"nothing of {pattern!r} in:\n{told}"
        return matches

    return found


def open_ports(told: str) -> object:
    """``22/tcp  open`` is how nmap and ours write it."""
    return {(int(port), protocol) for port, protocol in re.findall(r"^ *(\d+)/(tcp|udp) +open ", told, re.MULTILINE)}


def states(told: str) -> object:
    return set(re.findall(r"^ *(\d+)/(tcp|udp) +(open|closed|filtered) ", told, re.MULTILINE))


def nc_open_ports(told: str) -> object:
    return {(int(port), "tcp") for port in re.findall(r"(\d+) port \[tcp/\S+\] succeeded", told)}


def xml_ports(told: str) -> object:
    """The ports in nmap's XML, by nmap's own names (nmap.dtd)."""
    root = ET.fromstring(told)
    found = set()
    for host in root.iter("host"):
        for port in host.iter("port"):
            state, address = port.find("state"), host.find("address")
            assert state is not None
            assert address is not None
            found.add((address.get("addr"), port.get("portid"), state.get("state"), state.get("reason")))
    assert found
    return found


def json_addresses(told: str) -> object:
    """Interface and addresses, from `ip -j address` or from ours."""
    document = json.loads(told[told.index("[{" if told.startswith("[") else "{") :])
    rows = document["interfaces"] if isinstance(document, dict) else document
    return {(row["ifname"], row["mtu"], one["local"], one["prefixlen"]) for row in rows for one in row["addr_info"]}


def destinations(told: str) -> object:
    """Destination and interface in each line of a table of routes; ``default`` is all of IPv4 or IPv6."""
    found = set()
    for line in told.splitlines():
        gateway = "::/0" if ":" in line else "0.0.0.0/0"
        for word in line.split()[:2]:
            try:
                found.add((ip_network(gateway if word == "default" else word), _interface(line)))
                break
            except ValueError:
                continue
    assert found, told
    return found


def ipv4_destinations(told: str) -> object:
    return destinations("\n".join(line for line in told.splitlines() if ":" not in line))


def classic_destinations(told: str) -> object:
    """The rows of route(8): destination and genmask."""
    rows = [line.split() for line in told.splitlines()[2:]]
    return {(ip_network(f"{row[0]}/{row[2]}"), row[-1]) for row in rows}


def classic_ipv6_destinations(told: str) -> object:
    """The rows of `route -6`, but the kernel's own "nothing here" on lo, which is no route of any table."""
    rows = [line.split() for line in told.splitlines()[2:]]
    return {(ip_network(row[0]), row[-1]) for row in rows if row[2] != "!n"}


def _interface(line: str) -> str:
    for name in re.findall(r"\b(eth0|lab0|tun0|lo)\b", line):
        return str(name)
    return ""


def way(told: str) -> object:
    """Gateway, interface and source of one route."""
    found = re.search(r"via (\S+) dev (\S+) (?:src|source) (\S+)", told)
    assert found is not None, told
    return found.groups()


def subnet_ends(told: str) -> object:
    """Network, broadcast, and the first and last address for hosts."""
    labels = {
        "network": r"^(?:Network:|Network address\t\t-|  Network  ) *([\d.]+)",
        "broadcast": r"^(?:Broadcast:|Broadcast address\t-|  Broadcast  ) *([\d.]+)",
        "first": r"^(?:HostMin:|Usable range\t\t-|  First host) *([\d.]+)",
        "last": r"^(?:HostMax:|Usable range\t\t- \S+ -|  Last host) *([\d.]+)",
    }
    found = {name: re.search(label, told, re.MULTILINE) for name, label in labels.items()}
    assert all(found.values()), (found, told)
    return {name: match and match[1] for name, match in found.items()}


def networks(told: str) -> object:
    """Networks in CIDR notation, a line each."""
    return {ip_network(word) for word in re.findall(rf"^((?:{_IPV4}|{_IPV6})/\d+)", told, re.MULTILINE)}


def ipcalc_networks(told: str) -> object:
    _, _, subnets = told.partition("Subnets")
    return {ip_network(word) for word in re.findall(rf"^Network: +({_IPV4}/\d+)", subnets, re.MULTILINE)}


def sipcalc_ranges(told: str) -> object:
    """The first and last address of each network."""
    pairs = re.findall(r"Network\t+- (\S+) +-\s+(\S+)", told)
    return {(ip_address(first), ip_address(last)) for first, last in pairs}


def ranges(told: str) -> object:
    found = {ip_network(line) for line in told.splitlines()}
    return {(one[0], one[-1]) for one in found}


def ipv6_range(told: str) -> object:
    """The first and last address of an IPv6 network."""
    found = re.search(r"Network range\t+- (\S+) -\s+(\S+)", told) or re.search(r"First +(\S+)\n +Last +(\S+)", told)
    assert found is not None, told
    return ip_address(found[1]), ip_address(found[2])
