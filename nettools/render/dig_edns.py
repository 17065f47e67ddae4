"""The OPT record as dig 9.18 prints it: a line for the record itself, one for each option."""

from collections.abc import Callable, Iterator
from typing import Final

from nettools.core.dns.edns import (
    CLIENT_COOKIE_SIZE,
    CLIENT_SUBNET,
    COOKIE,
    DO,
    EXTENDED_ERROR,
    EXTENDED_ERRORS,
    NSID,
    Edns,
    client_subnet_text,
)
from nettools.core.text import safe

_CO: Final = 0x4000
"""The flag "compact answers OK", RFC 9824 §4.1."""
_LLQ, _EXPIRE, _KEEPALIVE, _PADDING, _KEY_TAG, _CLIENT_TAG, _SERVER_TAG = 1, 9, 11, 12, 14, 16, 17


def edns_lines(edns: Edns, *, is_cookie_ours: bool) -> Iterator[str]:
    """The lines below ``OPT PSEUDOSECTION``. ``is_cookie_ours``: whether the query had a cookie."""
    flags = (" do" if edns.flags & DO else "") + (" co" if edns.flags & _CO else "")
    others = edns.flags & ~(DO | _CO)
    reserved = f" MBZ: 0x{others:04x}," if others else ""
    yield f"; EDNS: version: {edns.version}, flags:{flags};{reserved} udp: {edns.udp}"
    for code, data in edns.options:
        if code == COOKIE:
            yield f"; COOKIE: {data.hex()}{_judgement(data, is_ours=is_cookie_ours)}"
        else:
            yield _option(code, data)


def _judgement(cookie: bytes, *, is_ours: bool) -> str:
    """A reply with another client's cookie is not taken, so what came to a query with one is good."""
    if not is_ours:
        return ""
    return " (good)" if len(cookie) > CLIENT_COOKIE_SIZE else " (echoed)"


def _option(code: int, data: bytes) -> str:
    """A line for an option; one whose data are not what its code says is shown in hex."""
    known = _KNOWN.get(code)
    if known is not None:
        title, text = known
        told = text(data) if data else ""
        if told is not None:
            return f"; {title}: {told}".rstrip()
    return f"; OPT={code}: {_octets(data)}".rstrip()


def _octets(data: bytes) -> str:
    """Hex, and the ASCII characters among them."""
    shown = "".join(chr(octet) if 0x20 <= octet <= 0x7E else "." for octet in data)
    return f'{data.hex(" ")} ("{shown}")' if data else ""


def _extended_error(data: bytes) -> str | None:
    if len(data) < 2:
        return None
    code = int.from_bytes(data[:2], "big")
    name = EXTENDED_ERRORS.get(code)
    text = safe(data[2:].rstrip(b"\0"))
    return f"{code}" + (f" ({name})" if name else "") + (f": ({text})" if text else "")


def _seconds(data: bytes) -> str | None:
    """A period in seconds and in words."""
    if len(data) != 4:
        return None
    total = rest = int.from_bytes(data, "big")
    words: list[str] = []
    for unit, size in (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(rest, size)
        if count or (unit == "second" and not words):
            words.append(f"{count} {unit}" + ("" if count == 1 else "s"))
    return f"{total} ({' '.join(words)})"


def _tenths(data: bytes) -> str | None:
    """Tenths of a second, RFC 7828 §3.1."""
    number = int.from_bytes(data, "big")
    return f"{number // 10}.{number % 10} secs" if len(data) == 2 else None


def _key_tags(data: bytes) -> str | None:
    """RFC 8145 §4.1."""
    tags = [str(int.from_bytes(data[at : at + 2], "big")) for at in range(0, len(data), 2)]
    return ", ".join(tags) if len(data) % 2 == 0 else None


def _tag(data: bytes) -> str | None:
    """draft-bellis-dnsop-edns-tags-01."""
    return str(int.from_bytes(data, "big")) if len(data) == 2 else None


def _long_lived_query(data: bytes) -> str | None:
    """RFC 8764 §3.2."""
    if len(data) != 18:
        return None
    version, opcode, error = (int.from_bytes(data[at : at + 2], "big") for at in (0, 2, 4))
    identifier, lifetime = int.from_bytes(data[6:14], "big"), int.from_bytes(data[14:], "big")
    return f"Version: {version}, Opcode: {opcode}, Error: {error}, Identifier: {identifier}, Lifetime: {lifetime}"


_KNOWN: Final[dict[int, tuple[str, Callable[[bytes], str | None]]]] = {
    _LLQ: ("LLQ", _long_lived_query),
    NSID: ("NSID", _octets),
    CLIENT_SUBNET: ("CLIENT-SUBNET", client_subnet_text),
    _EXPIRE: ("EXPIRE", _seconds),
    _KEEPALIVE: ("TCP KEEPALIVE", _tenths),
    _PADDING: ("PAD", lambda data: f"({len(data)} bytes)"),
    _KEY_TAG: ("KEY-TAG", _key_tags),
    EXTENDED_ERROR: ("EDE", _extended_error),
    _CLIENT_TAG: ("CLIENT-TAG", _tag),
    _SERVER_TAG: ("SERVER-TAG", _tag),
}
"""Code -> title and text of the options that dig takes apart."""
