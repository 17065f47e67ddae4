r"""SVCB and HTTPS, RFC 9460 §2: priority, target and parameters.

``dohpath`` (RFC 9461) and what is younger is written as ``keyNNN``, as dig 9.18 does: a form that every reader knows.
"""

from typing import Final

from nettools.core.dns.rdata.fields import (
    NAME,
    U16,
    Field,
    Unreadable,
    ipv4_text,
    ipv6_text,
    quoted_text,
)

_MANDATORY, _ALPN, _NO_DEFAULT_ALPN, _PORT, _IPV4HINT, _ECH, _IPV6HINT = range(7)
_DOHPATH: Final = 7
_NAMES: Final = ("mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint")


def _parameters(data: bytes, place: int) -> list[tuple[int, bytes]]:
    """Key and value of each parameter. Raises Unreadable when one is cut or the keys do not ascend, RFC 9460 §2.2."""
    found: list[tuple[int, bytes]] = []
    while place < len(data):
        key, behind = (
            int.from_bytes(data[place : place + 2], "big"),
            place + 4 + int.from_bytes(data[place + 2 : place + 4], "big"),
        )
        if place + 4 > len(data) or behind > len(data) or (found and key <= found[-1][0]):
            raise Unreadable("the parameters are malformed")
        found.append((key, data[place + 4 : behind]))
        place = behind
    return found


def _end(rdata: bytes, place: int) -> int:
    found = _parameters(rdata, place)
    keys = {key for key, _ in found}
    for key, value in found:
        if not _is_value(key, value):
            raise Unreadable("the value of a parameter is malformed")
        if key == _MANDATORY and not keys.issuperset(_numbers(value)):
            raise Unreadable("a mandatory parameter is missing")
        if key == _NO_DEFAULT_ALPN and _ALPN not in keys:
            raise Unreadable("no-default-alpn without alpn")
    return len(rdata)


def _is_value(key: int, value: bytes) -> bool:
    """Whether the value has the form that its key asks for, RFC 9460 §7 and §8."""
    if key == _MANDATORY:
        numbers = _numbers(value)
        return len(value) >= 2 and len(value) % 2 == 0 and numbers[0] != 0 and numbers == sorted(set(numbers))
    if key == _ALPN:
        return _protocols(value) is not None
    if key == _NO_DEFAULT_ALPN:
        return not value
    if key == _PORT:
        return len(value) == 2
    if key == _DOHPATH:
        return _is_template(value)
    if key in (_IPV4HINT, _IPV6HINT):
        size = 4 if key == _IPV4HINT else 16
        return len(value) >= size and len(value) % size == 0
    return True


def _is_template(value: bytes) -> bool:
    """A path in UTF-8 with the variable ``dns``, RFC 9461 §5."""
    try:
        return value.decode().startswith("/") and b"{?dns}" in value
    except UnicodeDecodeError:
        return False


def _numbers(value: bytes) -> list[int]:
    return [int.from_bytes(value[at : at + 2], "big") for at in range(0, len(value), 2)]


def _protocols(value: bytes) -> list[bytes] | None:
    """The protocol names, RFC 9460 §7.1.2; None when one is empty or cut."""
    found, place = [], 0
    while place < len(value):
        behind = place + 1 + value[place]
        if behind > len(value) or behind == place + 1:
            return None
        found.append(value[place + 1 : behind])
        place = behind
    return found or None


def _text(data: bytes) -> str:
    return " ".join(_parameter_text(key, value) for key, value in _parameters(data, 0))


def _parameter_text(key: int, value: bytes) -> str:
    name = _NAMES[key] if key < len(_NAMES) else f"key{key}"
    return f"{name}={_value_text(key, value)}" if value else name


def _value_text(key: int, value: bytes) -> str:
    if key == _MANDATORY:
        return ",".join(_NAMES[one] if one < len(_NAMES) else f"key{one}" for one in _numbers(value))
    if key == _ALPN:
        # A comma or backslash inside a name is escaped for the list, and that again for the string: RFC 9460 §A.1.
        escaped = [one.replace(b"\\", b"\\\\").replace(b",", b"\\,") for one in _protocols(value) or []]
        return quoted_text(b",".join(escaped)).replace(" ", "\\032")
    if key == _PORT:
        return str(int.from_bytes(value, "big"))
    if key == _IPV4HINT:
        return ",".join(ipv4_text(value[at : at + 4]) for at in range(0, len(value), 4))
    if key == _IPV6HINT:
        return ",".join(ipv6_text(value[at : at + 16]) for at in range(0, len(value), 16))
    if key == _ECH:
        from base64 import b64encode

        return b64encode(value).decode()
    return quoted_text(value)


SHAPE: Final = (U16, NAME, Field(_end, _text))
