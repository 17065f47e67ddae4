"""What the engine and its probers promise each other: a prober for each kind of probe, one loop over all of them.

The plan (``core.scan.plan.ScanPlan``) says which probe is next; the engine looks at the kind of its port and
hands it to a prober, which sends it and tells the plan itself what came of it. A probe is an integer that
the plan may use again for another host once the probe is settled, unsent or given up: a prober forgets it then.
"""

from typing import Protocol

from nettools.core.address import Address
from nettools.core.scan.reason import Verdict


class ProbeReports(Protocol):
    """The plan, as a prober sees it: what may be told of a probe. ``now_s`` is ``time.monotonic()``.

    ``send`` tells one of these at once. After ``sent`` comes one other, or ``give_up`` from the engine.
    """

    def sent(self, probe: int, now_s: float) -> None:
        """The probe is on its way; its time runs from ``now_s``."""
        ...

    def settle(
        self, probe: int, found: Verdict, now_s: float, rtt_s: float | None = None, ttl: int | None = None
    ) -> None:
        """The probe has its answer. ``rtt_s`` is only for an answer that was there before ``sent`` was told.

        UDP: ``ANSWERED``, ``UNREACHABLE_PORT`` (the plan learns the target's ICMP limit from it) or an
        ``icmp_verdict``. Echo: ``discovery.ECHO_REPLY`` or an ``icmp_verdict``.
        """
        ...

    def connected(
        self,
        probe: int,
        local: Address | None,
        local_port: int,
        now_s: float,
        rtt_s: float | None = None,
        *,
        retransmissions: int = 0,
        window: int | None = None,
    ) -> None:
        """A TCP connection stands. ``retransmissions`` of its SYN by the kernel, the peer's receive ``window``."""
        ...

    def refused(self, probe: int, now_s: float, rtt_s: float | None = None, *, retransmissions: int = 0) -> None:
        """The target reset the TCP connection attempt."""
        ...

    def hold_back(self, probe: int, now_s: float, kind: str = "local-resources") -> None:
        """This machine could not send it, which may pass: it goes again. ``kind`` is a key of ``LOCAL_FAULTS``."""
        ...

    def unsendable(self, probe: int, kind: str) -> None:
        """This machine refuses to send it. ``kind`` is a key of ``LOCAL_FAULTS``.

        Faults of the network (``no-route``, ``network-down``, …) are held back by the plan itself where
        something was sent to that host before, so a prober needs no judgement.
        """
        ...


class Prober(Protocol):
    """Sends probes of one kind and reads what comes back."""

    def send(self, probe: int, address: Address, port: int, now_s: float) -> None:
        """Send it and tell the plan: sent, settle, connected, refused, hold_back or unsendable.

        ``port`` is the number alone, 0–65535; 0 for an echo.
        """
        ...

    def look(self, descriptor: int) -> None:
        """One of its descriptors is ready. Edge-triggered: read until nothing is left."""
        ...

    def give_up(self, probe: int) -> None:
        """The time of this attempt is up: forget it. What comes later for it must not be told.

        Called for probes of other kinds too, which are ignored.
        """
        ...

    def close(self) -> None:
        """Close every descriptor."""
        ...


class Watcher(Protocol):
    """The engine, as a prober sees it: whose descriptor is whose. Made as ``XProber(plan, watcher, …)``."""

    def watch(self, descriptor: int, prober: Prober) -> None:
        """Call the prober's ``look`` whenever something happens to the descriptor."""
        ...

    def forget(self, descriptor: int) -> None:
        """Stop that; before the descriptor is closed."""
        ...
