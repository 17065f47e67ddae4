"""``--expect VALUE``: whether an answer is what somebody waits for.

VALUE is the data of one record of the answer section as a zone file has it, the serial of a SOA record, or a status
word. Addresses are compared as addresses, names whatever their case and with or without the final dot (RFC 4343), TXT
with or without its quotes, hexadecimal and base64 with or without blanks, ``\\# 4 c0000201`` as octets (RFC 3597
§5). A status word (NOERROR, NXDOMAIN, NODATA, ANSWERED, TIMEOUT, SERVFAIL…, in any case) is met by that status or
rcode. A value that is both, a TXT record that says ``timeout``, is met by either.
"""

from collections.abc import Iterator
from typing import Final

from nettools.core.address import parse_address
from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.name import folded, name_from_text
from nettools.core.dns.presentation import rdata_text
from nettools.core.dns.types import TYPES
from nettools.core.resolve.lookup import Outcome
from nettools.core.resolve.trace.cut import address_of
from nettools.errors import RequestError

# Numbers of 16 bits before the names, names, numbers of 32 bits behind: RFC 1035 §3.3, RFC 1183, RFC 2163, RFC 2230,
# RFC 2782, RFC 6672.
_NAMED: Final[dict[int, tuple[int, int, int]]] = {
    TYPES[name]: shape
    for name, shape in {
        "NS": (0, 1, 0), "MD": (0, 1, 0), "MF": (0, 1, 0), "CNAME": (0, 1, 0), "SOA": (0, 2, 5), "MB": (0, 1, 0),
        "MG": (0, 1, 0), "MR": (0, 1, 0), "PTR": (0, 1, 0), "MINFO": (0, 2, 0), "MX": (1, 1, 0), "RP": (0, 2, 0),
        "AFSDB": (1, 1, 0), "RT": (1, 1, 0), "PX": (1, 2, 0), "SRV": (3, 1, 0), "KX": (1, 1, 0), "DNAME": (0, 1, 0),
        "LP": (1, 1, 0),
    }.items()
}  # fmt: skip
_STRINGS: Final = frozenset(TYPES[name] for name in ("TXT", "SPF", "AVC", "NINFO", "RESINFO", "WALLET"))
# Words before the octets: RFC 4034 §5.3 and §2.2, RFC 4255 §3.2, RFC 6698 §2.2, RFC 7929, RFC 4701.
_HEX_AFTER: Final = {
    TYPES[name]: words
    for name, words in {"DS": 3, "CDS": 3, "DLV": 3, "TA": 3, "SSHFP": 2, "TLSA": 3, "SMIMEA": 3, "ZONEMD": 3}.items()
}
_BASE64_AFTER: Final = {
    TYPES[name]: words for name, words in {"DNSKEY": 3, "CDNSKEY": 3, "KEY": 3, "OPENPGPKEY": 0, "DHCID": 0}.items()
}


def is_met(expected: str, outcome: Outcome) -> bool:
    """Whether the outcome is what is expected."""
    message = outcome.message
    words = {outcome.status.upper()} | ({message.rcode_name} if message else set())
    if expected.strip().upper() in words:
        return True
    return any(is_data(expected, one) for one in (message.answer if message else ()) if not one.is_damaged)


def is_data(expected: str, record: ResourceRecord) -> bool:
    """Whether the text stands for the data of the record."""
    try:
        generic = _generic(expected)
        return record.rdata == generic if generic is not None else _is_data(expected, record)
    except (RequestError, IndexError):  # not of this type at all; or the record is cut short
        return False


def _is_data(expected: str, record: ResourceRecord) -> bool:
    if record.type in _STRINGS:
        return _is_text(expected, record.rdata)
    address = address_of(record)
    if address is not None:
        return parse_address(expected.strip()) == address
    if record.type == TYPES["SOA"] and len(expected.split()) == 1:
        return _same_word(expected.strip(), list(_named_words(record))[2])
    if record.type in _NAMED:
        return _same_words(expected.split(), list(_named_words(record)))
    theirs, ours = words_of(expected), words_of(rdata_text(record))
    if record.type in _HEX_AFTER:
        return _joined(theirs, _HEX_AFTER[record.type]).lower() == _joined(ours, _HEX_AFTER[record.type]).lower()
    if record.type in _BASE64_AFTER:
        return _joined(theirs, _BASE64_AFTER[record.type]) == _joined(ours, _BASE64_AFTER[record.type])
    return theirs == ours


def _named_words(record: ResourceRecord) -> Iterator[int | bytes]:
    """The numbers and names of the rdata."""
    before, names, behind = _NAMED[record.type]
    rdata, place = record.rdata, 0
    for _ in range(before):
        yield int.from_bytes(rdata[place : place + 2], "big")
        place += 2
    for _ in range(names):
        start = place
        while rdata[place]:
            place += 1 + rdata[place]
        place += 1
        yield rdata[start:place]
    for _ in range(behind):
        yield int.from_bytes(rdata[place : place + 4], "big")
        place += 4


def _same_words(expected: list[str], ours: list[int | bytes]) -> bool:
    return len(expected) == len(ours) and all(map(_same_word, expected, ours))


def _same_word(expected: str, ours: int | bytes) -> bool:
    if isinstance(ours, int):
        return expected.isascii() and expected.isdigit() and int(expected) == ours
    return folded(name_from_text(expected)) == folded(ours)


def _is_text(expected: str, rdata: bytes) -> bool:
    """TXT: its strings one behind the other as they are, or each in quotes with the escapes of RFC 1035 §5.1."""
    strings: list[bytes] = []
    place = 0
    while place < len(rdata):
        strings.append(rdata[place + 1 : place + 1 + rdata[place]])
        place += 1 + rdata[place]
    whole = b"".join(strings)
    if expected.encode("utf-8", "surrogateescape") == whole:
        return True
    quoted = [_unescaped(word) for word in words_of(expected)] if expected.startswith('"') else []
    return bool(quoted) and b"".join(quoted) == whole


def _unescaped(word: str) -> bytes:
    octets, place = bytearray(), 0
    while place < len(word):
        digits = word[place + 1 : place + 4]
        if word[place] != "\\":
            octets += word[place].encode("utf-8", "surrogateescape")
            place += 1
        elif len(digits) == 3 and digits.isascii() and digits.isdigit() and int(digits) <= 255:
            octets.append(int(digits))
            place += 4
        else:
            octets += word[place + 1 : place + 2].encode("utf-8", "surrogateescape")
            place += 2
    return bytes(octets)


def words_of(text: str) -> list[str]:
    r"""The words of presentation text: quotes hold blanks together and are not part of the word.

    >>> words_of('0 issue "ca.example; policy=ev"')
    ['0', 'issue', 'ca.example; policy=ev']
    """
    words: list[str] = []
    word: str | None = None
    is_quoted, place = False, 0
    while place < len(text):
        piece = text[place : place + 2] if text[place] == "\\" else text[place]
        place += len(piece)
        if piece == '"':
            is_quoted = not is_quoted
            word = word or ""
        elif piece.isspace() and not is_quoted:
            words += [] if word is None else [word]
            word = None
        else:
            word = (word or "") + piece
    return words if word is None else [*words, word]


def _joined(words: list[str], before: int) -> str:
    """The words with the octets behind the first few in one piece."""
    return " ".join([*words[:before], "".join(words[before:])])


def _generic(expected: str) -> bytes | None:
    """The octets of ``\\# length hex``; None for any other text."""
    words = expected.split()
    if not words or words[0] != "\\#" or len(words) < 2:
        return None
    digits = "".join(words[2:])
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return None
