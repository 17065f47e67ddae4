"""Shapes of types from the early days: places, services, prefixes and the addresses of other networks."""

from typing import Final

from nettools.core.dns.rdata.fields import (
    NAME,
    STRING,
    Field,
    Unreadable,
    bits,
    ipv4_text,
    ipv6_text,
    octets,
    old_type_name,
    rest,
    several,
)

CHAOS_ADDRESS: Final = octets(2, lambda data: f"{int.from_bytes(data, 'big'):o}")
"""An address of the Chaosnet, in octal: RFC 1035 §3.3 names the class, BIND the form."""

NSAP: Final = rest(lambda data: "0x" + data.hex())


def _x25_end(rdata: bytes, place: int) -> int:
    """At least four digits, RFC 1183 §3.1."""
    behind = STRING.end(rdata, place)
    if behind - place < 5 or not rdata[place + 1 : behind].isdigit():
        raise Unreadable("no X.121 address")
    return behind


X25: Final = Field(_x25_end, STRING.text)


def isdn_shape(rdata: bytes) -> tuple[Field, ...]:
    """ISDN, RFC 1183 §3.2: the subaddress is optional."""
    return (STRING,) if STRING.end(rdata, 0) == len(rdata) else (STRING, STRING)


_MOST_SERVICE_OCTETS: Final = 65_536 // 8


def _services_end(rdata: bytes, place: int) -> int:
    if len(rdata) - place > _MOST_SERVICE_OCTETS or (len(rdata) > place and rdata[-1] == 0):
        raise Unreadable("the map of ports is malformed")
    return len(rdata)


WELL_KNOWN_SERVICES: Final = Field(_services_end, lambda data: " ".join(map(str, bits(data))))


def _nxt_end(rdata: bytes, place: int) -> int:
    """RFC 2535 §5.2: up to 16 octets, the last not zero; the first bit would mean a form that nobody defined."""
    bitmap = rdata[place:]
    if bitmap and (bitmap[0] & 0x80 or len(bitmap) > 16 or bitmap[-1] == 0):
        raise Unreadable("the list of types is malformed")
    return len(rdata)


def _nxt_text(data: bytes) -> str:
    return " ".join(map(old_type_name, bits(data)))


NXT_BITMAP: Final = Field(_nxt_end, _nxt_text)


def atma_shape(rdata: bytes) -> tuple[Field, ...] | None:
    """ATMA, ATM Name System 2.0: an end system address in hex, or an E.164 number."""
    if len(rdata) < 2:
        raise Unreadable("the rdata ends too early")
    if rdata[0] == 0:
        return (octets(1, lambda _: ""), rest(lambda data: data.hex()))
    if rdata[0] == 1:
        if not rdata[1:].isdigit():
            raise Unreadable("no E.164 number")
        return (octets(1, lambda _: ""), rest(lambda data: "+" + data.decode("ascii")))
    return None


def a6_shape(rdata: bytes) -> tuple[Field, ...]:
    """A6, RFC 2874 §3.1: the length of the prefix, the bits behind it, the name that has the prefix."""
    prefix = rdata[0] if rdata else 255
    if prefix > 128:
        raise Unreadable("a prefix of more than 128 bits")
    size = 16 - prefix // 8
    if size and len(rdata) > 1 and rdata[1] >> 8 - prefix % 8:
        raise Unreadable("bits of the prefix are set in the suffix")

    def text(data: bytes) -> str:
        return f"{prefix} {ipv6_text(data[1:].rjust(16, bytes(1))) if size else ''}"

    return (octets(1 + size, text), *((NAME,) if prefix else ()))


_LONGEST_PREFIXES: Final = {1: 32, 2: 128}
"""Bits, of the families that IANA calls IP and IP6."""


def _prefix_end(rdata: bytes, place: int) -> int:
    """RFC 3123 §4: the prefix has no zero octets at its end. Of an unknown family only the size counts."""
    if place + 4 > len(rdata):
        raise Unreadable("the rdata ends too early")
    family, length, size = int.from_bytes(rdata[place : place + 2], "big"), rdata[place + 2], rdata[place + 3] & 0x7F
    behind = place + 4 + size
    longest = _LONGEST_PREFIXES.get(family, 255)
    is_bad = size and not rdata[behind - 1 : behind].strip(b"\0")
    if behind > len(rdata) or length > longest or size > (longest + 7) // 8 or is_bad:
        raise Unreadable("an address prefix is malformed")
    return behind


def _prefix_text(data: bytes) -> str:
    is_ipv4, negation = data[1] == 1, "!" if data[3] & 0x80 else ""
    address = ipv4_text(data[4:].ljust(4, bytes(1))) if is_ipv4 else ipv6_text(data[4:].ljust(16, bytes(1)))
    return f"{negation}{data[1]}:{address}/{data[2]}"


_PREFIXES: Final = several(Field(_prefix_end, _prefix_text), least=0)


def apl_shape(rdata: bytes) -> tuple[Field, ...] | None:
    """APL, RFC 3123 §4: prefixes, perhaps none; there is no text for families other than IPv4 and IPv6."""
    place = 0
    while place < len(rdata):
        if int.from_bytes(rdata[place : place + 2], "big") not in _LONGEST_PREFIXES:
            _PREFIXES.end(rdata, place)
            return None
        place = _prefix_end(rdata, place)
    return (_PREFIXES,)


_EQUATOR: Final = 1 << 31
_HIGHEST: Final = {"N": 90 * 3_600_000, "E": 180 * 3_600_000}  # thousandths of a second of arc
_SEA_LEVEL_CM: Final = 10_000_000


def loc_shape(rdata: bytes) -> tuple[Field, ...] | None:
    """LOC, RFC 1876 §2: version 0 is the only one that there is."""
    if not rdata:
        raise Unreadable("the rdata ends too early")
    if rdata[0]:
        return None
    _LOCATION.end(rdata, 0)
    sizes_are_fine = all(one == 0 or (one & 0xF <= 9 and 1 <= one >> 4 <= 9) for one in rdata[1:4])
    south_north, west_east = (int.from_bytes(rdata[at : at + 4], "big") - _EQUATOR for at in (4, 8))
    if not sizes_are_fine or abs(south_north) > _HIGHEST["N"] or abs(west_east) > _HIGHEST["E"]:
        raise Unreadable("no place on Earth")
    return (_LOCATION,)


def _location_text(data: bytes) -> str:
    south_north, west_east, height_cm = (int.from_bytes(data[at : at + 4], "big") for at in (4, 8, 12))
    height_cm -= _SEA_LEVEL_CM
    sizes = " ".join(map(_metres, data[1:4]))
    sign = "-" if height_cm < 0 else ""
    height = f"{sign}{abs(height_cm) // 100}.{abs(height_cm) % 100:02d}m"
    return f"{_angle(south_north, 'N', 'S')} {_angle(west_east, 'E', 'W')} {height} {sizes}"


def _angle(value: int, positive: str, negative: str) -> str:
    arc = abs(value - _EQUATOR)
    degrees, arc = divmod(arc, 3_600_000)
    minutes, arc = divmod(arc, 60_000)
    return f"{degrees} {minutes} {arc // 1000}.{arc % 1000:03d} {positive if value >= _EQUATOR else negative}"


def _metres(octet: int) -> str:
    """Mantissa and power of ten in centimetres, RFC 1876 §2; below a metre with two decimals."""
    mantissa, power = octet >> 4, octet & 0xF
    return f"{mantissa * 10 ** (power - 2)}m" if power > 1 else f"0.{mantissa * 10**power:02d}m"


_LOCATION: Final = octets(16, _location_text)
