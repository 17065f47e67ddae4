"""All service probes, and in which order they are put to a port."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Final

from nettools.core.depth.match import Match
from nettools.core.depth.probe import GREETING, ServiceProbe
from nettools.core.depth.probe_file import parse_probe
from nettools.core.depth.reply import Reply
from nettools.core.ports import Transport

NEVER_SPOKEN_TO: Final = frozenset(range(9100, 9108))
"""Raw printing: a printer prints whatever comes in (CUPS's manual, "AppSocket Protocol", port 9100; print servers with
more sockets count on from there). To these ports nothing is ever said; what they say unasked is heard."""


class Catalog:
    """The files of ``data/probes``. They are read when the first port needs them."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """``texts``: names of files without suffix, and what they hold: ``dict(data.files("probes", ".toml"))``."""
        self._texts = texts

    @cached_property
    def probes(self) -> dict[str, ServiceProbe]:
        """Each by its file's name. Raises ProbeFileError."""
        return {name: parse_probe(name, text) for name, text in sorted(self._texts.items())}

    @cached_property
    def _hearers(self) -> dict[str, list[ServiceProbe]]:
        hearers: dict[str, list[ServiceProbe]] = {}
        for probe in self.probes.values():
            for heard in probe.hears:
                hearers.setdefault(heard, []).append(probe)
        return hearers

    def asks(self, port: int, transport: Transport, *, in_tls: bool = False) -> list[ServiceProbe]:
        """What is said first on that port, in order; nothing where no file claims it."""
        if port in NEVER_SPOKEN_TO:
            return []
        return _in_order(probe for probe in self.probes.values() if probe.is_asked(port, transport, in_tls=in_tls))

    def general(self) -> list[ServiceProbe]:
        """What is said on TCP ports that no file claims, in order."""
        return _in_order(probe for probe in self.probes.values() if probe.is_general)

    def greets(self, port: int, *, in_tls: bool = False) -> bool:
        """Whether a service that speaks first has that port: then it is worth waiting longer."""
        greeters = self._hearers.get(GREETING, ())
        return any(probe.says is None and port in (probe.tls_ports if in_tls else probe.ports) for probe in greeters)

    def begins_with_tls(self, port: int) -> bool:
        """Whether TLS comes first on that port."""
        return any(port in probe.tls_ports for probe in self.probes.values())

    def starttls_on(self, port: int) -> str | None:
        """The dialogue by which what has that port goes over to TLS; None where it has none or begins with TLS."""
        return next((one.starttls for one in self.probes.values() if one.starttls and port in one.ports), None)

    def starttls_of(self, service: str) -> str | None:
        """The dialogue by which that service goes over to TLS."""
        return next((one.starttls for one in self.probes.values() if one.starttls and one.service == service), None)

    def name_in_tls(self, service: str) -> str:
        """What that service is called inside TLS."""
        named = (one for one in self.probes.values() if one.service == service and one.service_in_tls != service)
        return next((one.service_in_tls for one in named), service)

    def refinements(self, service: str) -> list[ServiceProbe]:
        """What may tell the product where only the service is known: what follows on the same connection first."""
        said = [one for one in self.probes.values() if one.says is not None and "tcp" in one.transports]
        return [
            *_in_order(one for one in said if service in one.after),
            *_in_order(one for one in said if one.service == service and not one.after),
        ]

    def read(self, data: bytes, port: int, asked: ServiceProbe | None, *, is_first: bool = True) -> Match | None:
        """What an answer to ``asked`` tells, or a greeting where that is None.

        The first octets on a connection may be a greeting whatever was asked: that is what ``is_first`` says.
        A match that names a product counts more than one that does not, else the earlier file.
        """
        reply = Reply(data)
        soft = None
        for probe in self._readers_of(asked, port, is_first=is_first):
            found = probe.read(reply)
            if found is not None and (found.speaks_tls or not found.is_soft):
                return found
            soft = soft or found
        return soft

    def read_datagram(self, data: bytes, port: int) -> Match | None:
        """What an answer from a UDP port tells: by the files of that port, whoever asked.

        This is how an answer to a payload of the UDP scan is read without asking once more.
        """
        reply = Reply(data)
        files = _in_order(one for one in self.probes.values() if port in one.ports and "udp" in one.transports)
        found = [match for probe in files if (match := probe.read(reply)) is not None]
        return next((match for match in found if not match.is_soft), found[0] if found else None)

    def _readers_of(self, asked: ServiceProbe | None, port: int, *, is_first: bool) -> Iterator[ServiceProbe]:
        seen: set[str] = set()
        for name in [*([] if asked is None else [asked.name, *asked.also]), *([GREETING] if is_first else [])]:
            own = [self.probes[name]] if name in self.probes else []
            for probe in [*_in_order(self._hearers.get(name, ()), port), *own]:
                if probe.name not in seen:
                    seen.add(probe.name)
                    yield probe


def _in_order(probes: Collection[ServiceProbe] | Iterator[ServiceProbe], port: int | None = None) -> list[ServiceProbe]:
    """Those of the port first, then by their own order, then by name."""
    return sorted(probes, key=lambda one: (port not in one.ports and port not in one.tls_ports, one.order, one.name))
