"""The findings of a scan in the words that its table uses; nothing here draws."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from nettools.core.address import format_address
from nettools.core.scan.report import Collapsed, HostReport, PortReport, ScanSettings
from nettools.core.scan.rows import planned_count, standing_together
from nettools.core.scan.tls_info import TlsInfo
from nettools.core.tls.report import version_words
from nettools.render.units import counted, in_milliseconds

STATE_ORDER: Final = ("open", "open|filtered", "unfiltered", "filtered", "closed")
"""What matters most comes first."""
STATE_MEANING: Final = {"open": "good", "filtered": "caution", "open|filtered": "caution", "closed": "quiet"}

_MOST_OF_A_BANNER: Final = 160
"""Characters; a banner may have 4 KiB, and the documents for programs have them all."""

_MOST_PIECES: Final = 100
"""Ranges and single ports that a person would still look through."""

_USUAL: Final = {
    ("open", "syn-ack"),
    ("open", "udp-response"),
    ("closed", "conn-refused"),
    ("closed", "reset"),
    ("closed", "port-unreach"),
    ("unfiltered", "reset"),
    ("open|filtered", "no-response"),
}
"""Reasons that say no more than the state does."""


def status_words(host: HostReport, *, with_rtt: bool = True) -> str:
    """The status with its evidence: ``up (syn-ack, 0.41 ms)``."""
    why = _evidence(host)
    rtt = f", {in_milliseconds(host.rtt_ms)}" if with_rtt and host.rtt_ms is not None else ""
    return f"{host.status} ({why}{rtt})"


def _evidence(host: HostReport) -> str:
    reason = host.status_reason
    if reason is None:
        return "nothing is known"
    if host.status == "assumed-up":
        return "nothing answered" if reason == "no-response" else f"only {reason}, from others"
    if host.status == "down" and reason in ("host-unreach", "addr-unreach"):
        # What the kernel says when its neighbour is silent: RFC 826, RFC 4861 §7.2.2.
        return "no ARP answer" if host.address.version == 4 else "no answer to neighbour discovery"
    return "no answer to discovery" if host.status == "down" and reason == "no-response" else reason


def counts_words(counts: Mapping[str, int]) -> str:
    """``3 open, 2 filtered, 1,019 closed``."""
    return ", ".join(f"{counts[state]:,} {state}" for state in STATE_ORDER if counts.get(state))


def missing_words(host: HostReport, scan: ScanSettings) -> str:
    """What is not known of a host whose work was cut short; empty where all is."""
    if host.complete:
        return ""
    known = sum(host.counts.values())
    if not known:
        return "no port has a verdict"
    # A shard has some ports of each host, and only its order of probes tells which.
    left = planned_count(scan.ports) - known if scan.shard is None else 0
    return f"not complete: {counted(left, 'port')} without a verdict" if left > 0 else "not complete"


def collapsed_words(many: Collapsed, *, is_cut_short: bool = False) -> str:
    """``102 TCP ports closed (conn-refused): 1000-1099,2000,2002``.

    Of a scan in random order that was ``is_cut_short`` the list says nothing and may have thousands of numbers, before
    which nobody sees what is open: there it is told how many and between which.
    """
    sender = f" from {format_address(many.reason_ip)}" if many.reason_ip else ""
    ports = f"{many.count:,} {many.protocol.upper()} port{'' if many.count == 1 else 's'}"
    what = f"{ports} {many.state} ({many.reason}{sender})"
    pieces = many.ports.split(",")
    if is_cut_short and len(pieces) > _MOST_PIECES:
        first, last = pieces[0].partition("-")[0], pieces[-1].rpartition("-")[2]
        return f"{what}, here and there from {first} to {last}; --format json names them"
    return f"{what}: {many.ports}"


def for_display(host: HostReport) -> HostReport:
    """The host with the ports in ``collapsed`` that nobody wants to see one by one.

    Those are all but the open ones where nothing speaks for a host, and where one address of a range has none open.
    A host that is down has no ports, and none that are missing.
    """
    if host.status == "down":
        return replace(host, ports=(), collapsed=(), counts={}, complete=True)
    address = format_address(host.address)
    is_one_of_many = host.target not in (address, *host.names)
    if host.status == "up" and not (is_one_of_many and not host.counts.get("open")):
        return host
    more = standing_together(port for port in host.ports if port.state != "open")
    listed = tuple(port for port in host.ports if port.state == "open")
    return replace(host, ports=listed, collapsed=(*host.collapsed, *more))


def service_words(port: PortReport, *, is_probed: bool) -> str | None:
    """What answered; with ``?`` where services were asked and this name is only what is registered for the port."""
    if port.detected is not None:
        return port.detected
    return f"{port.service}?" if is_probed and port.service is not None and port.state == "open" else port.service


def product_words(port: PortReport) -> str:
    """``OpenSSH 9.2p1 (Debian 12)``."""
    extra = f"({port.extra})" if port.extra else None
    return " ".join(filter(None, (port.product, port.version, extra)))


def is_telling(port: PortReport) -> bool:
    """Whether the reason says more than the state."""
    return (port.state, port.reason) not in _USUAL or port.state == "filtered"


def reason_words(port: PortReport) -> str:
    """The reason with its sender."""
    return port.reason + (f" from {format_address(port.reason_ip)}" if port.reason_ip else "")


def banner_words(port: PortReport) -> str:
    """The first line that is not empty, and how much more there is. Octets that are not UTF-8 are kept apart."""
    if port.banner is None:
        return ""
    whole = port.banner
    if port.banner_base64 is not None:
        whole = b64decode(port.banner_base64).decode("utf-8", "surrogateescape")
    whole = whole.strip()
    line = next(iter(whole.splitlines()), "")[:_MOST_OF_A_BANNER].rstrip()
    more = len(whole) - len(line)
    return f"{line} (+{counted(more, 'character')})" if more else line


def tls_words(tls: TlsInfo, now: datetime) -> str:
    """``TLS 1.3 bed.test, 12 days left``; what speaks against the certificate comes last."""
    name = tls.names[0] if tls.names else tls.subject
    others = f" (+{counted(len(tls.names) - 1, 'name')})" if len(tls.names) > 1 else ""
    version = version_words(tls.version)
    parts = [f"{version} {name}{others}" if name else version]
    if tls.not_before is not None and tls.not_before > now:
        parts.append(f"not valid for {_days(tls.not_before - now)} yet")
    elif tls.not_after is not None:
        left = tls.not_after - now
        is_over = left < timedelta()
        parts.append(f"expired {_days(-left)} ago" if is_over else f"{_days(left)} left")
    is_said = tls.distrust in ("expired", "not-yet-valid") and len(parts) > 1
    if not tls.trusted and not is_said:
        parts.append(tls.distrust or "not trusted")
    return ", ".join(parts)


def _days(duration: timedelta) -> str:
    return counted(duration.days, "day") if duration.days else counted(duration.seconds // 3600, "hour")
