"""What a ``DepthPlan`` wants its driver to do next. Times are absolute, on the driver's monotonic clock."""

from dataclasses import dataclass
from typing import Final

from nettools.core.scan.finding import Finding

MOST_REPLY_BYTES: Final = 16 * 1024
"""More than this is not read of one answer: the versions that are looked for stand in the first few hundred octets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the user asked to know of open ports."""

    banner: bool = False
    tls_info: bool = False
    probe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long each step may take, in seconds."""

    connect_s: float = 3.5
    greeting_s: float = 1.5
    """For what a service says unasked, where nothing is known of the port."""
    expected_greeting_s: float = 6.0
    """The same on the port of a service that greets: mail servers let clients wait on purpose, or look names up."""
    reply_s: float = 2.5
    tls_s: float = 5.0
    quiet_s: float = 0.4
    """An answer that paused for so long has ended."""
    port_s: float = 25.0
    """For all steps of one port together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect:
    """Close the connection that there is, if any, and make a new one (UDP: a connected socket).

    Then tell ``connected`` or ``failed``; the latter too when it is not made by ``until_s``.
    """

    until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTls:
    """Begin TLS on the new connection, without judging the certificate. Then tell ``connected`` or ``failed``."""

    until_s: float
    alpn: tuple[str, ...] = ()
    starttls: str | None = None
    """The dialogue of ``core.connect.starttls`` that has to come first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Send these octets (UDP: one datagram). Nothing is told back, but ``closed`` where the connection is gone.

    What the socket does not take at once is sent while the next action, ``Listen``, goes on.
    """

    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """Wait for octets: tell ``heard`` as they come, ``closed`` at their end or a reset, ``timed_out`` at the time."""

    until_s: float
    most_bytes: int
    """No use in reading more than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """That was all. ``finding.tls`` is None: the driver knows the session that it made, and fills it in."""

    finding: Finding


Action = Connect | StartTls | Say | Listen | Done
