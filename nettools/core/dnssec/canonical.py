"""The canonical form and order of RFC 4034 §6: the octets that a signature is made of."""

from typing import Final

from nettools.core.dns.name import folded, labels_of
from nettools.core.dns.types import TYPES
from nettools.core.dnssec.records import BadRdata, Rrsig, plain_name
from nettools.core.dnssec.sets import RecordSet

# Octets before the names, how many names: RFC 4034 §6.2 item 3 lists the types whose names count in lower case,
# RFC 6840 §5.1 takes NSEC and HINFO (which has none) out of it.
_NAMES: Final[dict[int, tuple[int, int]]] = {
    TYPES[name]: shape
    for name, shape in {
        "NS": (0, 1), "MD": (0, 1), "MF": (0, 1), "CNAME": (0, 1), "SOA": (0, 2), "MB": (0, 1), "MG": (0, 1),
        "MR": (0, 1), "PTR": (0, 1), "MINFO": (0, 2), "MX": (2, 1), "RP": (0, 2), "AFSDB": (2, 1), "RT": (2, 1),
        "SIG": (18, 1), "PX": (2, 2), "NXT": (0, 1), "SRV": (6, 1), "KX": (2, 1), "DNAME": (0, 1), "RRSIG": (18, 1),
    }.items()
}  # fmt: skip
_NAPTR: Final = TYPES["NAPTR"]
_A6: Final = TYPES["A6"]


def name_order(name: bytes) -> tuple[bytes, ...]:
    """A key that sorts names as RFC 4034 §6.1 does: label by label from the right, in lower case."""
    return tuple(reversed(labels_of(folded(name))))


def canonical_rdata(kind: int, rdata: bytes) -> bytes:
    """The rdata with the names in lower case that count so. Raises BadRdata when a name is not there."""
    if kind == _NAPTR:
        before, count = _naptr_head(rdata), 1
    elif kind == _A6:
        before, count = 1 + (128 - min(rdata[0], 128) + 7) // 8 if rdata else 1, 1 if rdata and rdata[0] else 0
    elif kind in _NAMES:
        before, count = _NAMES[kind]
    else:
        return rdata
    place = before
    for _ in range(count):
        _, place = plain_name(rdata, place)
    return rdata[:before] + folded(rdata[before:place]) + rdata[place:]


def _naptr_head(rdata: bytes) -> int:
    """Octets before the replacement of a NAPTR: two numbers and three character strings, RFC 3403 §4.1."""
    place = 4
    for _ in range(3):
        if place >= len(rdata):
            raise BadRdata("a NAPTR ends before its replacement")
        place += 1 + rdata[place]
    return place


def signed_octets(records: RecordSet, signature: Rrsig) -> bytes:
    """What the signature is over, RFC 4034 §3.1.8.1. Raises BadRdata."""
    owner = folded(signed_name(records.name, signature.labels))
    head = owner + b"".join(number.to_bytes(2, "big") for number in (records.type, records.class_))
    head += signature.original_ttl.to_bytes(4, "big")
    ordered = sorted({canonical_rdata(records.type, one) for one in records.rdatas})
    return b"".join(
        [
            signature.head,
            folded(signature.signer),
            *(head + len(one).to_bytes(2, "big") + one for one in ordered),
        ]
    )


def signed_name(name: bytes, labels: int) -> bytes:
    """The name that was signed: the wildcard where the signature has fewer labels than the name, RFC 4035 §5.3.2."""
    if labels >= label_count(name):
        return name
    return b"\x01*" + last_labels(name, labels)


def last_labels(name: bytes, count: int) -> bytes:
    """The name's last labels, so many of them."""
    kept = labels_of(name)
    kept = kept[len(kept) - count :]
    return b"".join(bytes([len(one)]) + one for one in kept) + b"\0"


def label_count(name: bytes) -> int:
    """Labels as an RRSIG counts them: without the root and a first ``*``, RFC 4034 §3.1.3."""
    labels = labels_of(name)
    return len(labels) - (labels[:1] == [b"*"])
