"""The ports of a host in the order of probing: place 0, 1, 2 …"""

from array import array
from collections.abc import Sequence

from nettools.core.scan.probe_port import ProbePort


class PortRanks:
    """TCP ports in order, each with its part of the secret that its sequence numbers are made of."""

    __slots__ = ("numbers", "ports", "rank_of", "secrets")

    def __init__(self, ports: Sequence[ProbePort], secrets: Sequence[int]) -> None:
        self.ports = tuple(ports)
        self.numbers = array("H", ports)
        self.secrets = array("I", secrets)
        self.rank_of = dict(zip(self.numbers, range(len(ports)), strict=True))

    def __len__(self) -> int:
        return len(self.ports)

    def part(self, first: int, step: int, count: int) -> "PortRanks":
        """Those of one ``Turn`` of a sharded scan."""
        total = len(self.ports)
        places = [(first + place * step) % total for place in range(count)]
        return PortRanks([self.ports[place] for place in places], [self.secrets[place] for place in places])
