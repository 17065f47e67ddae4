"""What a host can be asked, as one list: the ports of the scan, and behind them what is asked besides."""

from collections.abc import Sequence

from nettools.core.scan.discovery import discovery_ports
from nettools.core.scan.probe_port import ProbePort


class Places:
    """A place is a number in ``ports``; those from ``port_count`` on are no ports of the scan."""

    __slots__ = ("canaries", "discovery", "port_count", "ports", "stride")

    def __init__(
        self, ports: Sequence[ProbePort], *, discovers: bool, has_echo: bool, canaries: Sequence[ProbePort]
    ) -> None:
        asked_first = discovery_ports(has_echo=has_echo) if discovers else ()
        scanned = set(ports)
        besides = [port for port in (*asked_first, *canaries) if port not in scanned]
        self.port_count = len(ports)
        self.ports = (*ports, *besides)
        self.stride = max(1, len(self.ports))
        """How many probe numbers each slot has."""
        wanted = {*asked_first, *canaries}
        places = {port: place for place, port in enumerate(self.ports) if port in wanted}
        self.discovery = tuple(places[port] for port in asked_first)
        """What is asked to find out whether a host is there; empty when that is off."""
        self.canaries = tuple(places[port] for port in canaries)
