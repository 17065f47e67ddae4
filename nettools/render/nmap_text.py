"""What nmap's two formats for programs share: moments as it writes them, hosts by address, the closing sentence.

Written after nmap's manual (nmap.org/book/output-formats-*), its nmap.dtd and what nmap 7.93 prints.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from nettools.core.scan.report import HostReport, PortReport, ScanSettings, ScanSummary
from nettools.core.scan.rows import count_of
from nettools.core.text import safe
from nettools.render.units import counted

IGNORED_STATES: Final = ("closed", "filtered", "unfiltered", "open|filtered")
"""States of ports that are counted where they are not listed."""

# In nmap's files TLS is a tunnel, and the name is that of what is spoken inside.
_SPOKEN_IN_TLS: Final = {
    "amqps": "amqp",
    "dns-over-tls": "domain",
    "ftps": "ftp",
    "https": "http",
    "imaps": "imap",
    "ircs": "irc",
    "ldaps": "ldap",
    "mqtts": "mqtt",
    "nntps": "nntp",
    "pop3s": "pop3",
    "rtsps": "rtsp",
    "sips": "sip",
    "smtps": "smtp",
    "stuns": "stun",
    "tls": "ssl",
}

_BEGIN_TLS_INSIDE: Final = frozenset(
    (
        *("ftp", "imap", "irc", "ldap", "lmtp", "managesieve", "mysql", "nntp", "pop3", "postgresql"),
        *("sieve", "smtp", "submission", "xmpp", "xmpp-client", "xmpp-server"),
    )
)
"""Protocols in which TLS is asked for (STARTTLS), so that the port as such is no tunnel."""


def moment(when: datetime) -> str:
    """As C's ctime, in UTC: ``Tue Feb  3 04:05:06 2026``. The same in every locale."""
    return when.astimezone(UTC).ctime()


def epoch_s(when: datetime) -> int:
    """Whole seconds since 1970."""
    return int(when.timestamp())


def command_line(arguments: str) -> str:
    """The words after ``nettools``, escaped."""
    return f"nettools {safe(arguments)}".strip()


def by_address(hosts: Iterable[HostReport]) -> list[HostReport]:
    """Each address once, with all names: readers know hosts by their address, and two targets may share one."""
    found: dict[object, HostReport] = {}
    for host in hosts:
        first = found.get(host.address)
        if first is None:
            found[host.address] = host
        else:
            found[host.address] = replace(first, names=tuple(dict.fromkeys((*first.names, *host.names))))
    return list(found.values())


def has_open(host: HostReport) -> bool:
    """Whether a port of it is certainly open."""
    return any(port.state == "open" for port in host.ports)


def service_name(port: PortReport) -> str | None:
    """What answered, else what is registered."""
    if port.detected is not None:
        return _SPOKEN_IN_TLS.get(port.detected, port.detected) if port.tls else port.detected
    return port.service


def is_tunnelled(port: PortReport) -> bool:
    """Whether the service is spoken inside of TLS from the first octet."""
    return port.tls is not None and (port.detected or port.service) not in _BEGIN_TLS_INSIDE


def is_probed(port: PortReport) -> bool:
    """Whether the service said itself what it is."""
    return port.detected is not None or port.product is not None


def scan_types(scan: ScanSettings) -> list[tuple[str, str, int, str]]:
    """(type, protocol, count, ports) for each transport; TCP last, because python-libnmap keeps the last one only."""
    tcp_type = next((one for one in ("syn", "ack") if one in scan.type), "connect")
    both = (("udp", "udp", scan.ports.udp), (tcp_type, "tcp", scan.ports.tcp))
    return [(kind, protocol, count_of(ports), ports) for kind, protocol, ports in both if ports]


def closing_sentence(summary: ScanSummary, ended: datetime, up: int) -> str:
    """``nettools done at …; 3 IP addresses (1 host up) scanned in 7.89 seconds``."""
    addresses = counted(summary.addresses, "IP address")
    seconds = f"{summary.duration_ms / 1000:.2f} seconds"
    return f"nettools done at {moment(ended)}; {addresses} ({counted(up, 'host')} up) scanned in {seconds}"


def together(counts: Mapping[str, int], listed: Iterable[PortReport]) -> dict[str, int]:
    """State -> how many ports of it are not listed one by one."""
    left = dict(counts)
    for port in listed:
        left[port.state] = left.get(port.state, 0) - 1
    return {state: left[state] for state in IGNORED_STATES if left.get(state, 0) > 0}
