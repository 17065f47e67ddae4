"""Whether a host is there, found out before its ports are probed."""

from collections.abc import Iterable
from typing import Final

from nettools.core.address import Address
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.reason import Verdict, verdict

ECHO: Final[ProbePort] = 1 << 17
"""An ICMP echo in the place of a port: ``port >> 16`` is 0 for TCP, 1 for UDP, 2 for an echo."""

ECHO_REPLY: Final[Verdict] = verdict("open", "echo-reply")
"""What a ping prober tells of an echo that came back (RFC 792, RFC 4443 §4.2)."""

DISCOVERY_PORTS: Final[tuple[ProbePort, ...]] = (443, 80, 22)
"""TCP ports that are most often let through; closed is as good an answer as open."""

_WAIT_S: Final = 1.0
_ATTEMPTS: Final = 2


def discovery_ports(*, has_echo: bool) -> tuple[ProbePort, ...]:
    """What a host is asked first: an echo, where there is a prober for it, and TCP ports."""
    return (ECHO, *DISCOVERY_PORTS) if has_echo else DISCOVERY_PORTS


def is_evidence(found: Verdict, address: Address) -> bool:
    """Whether an answer comes from the host at ``address`` itself: no router, and not this machine."""
    return found.reason_ip == address or (found.reason_ip is None and found.reason != "no-response")


class Discovery:
    """Asks whether one host is there: each probe twice, until the host itself answers one."""

    __slots__ = ("_over", "foreign", "places")

    def __init__(self, places: Iterable[int]) -> None:
        self.places = set(places)
        """What is asked."""
        self.foreign: dict[int, Verdict] = {}
        """What others than the host said of a place: a router's errors, which count once the host is there."""
        self._over: set[int] = set()

    @property
    def is_over(self) -> bool:
        """Whether everything was asked in vain."""
        return len(self._over) == len(self.places)

    @staticmethod
    def wait_s(timeout_s: float) -> float:
        """How long each attempt waits: the kernel would repeat a SYN then (RFC 6298 §2.1)."""
        return min(timeout_s, _WAIT_S)

    def note_foreign(self, place: int, found: Verdict) -> None:
        """Somebody else answered about the place."""
        self.foreign[place] = found
        self._over.add(place)

    def wants_again(self, place: int, attempt: int) -> bool:
        """Nobody answered that attempt in time. Whether the place is asked again."""
        if attempt < _ATTEMPTS:
            return True
        self._over.add(place)
        return False

    def drop(self, place: int) -> None:
        """This machine cannot ask there."""
        self.places.discard(place)
        self._over.discard(place)
