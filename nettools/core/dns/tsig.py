"""Transaction signatures, RFC 8945: a query signed with a shared key, replies to it verified.

The digest is a keyed hash over a few octets, so nothing but ``hmac`` is needed. The time of day is an argument.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal

from nettools.core.dns.message import HEADER_SIZE
from nettools.core.dns.name import BadWireName, folded, name_from_text, read_name
from nettools.core.dns.types import TYPES
from nettools.core.text import quoted

FUDGE_S: Final = 300
"""How far two clocks may differ, RFC 8945 §10."""

MOST_UNSIGNED: Final = 99
"""Messages of a stream between two signed ones, RFC 8945 §5.3.1."""

# IANA "TSIG Algorithm Names": name -> its name on the wire, the hash, and how many octets of it are sent.
ALGORITHMS: Final[dict[str, tuple[str, str, int]]] = {
    "hmac-md5": ("hmac-md5.sig-alg.reg.int", "md5", 16),
    "hmac-sha1": ("hmac-sha1", "sha1", 20),
    "hmac-sha224": ("hmac-sha224", "sha224", 28),
    "hmac-sha256": ("hmac-sha256", "sha256", 32),
    "hmac-sha256-128": ("hmac-sha256-128", "sha256", 16),
    "hmac-sha384": ("hmac-sha384", "sha384", 48),
    "hmac-sha384-192": ("hmac-sha384-192", "sha384", 24),
    "hmac-sha512": ("hmac-sha512", "sha512", 64),
    "hmac-sha512-256": ("hmac-sha512-256", "sha512", 32),
}

BADSIG: Final = 16
BADKEY: Final = 17
BADTIME: Final = 18
BADTRUNC: Final = 22
_TSIG: Final = TYPES["TSIG"]
_CLASS_ANY: Final = b"\x00\xff"
_CLASS_AND_TTL: Final = _CLASS_ANY + bytes(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class TsigKey:
    """A shared key; ``name`` and ``algorithm`` are names in text, the secret is raw and in no message."""

    name: str
    algorithm: str
    """A key of ``ALGORITHMS``."""
    secret: bytes = field(repr=False)

    @property
    def wire_name(self) -> bytes:
        return folded(name_from_text(self.name))

    @property
    def wire_algorithm(self) -> bytes:
        return folded(name_from_text(ALGORITHMS[self.algorithm][0]))

    def digest(self, *parts: bytes) -> bytes:
        """The keyed hash of the parts, as long as the algorithm sends it."""
        import hmac

        _, hash_name, size = ALGORITHMS[self.algorithm]
        return hmac.digest(self.secret, b"".join(parts), hash_name)[:size]


@dataclass(frozen=True, slots=True, kw_only=True)
class TsigVerdict:
    """What the signature of a reply is worth."""

    kind: Literal["valid", "missing", "invalid", "wrong-time", "refused"]
    """missing: there is none. wrong-time: right, but of another time. refused: the server does not take ours."""
    why: str = ""
    """One sentence for people, empty when valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signature:
    """A TSIG record, RFC 8945 §4.2, and where in its message it begins."""

    start: int
    name: bytes
    algorithm: bytes
    time_s: int
    fudge_s: int
    mac: bytes
    original_id: bytes
    error: int
    other: bytes


def sign(wire: bytes, key: TsigKey, time_s: int) -> tuple[bytes, bytes]:
    """(the query with its signature, the MAC that the reply refers to). RFC 8945 §4.3.3."""
    when = time_s.to_bytes(6, "big") + FUDGE_S.to_bytes(2, "big")
    mac = key.digest(wire, _variables(key, when, error=0, other=b""))
    rdata = key.wire_algorithm + when + len(mac).to_bytes(2, "big") + mac + wire[:2] + bytes(4)
    record = key.wire_name + _TSIG.to_bytes(2, "big") + _CLASS_AND_TTL + len(rdata).to_bytes(2, "big") + rdata
    count = int.from_bytes(wire[10:12], "big") + 1
    return wire[:10] + count.to_bytes(2, "big") + wire[12:] + record, mac


def _variables(key: TsigKey, when: bytes, *, error: int, other: bytes) -> bytes:
    """The TSIG variables that are digested with a message: RFC 8945 §4.3.3."""
    tail = error.to_bytes(2, "big") + len(other).to_bytes(2, "big") + other
    return key.wire_name + _CLASS_AND_TTL + key.wire_algorithm + when + tail


class TsigStream:
    """Verifies the replies to one signed query, one after the other: RFC 8945 §5.3 and, for several, §5.3.1."""

    def __init__(self, key: TsigKey, request_mac: bytes) -> None:
        self._key = key
        self._mac = request_mac
        self._is_first = True
        self._unsigned: list[bytes] = []

    @property
    def unsigned_count(self) -> int:
        """Messages since the last valid signature."""
        return len(self._unsigned)

    def check(self, wire: bytes, now_s: float) -> TsigVerdict:
        """The verdict on the next message. A ``missing`` one within a stream is covered by the next signature."""
        try:
            found = _signature_of(wire)
        except (BadWireName, IndexError):
            return TsigVerdict(kind="invalid", why="the reply's TSIG cannot be read")
        if found is None:
            self._unsigned.append(wire)
            return TsigVerdict(kind="missing", why="the reply has no TSIG")
        if found.error and found.error != BADTIME:
            return TsigVerdict(kind="refused", why=_refusal(found, self._key, now_s))
        key = self._key
        if folded(found.name) != key.wire_name or folded(found.algorithm) != key.wire_algorithm:
            return TsigVerdict(kind="invalid", why="the reply's TSIG is made with another key")
        if not self._is_authentic(wire, found):
            return TsigVerdict(
                kind="invalid", why="the reply's TSIG is wrong: another secret, or the reply was changed"
            )
        self._is_first, self._mac, self._unsigned = False, found.mac, []
        if found.error:
            return TsigVerdict(kind="refused", why=_refusal(found, key, now_s))
        if abs(found.time_s - now_s) > found.fudge_s:
            away = _distance(found.time_s, now_s)
            return TsigVerdict(
                kind="wrong-time",
                why=f"the reply's TSIG was made at {_time_text(found.time_s)}, {away}: {found.fudge_s:,} s are allowed",
            )
        return TsigVerdict(kind="valid")

    def _is_authentic(self, wire: bytes, found: _Signature) -> bool:
        import hmac

        count = int.from_bytes(wire[10:12], "big") - 1
        bare = found.original_id + wire[2:10] + count.to_bytes(2, "big") + wire[HEADER_SIZE : found.start]
        when = found.time_s.to_bytes(6, "big") + found.fudge_s.to_bytes(2, "big")
        if self._is_first:
            when = _variables(self._key, when, error=found.error, other=found.other)
        before = len(self._mac).to_bytes(2, "big") + self._mac
        return hmac.compare_digest(self._key.digest(before, *self._unsigned, bare, when), found.mac)


def _signature_of(wire: bytes) -> _Signature | None:
    """The TSIG record of a message, which is its last; None when it has none. Raises BadWireName, IndexError."""
    counts = [int.from_bytes(wire[at : at + 2], "big") for at in range(4, HEADER_SIZE, 2)]
    place, start = HEADER_SIZE, 0
    for _ in range(counts[0]):
        place = _behind_name(wire, place) + 4
    for _ in range(sum(counts[1:])):
        start, place = place, _behind_name(wire, place)
        place += 10 + int.from_bytes(wire[place + 8 : place + 10], "big")
    if not counts[3]:
        return None
    name, at = read_name(wire, start)
    if int.from_bytes(wire[at : at + 2], "big") != _TSIG:
        return None
    if wire[at + 2 : at + 8] != _CLASS_AND_TTL:
        raise BadWireName("its class or its TTL is another than RFC 8945 §4.2 says")
    if place > len(wire):
        raise BadWireName("its rdata runs over the end of the message")
    algorithm, at = read_name(wire, at + 10)
    mac_end = at + 10 + int.from_bytes(wire[at + 8 : at + 10], "big")
    other_end = mac_end + 6 + int.from_bytes(wire[mac_end + 4 : mac_end + 6], "big")
    if other_end != place:
        raise BadWireName("its parts are not as long as it says")
    return _Signature(
        start=start,
        name=name,
        algorithm=algorithm,
        time_s=int.from_bytes(wire[at : at + 6], "big"),
        fudge_s=int.from_bytes(wire[at + 6 : at + 8], "big"),
        mac=wire[at + 10 : mac_end],
        original_id=wire[mac_end : mac_end + 2],
        error=int.from_bytes(wire[mac_end + 2 : mac_end + 4], "big"),
        other=wire[mac_end + 6 : other_end],
    )


def _behind_name(wire: bytes, place: int) -> int:
    while length := wire[place]:
        if length >= 0xC0:
            return place + 2
        place += 1 + length
    return place + 1


def _refusal(found: _Signature, key: TsigKey, now_s: float) -> str:
    """The server's error in words: RFC 8945 §5.2."""
    if found.error == BADKEY:
        return f"BADKEY: the server knows no key {quoted(key.name)} of {key.algorithm}"
    if found.error == BADSIG:
        return f"BADSIG: the server has another secret for the key {quoted(key.name)}"
    if found.error == BADTIME:
        theirs_s = int.from_bytes(found.other, "big") if len(found.other) == 6 else found.time_s
        return f"BADTIME: the server's clock shows {_time_text(theirs_s)}, {_distance(theirs_s, now_s)}"
    if found.error == BADTRUNC:
        return "BADTRUNC: the server wants a longer MAC"
    return f"the server's TSIG has the error {found.error}"


def _distance(theirs_s: int, now_s: float) -> str:
    apart_s = round(theirs_s - now_s)
    return f"{abs(apart_s):,} s {'ahead of' if apart_s > 0 else 'behind'} the clock here"


def _time_text(time_s: int) -> str:
    try:
        return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return f"second {time_s:,}"
