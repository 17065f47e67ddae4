"""How a scan was made, as its answer tells it and a later run reads it."""

from datetime import datetime

from nettools.core.ports import compact_ports
from nettools.core.scan.option_keys import ADDRESSES, EXCLUDE, ORDER, TARGETS
from nettools.core.scan.probe_port import ProbePort, by_transport, numbers
from nettools.core.scan.report import ScannedPorts, ScanSettings
from nettools.core.scan.resolved import OPTION as RESOLVED
from nettools.core.scan.resolved import resolved_text
from nettools.runs.scan_order import ScanOrder
from nettools.runs.scan_space import MOST_RESOLVED, ScanSpace

_LONGEST_LIST = 1 << 16
"""Characters of a list of targets or addresses that is told; a longer one is left out."""


def scan_settings(order: ScanOrder, space: ScanSpace, started: datetime) -> ScanSettings:
    """Every setting that changes what is probed, or how."""
    timing, depth, ports = order.timing, order.depth, dict(by_transport(order.ports))
    options: dict[str, int | float | str] = {
        TARGETS: " ".join(order.targets),
        EXCLUDE: ",".join(order.exclude),
        ADDRESSES: space.addresses_text(_LONGEST_LIST) or "",
        RESOLVED: _resolved_text(space),
        ORDER: order.order,
        "timeout_ms": timing.timeout_s * 1000,
        "retries": timing.retries,
        "max_in_flight": timing.max_in_flight,
        "rate_pps": "max" if timing.is_unlimited else timing.rate_pps or "",
        "delay_ms": timing.delay_s * 1000,
        "host_timeout_ms": "" if timing.host_timeout_s is None else timing.host_timeout_s * 1000,
        "discover": int(order.discovers),
        "open": int(order.only_open),
        "depth": ",".join(_depth_words(depth.banner, depth.tls_info, depth.probe, depth.rdns)),
        "source": str(order.source.address or ""),
        "interface": order.source.interface or "",
        "source_port": order.source.port or "",
    }
    return ScanSettings(
        started=started,
        type=order.type,
        seed=order.seed if order.order == "random" else None,
        shard=None if order.shard is None else str(order.shard),
        options={key: value for key, value in options.items() if value not in ("", 0, 0.0) or key == "retries"},
        ports=ScannedPorts(tcp=_port_text(ports.get("tcp")), udp=_port_text(ports.get("udp"))),
    )


def _resolved_text(space: ScanSpace) -> str:
    """Nothing rather than a part of it."""
    text = resolved_text(space.resolved) if len(space.resolved) <= MOST_RESOLVED else ""
    return text if len(text) <= _LONGEST_LIST else ""


def _depth_words(*wanted: bool) -> list[str]:
    return [word for word, is_wanted in zip(("banner", "tls-info", "probe", "rdns"), wanted, strict=True) if is_wanted]


def _port_text(ports: list[ProbePort] | None) -> str | None:
    return None if ports is None else compact_ports(numbers(ports))
