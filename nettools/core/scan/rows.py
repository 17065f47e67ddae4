"""The ports in the record of a host: how many there are in a list, and which stand together in ``collapsed``."""

from collections.abc import Iterable

from nettools.core.ports import compact_ports, parse_port_range
from nettools.core.scan.reason import Verdict, verdict
from nettools.core.scan.report import Collapsed, PortReport, ScannedPorts


def count_of(ports: str | None) -> int:
    """How many ports a port list has.

    >>> count_of("22,80,8000-8100"), count_of(None)
    (103, 0)
    """
    return sum(len(parse_port_range(word) or ()) for word in ports.split(",")) if ports else 0


def planned_count(ports: ScannedPorts) -> int:
    """How many ports of each address were asked for, both transports together."""
    return count_of(ports.tcp) + count_of(ports.udp)


def standing_together(ports: Iterable[PortReport]) -> list[Collapsed]:
    """The ports by verdict and transport, however many there are of each."""
    alike: dict[tuple[str, Verdict], list[int]] = {}
    for one in ports:
        found = verdict(one.state, one.reason, one.reason_ip)
        alike.setdefault((one.protocol, found), []).append(one.port)
    return [
        Collapsed(
            protocol=protocol,
            state=found.state,
            reason=found.reason,
            reason_ip=found.reason_ip,
            count=len(same),
            ports=compact_ports(sorted(same)),
        )
        for (protocol, found), same in alike.items()
    ]
