"""EDNS(0), RFC 6891: the OPT record and the options that people ask about.

Option codes: IANA "DNS EDNS0 Option Codes (OPT)", extended errors: IANA "Extended DNS Error Codes", both of 2026-10.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nettools.core.prefix import Prefix

NSID: Final = 3
CLIENT_SUBNET: Final = 8
COOKIE: Final = 10
EXTENDED_ERROR: Final = 15
DO: Final = 0x8000
"""The flag "DNSSEC OK", RFC 3225."""

CLIENT_COOKIE_SIZE: Final = 8
"""Octets of the client's part of a cookie, RFC 7873 §4."""

OPTION_NAMES: Final[dict[int, str]] = {
    1: "LLQ", 2: "UL", 3: "NSID", 5: "DAU", 6: "DHU", 7: "N3U", 8: "CLIENT-SUBNET", 9: "EXPIRE", 10: "COOKIE",
    11: "TCP-KEEPALIVE", 12: "PADDING", 13: "CHAIN", 14: "KEY-TAG", 15: "EDE", 16: "CLIENT-TAG", 17: "SERVER-TAG",
    18: "REPORT-CHANNEL", 19: "ZONEVERSION",
}  # fmt: skip

EXTENDED_ERRORS: Final[dict[int, str]] = {
    0: "Other", 1: "Unsupported DNSKEY Algorithm", 2: "Unsupported DS Digest Type", 3: "Stale Answer",
    4: "Forged Answer", 5: "DNSSEC Indeterminate", 6: "DNSSEC Bogus", 7: "Signature Expired",
    8: "Signature Not Yet Valid", 9: "DNSKEY Missing", 10: "RRSIGs Missing", 11: "No Zone Key Bit Set",
    12: "NSEC Missing", 13: "Cached Error", 14: "Not Ready", 15: "Blocked", 16: "Censored", 17: "Filtered",
    18: "Prohibited", 19: "Stale NXDOMAIN Answer", 20: "Not Authoritative", 21: "Not Supported",
    22: "No Reachable Authority", 23: "Network Error", 24: "Invalid Data", 25: "Signature Expired before Valid",
    26: "Too Early", 27: "Unsupported NSEC3 Iterations Value", 28: "Unable to conform to policy", 29: "Synthesized",
    30: "Invalid Query Type", 31: "Rate Limited", 32: "Over Quota",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedError:
    """RFC 8914: why an answer is as it is; ``text`` is the server's own."""

    code: int
    text: bytes

    @property
    def name(self) -> str | None:
        return EXTENDED_ERRORS.get(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edns:
    """An OPT record."""

    version: int
    udp: int
    """The largest datagram that the sender takes, in octets."""
    flags: int
    extended_rcode: int
    options: tuple[tuple[int, bytes], ...]
    """Code and data in the order of the message."""

    def option(self, code: int) -> bytes | None:
        """The data of the first option with this code."""
        return next((data for one, data in self.options if one == code), None)

    @property
    def nsid(self) -> bytes | None:
        return self.option(NSID)

    @property
    def nsid_text(self) -> str | None:
        """The server's identifier as text where it is text, else in hex: RFC 5001 §2.3 leaves that open."""
        nsid = self.nsid
        if nsid is None:
            return None
        return nsid.decode("ascii") if nsid.isascii() and nsid.decode("ascii").isprintable() else nsid.hex()

    @property
    def cookie(self) -> bytes | None:
        return self.option(COOKIE)

    @property
    def is_dnssec_ok(self) -> bool:
        return bool(self.flags & DO)

    @property
    def extended_errors(self) -> tuple[ExtendedError, ...]:
        return tuple(
            ExtendedError(code=int.from_bytes(data[:2], "big"), text=data[2:].rstrip(b"\0"))
            for code, data in self.options
            if code == EXTENDED_ERROR and len(data) >= 2
        )

    @property
    def client_subnet(self) -> str | None:
        """As ``client_subnet_text`` writes it; None when absent or unreadable."""
        data = self.option(CLIENT_SUBNET)
        return None if data is None else client_subnet_text(data)


def client_subnet_text(data: bytes) -> str | None:
    """The data of a CLIENT-SUBNET option, RFC 7871 §6, as dig writes it: address/source/scope. None if unreadable."""
    if len(data) < 4:
        return None
    family, source, scope, prefix = int.from_bytes(data[:2], "big"), data[2], data[3], data[4:]
    if family == 1 and len(prefix) <= 4:
        return f"{IPv4Address(prefix.ljust(4, bytes(1)))}/{source}/{scope}"
    if family == 2 and len(prefix) <= 16:
        return f"{IPv6Address(prefix.ljust(16, bytes(1)))}/{source}/{scope}"
    return f"0/{source}/{scope}" if family == 0 and not prefix else None


def parse_opt(class_: int, ttl: int, rdata: bytes) -> tuple[Edns, list[str]]:
    """The OPT record whose class, TTL and rdata these are, and what is wrong with it. RFC 6891 §6.1.2."""
    options: list[tuple[int, bytes]] = []
    faults: list[str] = []
    place = 0
    while place < len(rdata):
        code, length = (
            int.from_bytes(rdata[place : place + 2], "big"),
            int.from_bytes(rdata[place + 2 : place + 4], "big"),
        )
        if place + 4 + length > len(rdata):
            faults.append("an option of the OPT record runs over its end")
            break
        options.append((code, rdata[place + 4 : place + 4 + length]))
        place += 4 + length
    edns = Edns(
        version=ttl >> 16 & 0xFF, udp=class_, flags=ttl & 0xFFFF, extended_rcode=ttl >> 24, options=tuple(options)
    )
    return edns, faults


def opt_record(*, udp: int, dnssec_ok: bool, options: tuple[tuple[int, bytes], ...]) -> bytes:
    """An OPT record of version 0 for a query."""
    body = b"".join(code.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data for code, data in options)
    ttl = DO if dnssec_ok else 0
    return b"\x00\x00\x29" + udp.to_bytes(2, "big") + ttl.to_bytes(4, "big") + len(body).to_bytes(2, "big") + body


def client_subnet_option(prefix: Prefix) -> bytes:
    """The data of a CLIENT-SUBNET option for a query: only the octets that the prefix needs, RFC 7871 §6."""
    octets = (prefix.length + 7) // 8
    family, size = (1, 4) if prefix.version == 4 else (2, 16)
    network = prefix.network.to_bytes(size, "big")[:octets]
    return family.to_bytes(2, "big") + bytes([prefix.length, 0]) + network


def is_lone_opt(octets: bytes) -> bool:
    """Whether the octets are exactly one OPT record: the root as its name, which leads nowhere."""
    return octets[:3] == b"\x00\x00\x29" and len(octets) == 11 + int.from_bytes(octets[9:11], "big")
