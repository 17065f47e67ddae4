"""What is asked of routing: a packet that does not exist yet, and what a kernel answers about it."""

from dataclasses import dataclass

from nettools.core.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A packet to ``destination``; what is None is left for routing to choose."""

    destination: Address
    source: Address | None = None
    mark: int = 0
    uid: int | None = None
    tos: int = 0
    incoming: str | None = None
    """The interface that the packet came in by; None for a packet that this machine sends."""
    outgoing: str | None = None
    """The interface that the packet has to leave by."""
    protocol: int | None = None
    """The IP protocol number, 6 for TCP and 17 for UDP."""
    source_port: int | None = None
    destination_port: int | None = None

    @property
    def fixed_source(self) -> Address | None:
        """The source that routing may not choose: 0.0.0.0 and :: leave it free."""
        return None if self.source is None or self.source.is_unspecified else self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemAnswer:
    """What the operating system itself says to a Question."""

    type: str | None = None
    """The route's type in the words of ``Route.type``; None when there is only an error."""
    table: str | None = None
    dst: str | None = None
    dev: str | None = None
    gateway: Address | None = None
    source: Address | None = None
    tells_source: bool = True
    """Whether the system says which source it would take; if so, None means that it has none."""
    error: str | None = None
    """The errno's name (EINVAL, ENETUNREACH...), or what the system's own tool said."""
