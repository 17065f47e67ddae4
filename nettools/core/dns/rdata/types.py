"""What the rdata of each type is made of.

A shape is a row of fields, or a function that chooses the row by the rdata where one field says what the next ones are.
Each shape has its source; where dig 9.18 writes a type in another way than the RFC, dig is followed.
"""

from collections.abc import Callable
from typing import Final

from nettools.core.dns.rdata import keys, old, svcb
from nettools.core.dns.rdata.fields import (
    BASE64,
    BITMAP,
    EUI48,
    EUI64,
    HEX,
    IPV4,
    IPV6,
    LOCATOR,
    MAYBE_BASE64,
    MOMENT,
    NAME,
    QUOTED_REST,
    SALT,
    SOME_BITMAP,
    STRING,
    STRINGS,
    TYPE,
    U8,
    U16,
    U32,
    U64,
    Field,
)
from nettools.core.dns.types import CLASSES, TYPES

Shape = tuple[Field, ...]
ShapeOf = Shape | Callable[[bytes], Shape | None]

_DS: Final = keys.digest_shape
_KEY: Final = (U16, U8, U8, BASE64)
_SIGNATURE: Final = (TYPE, U8, U8, U32, MOMENT, MOMENT, U16, NAME, BASE64)
_TLSA: Final = (U8, U8, U8, HEX)
_PREFERENCE: Final = (U16, NAME)

_ANY_CLASS: Final[dict[str, ShapeOf]] = {
    # RFC 1035 §3.3
    "NS": (NAME,),
    "MD": (NAME,),
    "MF": (NAME,),
    "CNAME": (NAME,),
    "SOA": (NAME, NAME, U32, U32, U32, U32, U32),
    "MB": (NAME,),
    "MG": (NAME,),
    "MR": (NAME,),
    "PTR": (NAME,),
    "HINFO": (STRING, STRING),
    "MINFO": (NAME, NAME),
    "MX": _PREFERENCE,
    "TXT": (STRINGS,),
    # RFC 1183
    "RP": (NAME, NAME),
    "AFSDB": _PREFERENCE,
    "X25": (old.X25,),
    "ISDN": old.isdn_shape,
    "RT": _PREFERENCE,
    "SIG": (keys.OLD_TYPE, *_SIGNATURE[1:]),  # RFC 2535 §4
    "KEY": keys.key_shape,
    "GPOS": (STRING, STRING, STRING),  # RFC 1712
    "LOC": old.loc_shape,
    "NXT": (NAME, old.NXT_BITMAP),
    "NAPTR": (U16, U16, STRING, STRING, STRING, NAME),  # RFC 3403 §4
    "CERT": (keys.CERTIFICATE, U16, keys.ALGORITHM, BASE64),  # RFC 4398 §2
    "DNAME": (NAME,),  # RFC 6672 §2.1
    "SINK": (U8, U8, U8, MAYBE_BASE64),  # draft-eastlake-kitchen-sink-02
    "DS": _DS,
    "SSHFP": keys.fingerprint_shape,
    "IPSECKEY": keys.ipseckey_shape,
    "RRSIG": _SIGNATURE,  # RFC 4034 §3
    "NSEC": (NAME, SOME_BITMAP),  # RFC 4034 §4
    "DNSKEY": keys.dnskey_shape,
    "NSEC3": keys.nsec3_shape,
    "NSEC3PARAM": (U8, U8, U16, SALT),  # RFC 5155 §4
    "TLSA": _TLSA,  # RFC 6698 §2
    "SMIMEA": _TLSA,  # RFC 8162 §2
    "HIP": keys.hip_shape,
    "NINFO": (STRINGS,),  # draft-reid-dnsext-zs-01
    "RKEY": keys.rkey_shape,  # draft-reid-dnsext-rkey-00
    "TALINK": (NAME, NAME),  # draft-wijngaards-dnsop-trust-history-02
    "CDS": _DS,  # RFC 7344 §3.1
    "CDNSKEY": keys.dnskey_shape,  # RFC 7344 §3.2
    "OPENPGPKEY": (BASE64,),  # RFC 7929 §2
    "CSYNC": (U32, U16, BITMAP),  # RFC 7477 §2.1
    "ZONEMD": keys.zonemd_shape,
    "DSYNC": (TYPE, keys.DSYNC_SCHEME, U16, NAME),  # RFC 9859 §2
    "HHIT": (BASE64,),  # RFC 9886 §5.1
    "BRID": (BASE64,),  # RFC 9886 §5.2
    "SPF": (STRINGS,),  # RFC 4408 §3.1.1
    # RFC 6742
    "NID": (U16, LOCATOR),
    "L32": (U16, IPV4),
    "L64": (U16, LOCATOR),
    "LP": _PREFERENCE,
    # RFC 7043
    "EUI48": (EUI48,),
    "EUI64": (EUI64,),
    "TKEY": keys.TKEY,
    "URI": (U16, U16, QUOTED_REST),  # RFC 7553 §4
    "CAA": (U8, keys.PROPERTY_TAG, QUOTED_REST),  # RFC 8659 §4.1
    "AVC": (STRINGS,),  # IANA template AVC/avc-completed-template
    "DOA": (U32, U32, U8, STRING, keys.DOA_DATA),  # draft-durand-doa-over-dns-02
    "AMTRELAY": keys.amtrelay_shape,
    "RESINFO": (STRINGS,),  # RFC 9606 §5
    "WALLET": (STRINGS,),  # IANA template WALLET/wallet-completed-template
    "CLA": (STRINGS,),  # draft-johnson-dns-ipn-cla-07
    "IPN": (U64,),  # draft-johnson-dns-ipn-cla-07
    "TA": _DS,  # IANA: DNSSEC Trust Authorities, as DS
    "DLV": _DS,  # RFC 4431 §2
}

_INTERNET: Final[dict[str, ShapeOf]] = {
    "A": (IPV4,),  # RFC 1035 §3.4.1
    "WKS": (IPV4, U8, old.WELL_KNOWN_SERVICES),  # RFC 1035 §3.4.2
    "NSAP": (old.NSAP,),  # RFC 1706 §5
    "NSAP-PTR": (NAME,),  # RFC 1348
    "PX": (U16, NAME, NAME),  # RFC 2163 §4
    "AAAA": (IPV6,),  # RFC 3596 §2.2
    "EID": (HEX,),  # draft-ietf-nimrod-dns-01
    "NIMLOC": (HEX,),
    "SRV": (U16, U16, U16, NAME),  # RFC 2782
    "ATMA": old.atma_shape,
    "KX": _PREFERENCE,  # RFC 2230 §3
    "A6": old.a6_shape,
    "APL": old.apl_shape,
    "DHCID": (BASE64,),  # RFC 4701 §3.1
    "SVCB": svcb.SHAPE,
    "HTTPS": svcb.SHAPE,
}

_IN, _CH, _HS, _ANY = (CLASSES[name] for name in ("IN", "CH", "HS", "ANY"))

_OF_CLASS: Final[dict[tuple[int, int], ShapeOf]] = {
    **{(_IN, TYPES[name]): shape for name, shape in _INTERNET.items()},
    (_CH, TYPES["A"]): (NAME, old.CHAOS_ADDRESS),
    (_HS, TYPES["A"]): (IPV4,),
    (_ANY, TYPES["TSIG"]): keys.TSIG,
}

_OF_TYPE: Final[dict[int, ShapeOf]] = {TYPES[name]: shape for name, shape in _ANY_CLASS.items()}


def shape_of(type_: int, class_: int, rdata: bytes) -> Shape | None:
    """The row of fields; None for a type that has no text of its own in the class. Raises Unreadable."""
    shape = _OF_TYPE.get(type_) or _OF_CLASS.get((class_, type_))
    return shape(rdata) if callable(shape) else shape
