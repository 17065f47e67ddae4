"""What to send to a UDP port so that its service answers.

Most UDP services are silent to whatever is not a request of their protocol (RFC 768 gives them no duty to say
anything), and then an open port cannot be told from a filtered one. Each payload is one file of ``data/udp``;
``payload_file`` reads it. A port without a payload gets an empty datagram: a closed port answers it with the same
ICMP error as any other (RFC 1122 §4.1.3.1), and it can do nothing to a service that was not meant.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import shake_128
from typing import Final

from nettools.core.scan.udp_answer import Alternatives, answers


@dataclass(frozen=True, slots=True)
class Blank:
    """Octets that are other ones in each probe: a transaction identifier, a cookie."""

    size: int
    is_text: bool = False
    """Lower-case hexadecimal digits instead of any octets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One datagram that makes a service answer."""

    name: str
    """Of its file, without the suffix."""
    protocol: str
    """What an answer shows: ``dns``, ``snmp`` …"""
    ports: tuple[int, ...]
    source: str
    """The specification that it is written from."""
    parts: tuple[bytes | Blank, ...] = ()
    replies: Alternatives = ()
    turn: int = 1
    """Of several payloads for a port, that with the lowest turn goes out first."""
    is_answered_from_any_port: bool = False
    """The service may answer from another port than the one that was asked (TFTP: RFC 1350 §4)."""
    silence: str | None = None
    """Why the service never answers a stranger; there is nothing to send but an empty datagram then."""

    @property
    def blank_size(self) -> int:
        """How many octets differ from probe to probe."""
        return sum(part.size for part in self.parts if isinstance(part, Blank))

    def filled(self, seed: bytes) -> bytes:
        """The datagram; equal seeds give equal ones, and who does not know the seed cannot guess what fills it."""
        size = self.blank_size
        if not size:
            return b"".join(part for part in self.parts if isinstance(part, bytes))
        entropy, at, octets = shake_128(seed + self.name.encode()).digest(size), 0, []
        for part in self.parts:
            if isinstance(part, bytes):
                octets.append(part)
                continue
            taken = entropy[at : at + part.size]
            octets.append(taken.hex()[: part.size].encode("ascii") if part.is_text else taken)
            at += part.size
        return b"".join(octets)


EMPTY: Final = Payload(name="empty", protocol="", ports=(), source="RFC 768")
"""For ports without a payload of their own."""


class PayloadTable:
    """All payloads by port."""

    def __init__(self, payloads: Iterable[Payload]) -> None:
        self._payloads = sorted(payloads, key=lambda payload: (payload.turn, payload.name))
        by_port: dict[int, list[Payload]] = {}
        for payload in self._payloads:
            for port in payload.ports:
                by_port.setdefault(port, []).append(payload)
        self._by_port = {port: tuple(payloads) for port, payloads in by_port.items()}

    def __iter__(self) -> Iterator[Payload]:
        return iter(self._payloads)

    def of(self, port: int) -> Sequence[Payload]:
        """The payloads of a port in the order in which its attempts send them; never empty."""
        return self._by_port.get(port, (EMPTY,))

    def for_attempt(self, port: int, attempt: int) -> Payload:
        """What attempt number ``attempt`` (from 1) sends: the payloads take turns."""
        payloads = self.of(port)
        return payloads[(attempt - 1) % len(payloads)]

    def protocol_of(self, port: int, seed: bytes, answer: bytes) -> str | None:
        """The protocol in which ``answer`` speaks, None when it is no answer to any payload of the port.

        What repeats the whole request is an echo service (RFC 862), on whichever port.
        """
        for payload in self.of(port):
            asked = payload.filled(seed)
            if asked and answer == asked:
                return "echo"
            if answers(payload.replies, asked, answer):
                return payload.protocol
        return None
