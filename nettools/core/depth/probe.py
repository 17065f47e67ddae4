"""One service probe: a file of ``data/probes``."""

from dataclasses import dataclass
from typing import Final

from nettools.core.depth.match import Match
from nettools.core.depth.matcher import Matcher
from nettools.core.depth.readers import read_with
from nettools.core.depth.reply import Reply
from nettools.core.ports import Transport

GREETING: Final = "greeting"
"""What a probe hears that waits for what a service says unasked."""


@dataclass(frozen=True, kw_only=True)
class ServiceProbe:
    """What to say, where, and how to read what comes. ``docs/scan.md`` describes the file."""

    name: str
    """The file's name."""
    service: str
    service_in_tls: str
    """What the service is called inside TLS: ``https``."""
    source: str
    """The document that the file was written from."""
    says: bytes | None
    """None: it only hears what others are answered, or a greeting."""
    hears: frozenset[str] = frozenset()
    """``greeting`` and names of other probes: answers to those are held against this file as well."""
    also: tuple[str, ...] = ()
    """Other files that answers to this probe are held against, after its own matchers."""
    after: frozenset[str] = frozenset()
    """Services: it is said to them on the connection that made them known, where their product is unknown."""
    transports: frozenset[Transport]
    ports: frozenset[int] = frozenset()
    tls_ports: frozenset[int] = frozenset()
    """Ports where TLS comes first. On the others it is tried where nothing answers in the clear."""
    order: int = 5
    """1 to 9: of several probes for a port, the lower one goes first."""
    is_general: bool = False
    """Said on ports that no file claims, too."""
    starttls: str | None = None
    """The dialogue of ``core.connect.starttls`` by which the service goes over to TLS."""
    matchers: tuple[Matcher, ...] = ()
    reader: str | None = None

    def is_asked(self, port: int, transport: Transport, *, in_tls: bool) -> bool:
        """Whether it is said to that port before those that are said to any."""
        is_there = port in self.ports or (in_tls and port in self.tls_ports)
        return is_there and self.says is not None and not self.after and transport in self.transports

    def read(self, reply: Reply) -> Match | None:
        """What the answer tells by this file alone: the first matcher that names a product, else the first at all."""
        soft = None
        for matcher in self.matchers:
            found = matcher.match(reply)
            if found is not None and not found.is_soft:
                return found
            soft = soft or found
        if self.reader is not None and (found := read_with(self.reader, reply.data)) is not None:
            return found if soft is None or not found.is_soft else soft
        return soft
