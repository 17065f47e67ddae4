"""Messages that the servers of the tests send."""

from nettools.core.dns.message import Question
from nettools.core.dns.name import name_from_text, read_name
from nettools.core.dns.tsig import FUDGE_S, TsigKey
from nettools.core.dns.types import TYPES

QUESTION = Question(name=name_from_text("www.test"), type=TYPES["A"], class_=1)


def answer_to(query: bytes, *, address: bytes = b"\xc0\x00\x02\x01", padding: int = 0) -> bytes:
    """A reply with one address; ``padding`` adds TXT records until it has at least that many octets."""
    _, end = read_name(query, 12)
    question = query[12 : end + 4]
    record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + address
    text = b"\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x3c\x01\x00\xff" + b"x" * 255
    count = -(-max(0, padding - 12 - len(question) - len(record)) // len(text))
    header = query[:2] + b"\x84\x00\x00\x01" + (1 + count).to_bytes(2, "big") + bytes(4)
    return header + question + record + text * count


def signed_answer_to(
    signed_query: bytes, key: TsigKey, time_s: int, *, error: int = 0, rcode: int = 0, flags: int = 0x8400
) -> bytes:
    """An answer signed with the key at that time; with an error its TSIG has no MAC, as RFC 8945 §5.3.2 has it."""
    answer = bytearray(answer_to(signed_query))
    answer[2:4] = (flags | rcode).to_bytes(2, "big")
    request_mac = _mac_of(signed_query)
    when = time_s.to_bytes(6, "big") + FUDGE_S.to_bytes(2, "big")
    variables = key.wire_name + b"\x00\xff\x00\x00\x00\x00" + key.wire_algorithm + when + bytes(4)
    mac = b"" if error else key.digest(len(request_mac).to_bytes(2, "big") + request_mac, bytes(answer), variables)
    rdata = key.wire_algorithm + when + len(mac).to_bytes(2, "big") + mac + signed_query[:2]
    rdata += error.to_bytes(2, "big") + b"\x00\x00"
    answer[10:12] = b"\x00\x01"
    return bytes(answer) + key.wire_name + b"\x00\xfa\x00\xff\x00\x00\x00\x00" + len(rdata).to_bytes(2, "big") + rdata


def _mac_of(signed_query: bytes) -> bytes:
    """The MAC of a query that was signed with hmac-sha256: 32 octets before the ID, the error and the empty rest."""
    return signed_query[-38:-6]
