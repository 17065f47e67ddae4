"""What was asked of a packet besides its destination."""

from typing import Final, NamedTuple

from nettools.core.address import Address, parse_address
from nettools.core.ip_protocols import protocol_number
from nettools.core.number import bits_of, count_of, parse_option
from nettools.core.route.question import Question
from nettools.core.text import quoted
from nettools.errors import OptionError

PROTOCOLS: Final = ("tcp", "udp", "icmp", "icmpv6", "ipv6-icmp")
"""What RTM_GETROUTE takes, rtm_getroute_parse_ip_proto() of net/ipv4/netlink.c."""


class Asked(NamedTuple):
    """What was asked, as it was given: words of a command line, or numbers of a program."""

    source: str | None = None
    mark: int | str | None = None
    outgoing: str | None = None
    uid: int | str | None = None
    incoming: str | None = None
    tos: int | str | None = None
    protocol: str | None = None
    source_port: int | str | None = None
    destination_port: int | str | None = None


class Names(NamedTuple):
    """What whoever asks calls these, for errors."""

    source: str
    mark: str
    outgoing: str
    uid: str
    incoming: str
    tos: str
    protocol: str
    source_port: str
    destination_port: str


OPTIONS: Final = Names(
    source="--from",
    mark="--mark",
    outgoing="--interface",
    uid="--uid",
    incoming="--iif",
    tos="--tos",
    protocol="--protocol",
    source_port="--sport",
    destination_port="--dport",
)
"""As options of ``nettools route``."""


class Packet(NamedTuple):
    """The same, read: all of a question but its destination."""

    source: Address | None
    mark: int
    outgoing: str | None
    uid: int | None
    incoming: str | None
    tos: int
    protocol: str | None
    source_port: int | None
    destination_port: int | None
    names: Names


def read_packet(asked: Asked, names: Names) -> Packet:
    """What is the same for every destination. Raises AddressError or OptionError."""
    if asked.incoming is not None and asked.outgoing is not None:
        raise OptionError(
            f"{names.incoming} and {names.outgoing} contradict each other: what came in leaves by what routing says"
        )
    if asked.incoming is not None and asked.source is None:
        raise OptionError("a packet that comes in has a source", hint=f"name it with {names.source}")
    if asked.protocol is not None and asked.protocol.lower() not in PROTOCOLS:
        raise OptionError(f"{names.protocol} {quoted(asked.protocol)} is none of tcp, udp and icmp")
    return Packet(
        source=None if asked.source is None else parse_option(asked.source, names.source, parse_address),
        mark=0 if asked.mark is None else bits_of(asked.mark, names.mark, maximum=0xFFFFFFFF),
        outgoing=asked.outgoing,
        uid=_number(names.uid, asked.uid, 0xFFFFFFFE),
        incoming=asked.incoming,
        tos=0 if asked.tos is None else bits_of(asked.tos, names.tos, maximum=0xFF),
        protocol=asked.protocol,
        source_port=_number(names.source_port, asked.source_port, 0xFFFF),
        destination_port=_number(names.destination_port, asked.destination_port, 0xFFFF),
        names=names,
    )


def question_for(packet: Packet, destination: Address) -> Question:
    """The packet to that destination. Raises OptionError where the two do not go together."""
    source = packet.source
    if source is not None and source.version != destination.version:
        raise OptionError(f"{packet.names.source} {source} is of the other IP version")
    if packet.incoming is not None and destination.is_multicast:
        raise OptionError("what becomes of multicast that comes in is decided by its groups, not by routes")
    return Question(
        destination=destination,
        source=source,
        mark=packet.mark,
        uid=packet.uid,
        tos=packet.tos,
        incoming=packet.incoming,
        outgoing=packet.outgoing,
        protocol=_protocol(packet.protocol, destination),
        source_port=packet.source_port,
        destination_port=packet.destination_port,
    )


def _number(name: str, given: int | str | None, most: int) -> int | None:
    return None if given is None else count_of(given, name, minimum=0, maximum=most)


def _protocol(text: str | None, destination: Address) -> int | None:
    if text is None:
        return None
    is_icmp = text.lower() not in ("tcp", "udp")
    return protocol_number(("ipv6-icmp" if destination.version == 6 else "icmp") if is_icmp else text)
