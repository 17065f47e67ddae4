"""The ports that probes come from, kept free of connections of this machine."""

import socket
from errno import EACCES, EADDRINUSE
from typing import Final

from nettools.core.scan.sweep.intake import Entropy
from nettools.errors import LocalFault, OptionError

_EPHEMERAL: Final = "/proc/sys/net/ipv4/ip_local_port_range"
_USUAL_EPHEMERAL: Final = (32_768, 60_999)  # ip(7)
_FIRST_UNPRIVILEGED: Final = 1024
_TRIES: Final = 64
PORTS: Final = 4
"""So many probes of a port can be told apart by their source."""


class SourcePorts:
    """Holds TCP ports of both IP versions without listening, so that nobody else gets them.

    The kernel knows no connection there and resets whatever answers: half-open connections are torn down at once.
    One port where it is asked for, else ``PORTS`` in a row outside the range that the kernel gives to connections.
    Raises LocalFault, OptionError for a port that is in use.
    """

    def __init__(self, wanted: int | None, entropy: Entropy) -> None:
        self._held: list[socket.socket] = []
        if wanted is not None:
            self.numbers = range(wanted, wanted + 1)
            if not self._hold_all():
                raise OptionError(
                    f"the source port {wanted} is in use on this machine", hint="its answers would go to its owner"
                )
            return
        candidates = _outside(_ephemeral_range())
        for _ in range(_TRIES):
            first = candidates[int.from_bytes(entropy(4)) % (len(candidates) - PORTS)]
            self.numbers = range(first, first + PORTS)
            if self._hold_all():
                return
        raise LocalFault("no free source ports for probes are found", hint="--source-port names one")

    def close(self) -> None:
        """Let others have them."""
        for held in self._held:
            held.close()
        self._held.clear()

    def _hold_all(self) -> bool:
        try:
            for port in self.numbers:
                self._held.append(_bound(port))
        except OSError as error:
            if error.errno == EACCES:  # privileged: others without privilege cannot have it either
                return True
            self.close()
            if error.errno != EADDRINUSE:
                raise LocalFault(f"no source port can be reserved: {error.strerror}") from None
            return False
        return True


def _bound(port: int) -> socket.socket:
    """A socket that has the port of both IP versions. Raises OSError."""
    has_ipv6 = socket.has_dualstack_ipv6()
    held = socket.socket(socket.AF_INET6 if has_ipv6 else socket.AF_INET, socket.SOCK_STREAM)
    try:
        if has_ipv6:
            held.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        held.bind(("", port))
    except OSError:
        held.close()
        raise
    return held


def _ephemeral_range() -> tuple[int, int]:
    """What the kernel gives to connections: ip(7), ip_local_port_range."""
    try:
        with open(_EPHEMERAL, encoding="ascii") as file:
            first, last = map(int, file.read().split())
    except (OSError, ValueError):
        return _USUAL_EPHEMERAL
    return first, last


def _outside(taken: tuple[int, int]) -> range:
    """The longer of the two ranges beside it; all ports where there is none."""
    below = range(_FIRST_UNPRIVILEGED, min(max(taken[0], _FIRST_UNPRIVILEGED), 65_536))
    above = range(max(taken[1] + 1, _FIRST_UNPRIVILEGED), 65_536)
    return above if len(above) >= _TRIES * PORTS else below or range(_FIRST_UNPRIVILEGED, 65_536)
