"""Which service a port is registered for, which port a service has, and what usually answers there in practice.

Three tables, in this order of trust: IANA's registry (our data file), the system's services(5) file, which
fills gaps and never overrides, and our curated notes. Names are compared without case (RFC 6335 §5.1).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from nettools.core.outcome import Failure
from nettools.core.ports import HIGHEST_PORT, parse_port_range
from nettools.core.record import column
from nettools.core.text import quoted
from nettools.errors import PortError

TRANSPORTS = ("tcp", "udp", "sctp", "dccp")
Source = Literal["iana", "system", "curated"]
PortRange = Literal["well-known", "registered", "dynamic"]

_SERVICE_PORT = re.compile(r"([0-9]{1,5})/([a-z]+)\Z", re.ASCII)
_TRANSPORT_FIRST = re.compile(rf"({'|'.join(TRANSPORTS)})[/:]([0-9]+(?:-[0-9]+)?)\Z", re.ASCII | re.IGNORECASE)
_PORT_OF_ANY = re.compile(r":[0-9]+(-[0-9]+)?(/[A-Za-z]*)?\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is known of one port of one transport."""

    query: str = field(metadata=column("Query"))
    port: int = field(metadata=column("Port", align="right"))
    protocol: str = field(metadata=column("Protocol"))
    name: str | None = field(metadata=column("Name"))
    aliases: tuple[str, ...] = field(metadata=column("Aliases"))
    in_practice: str | None = field(metadata=column("In practice"))
    range: PortRange = field(metadata=column("Range"))
    source: Source = field(metadata=column("Source"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReport:
    """The answer of ``nettools port-service``."""

    SCHEMA: ClassVar[str] = "nettools.port-service/1"

    services: tuple[Service, ...] = field(metadata=column("Services"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))


@dataclass(slots=True, eq=False)
class _Registration:
    name: str
    aliases: tuple[str, ...]
    source: Source


class ServiceTable:
    """The three tables as one."""

    def __init__(
        self,
        registered: Iterable[Sequence[str]],
        in_practice: Iterable[Sequence[str]],
        system: str = "",
    ) -> None:
        """``registered`` rows: port, transports, name, aliases. ``in_practice``: port, transports, product.

        ``system`` is the text of a services(5) file; lines that are no service are passed over.
        """
        self._registered: dict[tuple[int, str], _Registration] = {}
        self._practice: dict[tuple[int, str], str] = {}
        for port, transports, name, aliases in registered:
            entry = _Registration(name, tuple(aliases.split()), "iana")
            for transport in transports.split(","):
                self._registered[int(port), transport] = entry
        for port, transports, product in in_practice:
            for transport in transports.split(","):
                self._practice[int(port), transport] = product
        for number, transport, name, others in parse_services(system):
            self._registered.setdefault((number, transport), _Registration(name, others, "system"))

    def name(self, port: int, transport: str) -> str | None:
        """The registered name, if any."""
        entry = self._registered.get((port, transport))
        return entry.name if entry else None

    def in_practice(self, port: int, transport: str) -> str | None:
        """What usually answers there where the registered name misleads or is missing."""
        return self._practice.get((port, transport))

    def ports_by_name(self) -> dict[tuple[str, str], list[int]]:
        """(lower-case name or alias, transport) -> its ports; what is a name somewhere is no alias elsewhere."""
        by_name: dict[tuple[str, str], list[int]] = {}
        by_alias: dict[tuple[str, str], list[int]] = {}
        for (port, transport), entry in self._registered.items():
            by_name.setdefault((entry.name.lower(), transport), []).append(port)
            for alias in entry.aliases:
                by_alias.setdefault((alias.lower(), transport), []).append(port)
        return by_alias | by_name

    def lookup(self, query: str, *, transports: Sequence[str] = TRANSPORTS) -> Iterator[Service]:
        """The services that ``query`` names: a port, a range or a name, perhaps ``/tcp`` behind. Raises PortError."""
        subject, transports = _split_transport(query, transports)
        ports = parse_port_range(subject)
        for port, transport in self._known(transports):
            if port in ports if ports is not None else self._is_called(port, transport, subject.lower()):
                yield self._service(query, port, transport)

    def search(self, words: str, *, transports: Sequence[str] = TRANSPORTS) -> Iterator[Service]:
        """The services whose name, alias or practice holds the words, ascending by port."""
        wanted = words.lower()
        for port, transport in self._known(transports):
            if wanted in self._searchable(port, transport):
                yield self._service(words, port, transport)

    def names(self) -> dict[str, int]:
        """Every registered name and alias in lower case, with its lowest port."""
        lowest: dict[str, int] = {}
        for (name, _), ports in self.ports_by_name().items():
            lowest[name] = min(*ports, lowest.get(name, HIGHEST_PORT))
        return lowest

    def _known(self, transports: Sequence[str]) -> list[tuple[int, str]]:
        """The (port, transport) pairs that any table knows, ascending; TCP comes first."""
        rank = {transport: place for place, transport in enumerate(TRANSPORTS)}
        known = {key for table in (self._registered, self._practice) for key in table if key[1] in transports}
        return sorted(known, key=lambda key: (key[0], rank.get(key[1], len(rank))))

    def _is_called(self, port: int, transport: str, name: str) -> bool:
        entry = self._registered.get((port, transport))
        return entry is not None and (entry.name.lower() == name or name in (a.lower() for a in entry.aliases))

    def _searchable(self, port: int, transport: str) -> str:
        entry = self._registered.get((port, transport))
        names = [entry.name, *entry.aliases] if entry else []
        return "\n".join([*names, self._practice.get((port, transport), "")]).lower()

    def _service(self, query: str, port: int, transport: str) -> Service:
        entry = self._registered.get((port, transport))
        return Service(
            query=query,
            port=port,
            protocol=transport,
            name=entry.name if entry else None,
            aliases=entry.aliases if entry else (),
            in_practice=self._practice.get((port, transport)),
            range=port_range(port),
            source=entry.source if entry else "curated",
        )


def parse_services(text: str) -> Iterator[tuple[int, str, str, tuple[str, ...]]]:
    """(port, transport, name, aliases) of each line of a services(5) file that is one."""
    for line in text.split("\n"):
        name, *rest = line.partition("#")[0].split(None, 1) or [""]
        words = rest[0].split() if rest else []
        match = _SERVICE_PORT.match(words[0]) if words else None
        if match and int(match[1]) <= HIGHEST_PORT:
            yield int(match[1]), match[2], name, tuple(words[1:])


def port_range(port: int) -> PortRange:
    """The part of the number space that a port is in (RFC 6335 §6)."""
    if port <= 1023:
        return "well-known"
    return "registered" if port <= 49_151 else "dynamic"


def parse_transport(text: str) -> str:
    """A transport's name. Raises PortError."""
    if text.lower() not in TRANSPORTS:
        raise PortError(f"protocol {quoted(text)} is none of {', '.join(TRANSPORTS)}")
    return text.lower()


def _in_our_order(query: str) -> str:
    """``:80`` and ``tcp/80``, as ss(8) and firewalls write a port, with the port first and alone."""
    turned = _TRANSPORT_FIRST.match(query)
    return f"{turned[2]}/{turned[1]}" if turned else query[1:] if _PORT_OF_ANY.match(query) else query


def _split_transport(query: str, transports: Sequence[str]) -> tuple[str, Sequence[str]]:
    query = _in_our_order(query)
    subject, slash, transport = query.rpartition("/")
    if not slash:
        return query, transports
    is_number = subject[:1].isdigit() and parse_port_range(subject) is not None
    if transport.lower() not in TRANSPORTS and not is_number:
        return query, transports  # registered names may hold a slash: EtherNet/IP-1
    return subject, [one for one in transports if one == parse_transport(transport)]
