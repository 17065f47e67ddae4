"""Numbers of the DNS and their mnemonics: types, classes, opcodes, rcodes, header flags.

Source: IANA "Domain Name System (DNS) Parameters" of 2026-10; what has no name is TYPEnnn or CLASSnnn (RFC 3597 §5).
"""

import re
from typing import Final

TYPES: Final[dict[str, int]] = {
    "A": 1, "NS": 2, "MD": 3, "MF": 4, "CNAME": 5, "SOA": 6, "MB": 7, "MG": 8, "MR": 9, "NULL": 10, "WKS": 11,
    "PTR": 12, "HINFO": 13, "MINFO": 14, "MX": 15, "TXT": 16, "RP": 17, "AFSDB": 18, "X25": 19, "ISDN": 20, "RT": 21,
    "NSAP": 22, "NSAP-PTR": 23, "SIG": 24, "KEY": 25, "PX": 26, "GPOS": 27, "AAAA": 28, "LOC": 29, "NXT": 30,
    "EID": 31, "NIMLOC": 32, "SRV": 33, "ATMA": 34, "NAPTR": 35, "KX": 36, "CERT": 37, "A6": 38, "DNAME": 39,
    "SINK": 40, "OPT": 41, "APL": 42, "DS": 43, "SSHFP": 44, "IPSECKEY": 45, "RRSIG": 46, "NSEC": 47, "DNSKEY": 48,
    "DHCID": 49, "NSEC3": 50, "NSEC3PARAM": 51, "TLSA": 52, "SMIMEA": 53, "HIP": 55, "NINFO": 56, "RKEY": 57,
    "TALINK": 58, "CDS": 59, "CDNSKEY": 60, "OPENPGPKEY": 61, "CSYNC": 62, "ZONEMD": 63, "SVCB": 64, "HTTPS": 65,
    "DSYNC": 66, "HHIT": 67, "BRID": 68, "SPF": 99, "UINFO": 100, "UID": 101, "GID": 102, "UNSPEC": 103, "NID": 104,
    "L32": 105, "L64": 106, "LP": 107, "EUI48": 108, "EUI64": 109, "NXNAME": 128, "TKEY": 249, "TSIG": 250,
    "IXFR": 251, "AXFR": 252, "MAILB": 253, "MAILA": 254, "ANY": 255, "URI": 256, "CAA": 257, "AVC": 258, "DOA": 259,
    "AMTRELAY": 260, "RESINFO": 261, "WALLET": 262, "CLA": 263, "IPN": 264, "TA": 32768, "DLV": 32769,
}  # fmt: skip
"""Mnemonic -> number of every resource record type."""

CLASSES: Final[dict[str, int]] = {"IN": 1, "CH": 3, "HS": 4, "NONE": 254, "ANY": 255}
"""Mnemonic -> number of the classes, as BIND writes them."""

OPCODES: Final[dict[int, str]] = {0: "QUERY", 1: "IQUERY", 2: "STATUS", 4: "NOTIFY", 5: "UPDATE", 6: "DSO"}

RCODES: Final[dict[int, str]] = {
    0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 6: "YXDOMAIN", 7: "YXRRSET",
    8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE", 11: "DSOTYPENI", 16: "BADVERS", 17: "BADKEY", 18: "BADTIME",
    19: "BADMODE", 20: "BADNAME", 21: "BADALG", 22: "BADTRUNC", 23: "BADCOOKIE",
}  # fmt: skip
"""Number -> name of the response codes; 16 is BADVERS in an OPT and BADSIG in a TSIG."""

QR: Final = 0x8000
AA: Final = 0x0400
TC: Final = 0x0200
RD: Final = 0x0100
RA: Final = 0x0080
AD: Final = 0x0020
CD: Final = 0x0010
FLAGS: Final[tuple[tuple[int, str], ...]] = (
    (QR, "qr"),
    (AA, "aa"),
    (TC, "tc"),
    (RD, "rd"),
    (RA, "ra"),
    (AD, "ad"),
    (CD, "cd"),
)
"""Header bits and their names in the order of RFC 1035 §4.1.1 and RFC 4035 §3."""

_TYPE_NAMES: Final = {number: name for name, number in TYPES.items()}
_CLASS_NAMES: Final = {number: name for name, number in CLASSES.items()}
_GENERIC = re.compile(r"(TYPE|CLASS)([0-9]{1,5})\Z", re.ASCII | re.IGNORECASE)


def type_name(number: int) -> str:
    """The mnemonic of a type.

    >>> type_name(1), type_name(731)
    ('A', 'TYPE731')
    """
    return _TYPE_NAMES.get(number) or f"TYPE{number}"


def class_name(number: int) -> str:
    """The mnemonic of a class."""
    return _CLASS_NAMES.get(number) or f"CLASS{number}"


def rcode_name(number: int) -> str:
    """The name of a response code; ``RCODEnnn`` when it has none."""
    return RCODES.get(number) or f"RCODE{number}"


def type_number(word: str) -> int | None:
    """The type that a word names, in any case, None when it names none.

    >>> type_number("aaaa"), type_number("TYPE65280"), type_number("www")
    (28, 65280, None)
    """
    return _number(word, TYPES, "TYPE")


def class_number(word: str) -> int | None:
    """The class that a word names, in any case, None when it names none."""
    return _number(word, CLASSES, "CLASS")


def _number(word: str, table: dict[str, int], generic: str) -> int | None:
    upper = word.upper()
    if upper in table and word.isascii():
        return table[upper]
    match = _GENERIC.match(word)
    if match is None or match[1].upper() != generic or int(match[2]) > 0xFFFF:
        return None
    return int(match[2])
