"""What the options of ``nettools route DESTINATION`` say of the packet."""

from typing import Final, NamedTuple

from nettools.core.address import Address, parse_address
from nettools.core.ip_protocols import protocol_number
from nettools.core.number import parse_bits, parse_count
from nettools.core.route.question import Question
from nettools.core.text import quoted
from nettools.errors import OptionError

_PROTOCOLS: Final = ("tcp", "udp", "icmp", "icmpv6", "ipv6-icmp")
"""What RTM_GETROUTE takes, rtm_getroute_parse_ip_proto() of net/ipv4/netlink.c."""


class Asked(NamedTuple):
    """The options as they were written."""

    source: str | None
    mark: str | None
    outgoing: str | None
    uid: str | None
    incoming: str | None
    tos: str | None
    protocol: str | None
    source_port: str | None
    destination_port: str | None


class Packet(NamedTuple):
    """What the options say, read: all of a question but its destination."""

    source: Address | None
    mark: int
    outgoing: str | None
    uid: int | None
    incoming: str | None
    tos: int
    protocol: str | None
    source_port: int | None
    destination_port: int | None


def read_options(asked: Asked) -> Packet:
    """The options that are the same for every destination. Raises AddressError or OptionError."""
    if asked.incoming is not None and asked.outgoing is not None:
        raise OptionError("--iif and --interface contradict each other: what came in leaves by what routing says")
    if asked.incoming is not None and asked.source is None:
        raise OptionError("a packet that comes in has a source", hint="name it with --from")
    if asked.protocol is not None and asked.protocol.lower() not in _PROTOCOLS:
        raise OptionError(f"--protocol {quoted(asked.protocol)} is none of tcp, udp and icmp")
    return Packet(
        source=None if asked.source is None else parse_address(asked.source),
        mark=0 if asked.mark is None else parse_bits(asked.mark, "--mark", maximum=0xFFFFFFFF),
        outgoing=asked.outgoing,
        uid=_number("--uid", asked.uid, 0xFFFFFFFE),
        incoming=asked.incoming,
        tos=0 if asked.tos is None else parse_bits(asked.tos, "--tos", maximum=0xFF),
        protocol=asked.protocol,
        source_port=_number("--sport", asked.source_port, 0xFFFF),
        destination_port=_number("--dport", asked.destination_port, 0xFFFF),
    )


def question_for(packet: Packet, destination: Address) -> Question:
    """The packet to that destination. Raises OptionError where the two do not go together."""
    source = packet.source
    if source is not None and source.version != destination.version:
        raise OptionError(f"--from {source} is of the other IP version")
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


def _number(option: str, text: str | None, most: int) -> int | None:
    return None if text is None else parse_count(text, option, minimum=0, maximum=most)


def _protocol(text: str | None, destination: Address) -> int | None:
    if text is None:
        return None
    is_icmp = text.lower() not in ("tcp", "udp")
    return protocol_number(("ipv6-icmp" if destination.version == 6 else "icmp") if is_icmp else text)
