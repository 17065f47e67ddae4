"""Trust anchors: the bundled ones, zone files, BIND's clauses, and errors that name file and line."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.name import name_from_text
from nettools.core.dnssec.anchors import BUNDLED, TrustAnchor, closest_anchors, parse_trust_anchors
from nettools.core.dnssec.records import Dnskey, Ds
from nettools.data import lines
from nettools.errors import InputError

KEY = bytes(range(64))
TEXT = base64.b64encode(KEY).decode()
DNSKEY = Dnskey(b"\x01\x01\x03\x0d" + KEY)
DS = Ds(tag=20326, algorithm=8, digest_type=2, digest=bytes(range(32)))
DIGEST = bytes(range(32)).hex()


def anchors(text: str) -> tuple[TrustAnchor, ...]:
    return parse_trust_anchors(text, "anchors.txt")


def of(zone: str, key: Ds | Dnskey) -> TrustAnchor:
    return TrustAnchor(zone=name_from_text(zone), key=key)


def test_the_bundled_anchors_are_the_two_keys_of_the_root() -> None:
    found = anchors("\n".join(lines(BUNDLED)))
    assert [one.zone for one in found] == [b"\0", b"\0"]
    keys = [one.key for one in found if isinstance(one.key, Ds)]
    assert [(key.tag, key.algorithm, key.digest_type) for key in keys] == [(20326, 8, 2), (38696, 8, 2)]
    assert keys[0].digest.hex().startswith("e06d44b80b8f1d39")
    assert keys[1].digest.hex().startswith("683d2d0acb8c9b71")


@pytest.mark.parametrize(
    "text",
    [
        f". IN DS 20326 8 2 {DIGEST}",
        f". 172800 IN DS 20326 RSASHA256 2 {DIGEST[:20]} {DIGEST[20:].upper()} ; the root",
        f". DS (\n  20326 8 2 ; the numbers\n {DIGEST[:8]}\n {DIGEST[8:]} )\n",
        f"; a comment\n\n. 1d IN DS 20326 8 2 {DIGEST}\n",
        f"$TTL 300\n. IN DS 20326 8 2 {DIGEST}",
        f'trust-anchors {{ . static-ds 20326 8 2 "{DIGEST}"; }};',
        f'// x\nmanaged-keys {{ "." initial-ds 20326 8 2 "{DIGEST[:9]} {DIGEST[9:]}"; }};',
    ],
)
def test_a_ds_record_is_read_in_each_form(text: str) -> None:
    assert anchors(text) == (of(".", DS),)


@pytest.mark.parametrize(
    "text",
    [
        f"test. IN DNSKEY 257 3 13 {TEXT}",
        f"test. 3600 IN DNSKEY 257 3 ECDSAP256SHA256 {TEXT[:10]} {TEXT[10:]} ;{{id = 1 (ksk), size = 256b}}",
        f"test IN DNSKEY ( 257 3 13\n\t{TEXT[:40]}\n\t{TEXT[40:]} )",
        f'trust-anchors {{\n  # the bed\n  test. static-key 257 3 13 "{TEXT}"; }};',
        f'trust-anchors {{ test. initial-key 257 3 13 "{TEXT[:30]}\n   {TEXT[30:]}"; }};',
        f'trusted-keys {{ "test." 257 3 13 "{TEXT}"; }};',
        'options { directory "/x"; };\n/* keys\n of ours */\n'
        f'managed-keys {{ test. initial-key 257 3 13 "{TEXT}"; }};',
    ],
)
def test_a_dnskey_record_is_read_in_each_form(text: str) -> None:
    assert anchors(text) == (of("test.", DNSKEY),)


def test_several_anchors_keep_their_order_and_a_blank_keeps_the_owner() -> None:
    text = f"a. DS 20326 8 2 {DIGEST}\n   DNSKEY 257 3 13 {TEXT}\nb. DS 20326 8 2 {DIGEST}\n"
    assert anchors(text) == (of("a.", DS), of("a.", DNSKEY), of("b.", DS))
    bind = f'trust-anchors {{ a. static-ds 20326 8 2 "{DIGEST}"; b. static-key 257 3 13 "{TEXT}"; }};'
    assert anchors(bind) == (of("a.", DS), of("b.", DNSKEY))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "anchors.txt holds no trust anchor"),
        ("; nothing\n", "anchors.txt holds no trust anchor"),
        ("trust-anchors { };", "anchors.txt holds no trust anchor"),
        ("\n. IN A 192.0.2.1", "anchors.txt, line 2: 'A' is not DS or DNSKEY"),
        (".", "anchors.txt, line 1: '.' is not DS or DNSKEY"),
        (f". DS 65536 8 2 {DIGEST}", "anchors.txt, line 1: the key tag '65536' is not a number from 0 to 65535"),
        (f". DS 1 8 256 {DIGEST}", "anchors.txt, line 1: the digest type '256' is not a number from 0 to 255"),
        (f". DS 1 NONE 2 {DIGEST}", "anchors.txt, line 1: 'NONE' is no DNSSEC algorithm"),
        (f". DS 1 256 2 {DIGEST}", "anchors.txt, line 1: '256' is no DNSSEC algorithm"),
        (". DS 1 8 2 abcd", "anchors.txt, line 1: a SHA-256 digest has 32 octets, and this one 2"),
        (". DS (1 8\n2\nxyz)", "anchors.txt, line 3: the digest 'xyz' is not hexadecimal"),
        (". DS 1 8 2", "anchors.txt, line 1: a DS record has four fields, and this one 3"),
        (". DNSKEY 257 3 13 !!!!", "anchors.txt, line 1: the key '!!!!' is not base64"),
        (". DNSKEY 256 2 13 AAAA", "cannot be a trust anchor: a zone key has the flag 256 and protocol 3"),
        (". DNSKEY 385 3 13 AAAA", "cannot be a trust anchor: it is revoked"),
        (". DNSKEY 70000 3 13 AAAA", "anchors.txt, line 1: the flags '70000' is not a number from 0 to 65535"),
        (f"a..b DS 1 8 2 {DIGEST}", "anchors.txt, line 1: the name 'a..b' has an empty label"),
        ("  DS 1 8 2 ab", "anchors.txt, line 1: the record has no owner"),
        ("$ORIGIN test.\n", "anchors.txt, line 1: '$ORIGIN' is not read here"),
        ("trust-anchors {\n . some-key 257 3 13 AAAA; };", "anchors.txt, line 2: 'some-key' is none of static-key,"),
        ('trust-anchors {\n . static-key 257 3 13 "AAAA"; ', "anchors.txt, line 2: the clause does not end"),
        ("<?xml version='1.0'?>\n<TrustAnchor>", "anchors.txt, line 1: "),
    ],
)
def test_what_cannot_be_read_is_named_with_file_and_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        anchors(text)
    assert message in error.value.message


@given(st.text(alphabet=st.sampled_from("trust-anchors {}();\n\t\"'.$/*#\\ IDS20326 8 2 DNSKEY é"), max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    for one in ("", "trust-anchors { "):
        with suppress(InputError):
            assert anchors(one + text)


def test_the_closest_anchors_are_those_of_the_deepest_zone() -> None:
    root, test, other = of(".", DS), of("test.", DS), of("other.", DS)
    known = (root, test, other, of("test.", DNSKEY))
    assert closest_anchors(known, name_from_text("www.TEST")) == (test, of("test.", DNSKEY))
    assert closest_anchors(known, name_from_text("test")) == (test, of("test.", DNSKEY))
    assert closest_anchors(known, name_from_text("attest")) == (root,)
    assert closest_anchors((test,), name_from_text("other")) == ()
