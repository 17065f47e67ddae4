"""The records of DNSSEC as values; dnspython is the peer."""

import base64
from contextlib import suppress

import dns.dnssec
import dns.rdata
import dns.rdatatype
import pytest
from dns.rdtypes.ANY.DNSKEY import DNSKEY
from hypothesis import assume, given
from hypothesis import strategies as st

from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import TYPES
from nettools.core.dnssec.keys import digest_of
from nettools.core.dnssec.records import (
    BadRdata,
    Dnskey,
    hash_of_label,
    parse_ds,
    parse_nsec,
    parse_nsec3,
    parse_rrsig,
    plain_name,
)
from nettools.core.dnssec.sets import record_sets, target_of
from nettools.core.dnssec.words import time_words

PARSERS = [parse_ds, parse_rrsig, lambda one: parse_nsec(b"\0", one), lambda one: parse_nsec3(b"\x02ab\0", one), Dnskey]


@given(st.integers(0, 0xFFFF), st.sampled_from([1, 5, 8, 13, 200]), st.binary(min_size=4, max_size=80))
def test_key_tags_are_those_of_dnspython(flags: int, algorithm: int, key: bytes) -> None:
    rdata = flags.to_bytes(2, "big") + bytes([3, algorithm]) + key
    theirs = dns.rdata.from_wire("IN", "DNSKEY", rdata, 0, len(rdata))
    assert isinstance(theirs, DNSKEY)
    assert Dnskey(rdata).tag == dns.dnssec.key_id(theirs)


@given(st.binary(min_size=4, max_size=60), st.sampled_from([(1, "SHA1"), (2, "SHA256"), (4, "SHA384")]))
def test_digests_are_those_of_dnspython(key: bytes, digest: tuple[int, str]) -> None:
    rdata = b"\x01\x01\x03\x0d" + key
    theirs = dns.rdata.from_wire("IN", "DNSKEY", rdata, 0, len(rdata))
    assert isinstance(theirs, DNSKEY)
    ds = dns.dnssec.make_ds("Www.TEST.", theirs, digest[1], policy=dns.dnssec.allow_all_policy)
    assert digest_of(name_from_text("Www.TEST"), Dnskey(rdata), digest[0]) == ds.digest


@given(st.frozensets(st.integers(1, 0xFFFF), min_size=1, max_size=30))
def test_type_bitmaps_are_those_of_dnspython(types: frozenset[int]) -> None:
    names = " ".join(dns.rdatatype.to_text(dns.rdatatype.RdataType.make(one)) for one in types)
    theirs = dns.rdata.from_text("IN", "NSEC", f"next.test. {names}")
    assert parse_nsec(b"\0", theirs.to_wire() or b"").types == types


def test_an_nsec3_is_read_whole() -> None:
    owner = "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"
    theirs = dns.rdata.from_text("IN", "NSEC3", f"1 1 12 aabbccdd {owner} MX DNSKEY NS SOA NSEC3PARAM RRSIG")
    found = parse_nsec3(name_from_text(f"{owner}.Example"), theirs.to_wire() or b"")
    assert (found.algorithm, found.is_opt_out, found.iterations, found.salt.hex()) == (1, True, 12, "aabbccdd")
    assert found.owner == found.next == base64.b32hexdecode(owner.upper())
    assert found.types == {TYPES[one] for one in ("MX", "DNSKEY", "NS", "SOA", "NSEC3PARAM", "RRSIG")}


@given(st.binary(min_size=20, max_size=20))
def test_an_owner_spells_its_hash_in_any_case(hashed: bytes) -> None:
    label = base64.b32hexencode(hashed)
    assert hash_of_label(label) == hash_of_label(label.lower()) == hashed


@pytest.mark.parametrize("label", [b"", b"w" * 32, b"0-1", b"\xff", b"a=", b"abc"])
def test_what_is_no_hash_is_refused(label: bytes) -> None:
    with pytest.raises(BadRdata):
        hash_of_label(label)


@pytest.mark.parametrize("parse", PARSERS)
@given(rdata=st.binary(max_size=60))
def test_any_octets_are_read_or_refused(parse: object, rdata: bytes) -> None:
    assert callable(parse)
    with suppress(BadRdata):
        parse(rdata)


BAD_BITMAPS = {
    "no length": b"\0",
    "length 0": b"\0\0",
    "length 33": b"\0\x21" + bytes(33),
    "cut": b"\0\2\x40",
    "the same window twice": b"\0\1\x40\0\1\x20",
    "windows that go down": b"\1\1\x40\0\1\x40",
}


@pytest.mark.parametrize("bitmap", BAD_BITMAPS.values(), ids=BAD_BITMAPS)
def test_a_bitmap_that_breaks_the_rules_is_refused(bitmap: bytes) -> None:
    with pytest.raises(BadRdata):
        parse_nsec(b"\0", b"\0" + bitmap)


def test_a_name_in_rdata_may_not_be_compressed() -> None:
    with pytest.raises(BadRdata):
        plain_name(b"\x01a\x00\xc0\x00", 3)
    with pytest.raises(BadRdata):
        plain_name(b"\x01a", 0)
    with pytest.raises(BadRdata):
        plain_name(b"\x41" + b"a" * 65 + b"\0", 0)
    assert plain_name(b"xx\x01a\x00yy", 2) == (b"\x01a\x00", 5)


def record(name: str, kind: str, rdata: bytes, *, is_damaged: bool = False) -> ResourceRecord:
    return ResourceRecord(
        name=name_from_text(name), type=TYPES[kind], class_=1, ttl=1, rdata=rdata, is_damaged=is_damaged
    )


def test_records_of_one_name_and_type_are_a_set_whatever_their_case_and_order() -> None:
    signature = TYPES["A"].to_bytes(2, "big") + bytes(16) + b"\0" + b"x"
    sets = record_sets(
        [
            record("www.test", "RRSIG", signature),
            record("WWW.test", "A", b"1234"),
            record("www.test", "TXT", b"\0"),
            record("www.test", "A", b"5678"),
            record("www.test", "A", b"1234"),
            record("www.test", "RRSIG", b"broken"),
        ]
    )
    assert [(str(one), one.rdatas, len(one.signatures)) for one in sets] == [
        ("A WWW.test.", (b"1234", b"5678"), 1),
        ("TXT www.test.", (b"\0",), 0),
    ]


@pytest.mark.parametrize("rdatas", [[b"\1a\0", b"\1b\0"], [b"\1a"], [b"\xc0\x0c"]])
def test_an_alias_that_says_two_things_or_none_leads_nowhere(rdatas: list[bytes]) -> None:
    (found,) = record_sets(record("a.test", "CNAME", one) for one in rdatas)
    assert target_of(found) is None


@given(st.integers(0, 2**32 - 1), st.integers(-(2**31) + 1, 2**31 - 1))
def test_times_are_told_as_the_day_that_is_nearest_to_now(now: int, distance: int) -> None:
    assume(now + distance >= 0)
    words = time_words((now + distance) % 2**32, now)
    assert len(words) == 10 or abs(distance) < 86_400
