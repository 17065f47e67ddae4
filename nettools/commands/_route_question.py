"""What the options of ``nettools route DESTINATION`` say of the packet."""

import os
from typing import NamedTuple

from nettools.core.address import Address, parse_address
from nettools.core.ip_protocols import protocol_number
from nettools.core.number import parse_bits, parse_count
from nettools.core.route.question import Question
from nettools.core.text import quoted
from nettools.errors import OptionError

_PROTOCOLS = ("tcp", "udp", "icmp", "ipv6-icmp")
"""What RTM_GETROUTE takes, rtm_getroute_parse_ip_proto() of net/ipv4/netlink.c."""
_UDP = 17


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


def question_for(asked: Asked, destination: Address) -> Question:
    """The packet that was asked about. Raises AddressError or OptionError."""
    source = None if asked.source is None else parse_address(asked.source)
    if source is not None and source.version != destination.version:
        raise OptionError(f"--from {quoted(asked.source or '')} is of the other IP version")
    if asked.incoming is not None:
        if asked.outgoing is not None:
            raise OptionError("--iif and --interface contradict each other: what came in leaves by what routing says")
        if destination.is_multicast:
            raise OptionError("what becomes of multicast that comes in is decided by its groups, not by routes")
        if source is None:
            raise OptionError("a packet that comes in has a source", hint="name it with --from")
    return Question(
        destination=destination,
        source=source,
        mark=0 if asked.mark is None else parse_bits(asked.mark, "--mark", maximum=0xFFFFFFFF),
        uid=_user(asked.uid),
        tos=0 if asked.tos is None else parse_bits(asked.tos, "--tos", maximum=0xFF),
        incoming=asked.incoming,
        outgoing=asked.outgoing,
        protocol=_protocol(asked.protocol, destination),
        source_port=_number("--sport", asked.source_port, 0xFFFF),
        destination_port=_number("--dport", asked.destination_port, 0xFFFF),
    )


def _number(option: str, text: str | None, most: int) -> int | None:
    return None if text is None else parse_count(text, option, minimum=0, maximum=most)


def _user(text: str | None) -> int | None:
    if text is not None:
        return _number("--uid", text, 0xFFFFFFFE)
    return os.getuid() if hasattr(os, "getuid") else None


def _protocol(text: str | None, destination: Address) -> int:
    if text is None:
        return _UDP
    word = "ipv6-icmp" if text.lower() in ("icmp", "icmpv6") and destination.version == 6 else text.lower()
    number = protocol_number(word)
    if number is None or number not in {protocol_number(one) for one in _PROTOCOLS}:
        raise OptionError(f"--protocol {quoted(text)} is none of tcp, udp and icmp")
    return number
