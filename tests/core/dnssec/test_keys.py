"""From DS records and anchors to keys, the bounds of verifying, and the state of one cut."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from nettools.core.dns.message import Question, ResourceRecord
from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import TYPES
from nettools.core.dnssec import signatures
from nettools.core.dnssec.cut import cut_state
from nettools.core.dnssec.keys import ZoneKeys, authenticate_keys, digest_of
from nettools.core.dnssec.records import Dnskey, Ds
from nettools.core.dnssec.sets import RecordSet, find_set, record_sets
from nettools.core.dnssec.signatures import MOST_ATTEMPTS, MOST_FAILURES, Signed, Unproved, Verifier
from tests.core.dnssec.internet import NOW, Internet, Key, child, flipped, internet, where, without

ZONE = name_from_text("nsec.test")
KSK, ZSK = Key(10, flags=257), Key(11)
BY = "the DS of nsec.test."


def asked(name: str, kind: str, net: Internet | None = None) -> RecordSet:
    """The set that answers this."""
    question = Question(name=name_from_text(name), type=TYPES[kind], class_=1)
    found = find_set(record_sets((net or internet()).reply(question).answer), question.name, question.type)
    assert found is not None
    return found


def ds(key: Dnskey = KSK.ours, digest_type: int = 2, *, is_wrong: bool = False) -> Ds:
    digest = digest_of(ZONE, key, digest_type)
    return Ds(
        tag=key.tag,
        algorithm=key.algorithm,
        digest_type=digest_type,
        digest=flipped(0)(digest) if is_wrong else digest,
    )


def keys_by(*trusted: Ds | Dnskey, dnskey: RecordSet | None = None) -> ZoneKeys:
    found = dnskey or asked("nsec.test", "DNSKEY")
    return authenticate_keys(ZONE, trusted=trusted, said_by=BY, dnskey=found, verifier=Verifier(NOW))


def test_a_ds_of_a_key_that_signs_the_keys_makes_them_all_known() -> None:
    found = keys_by(ds())
    assert (found.status, {key.tag for key in found.keys}) == ("secure", {KSK.ours.tag, ZSK.ours.tag})


def test_a_whole_key_is_trusted_as_well() -> None:
    assert keys_by(KSK.ours).status == "secure"
    assert keys_by(Key(77, flags=257).ours).status == "bogus"


def test_a_zone_may_have_one_key_for_all() -> None:
    only = Key(70, flags=257)
    net = internet(child("one.test.", 70, ksk=only, zsk=only))
    verdict = net.validate("www.one.test")
    assert verdict.status == "secure"
    assert verdict.chain[4].detail.endswith("which signs the one DNSKEY of one.test.")


def test_a_ds_of_a_key_that_does_not_sign_the_keys_is_bogus() -> None:
    found = keys_by(ds(ZSK.ours))
    assert found.status == "bogus"
    assert found.reason == f"DNSKEY nsec.test. is not signed by ECDSAP256SHA256 key {ZSK.ours.tag}, which {BY} names"


def test_one_good_ds_among_bad_ones_is_enough() -> None:
    assert keys_by(ds(is_wrong=True), ds(ZSK.ours, 4), ds()).status == "secure"


def test_sha_1_counts_only_when_there_is_nothing_better() -> None:
    """RFC 4509 §3."""
    assert keys_by(ds(digest_type=1)).status == "secure"
    assert keys_by(ds(digest_type=1), ds(digest_type=2, is_wrong=True)).status == "bogus"
    assert keys_by(ds(digest_type=1, is_wrong=True), ds(digest_type=2)).status == "secure"
    assert keys_by(ds(digest_type=1), Ds(tag=1, algorithm=13, digest_type=9, digest=b"x")).status == "secure"


def test_a_digest_that_differs_is_named() -> None:
    found = keys_by(ds(is_wrong=True))
    assert found.reason == f"{BY} does not match ECDSAP256SHA256 key {KSK.ours.tag}: its digest is another"


def test_a_digest_of_the_wrong_length_matches_nothing() -> None:
    good = ds()
    assert keys_by(replace(good, digest=good.digest[:20])).status == "bogus"
    assert keys_by(replace(good, digest=good.digest + b"\0")).status == "bogus"


def test_no_ds_that_can_be_read_makes_a_zone_unsigned() -> None:
    assert keys_by().status == "insecure"


def test_a_key_that_was_revoked_is_named() -> None:
    """RFC 5011 §2.1: the DS is of the key as it was; revoking changed its tag."""
    revoked = replace_key(asked("nsec.test", "DNSKEY"), KSK.ours, Dnskey(b"\x01\x81" + KSK.ours.rdata[2:]))
    found = keys_by(ds(), dnskey=revoked)
    assert found.status == "bogus"
    assert f"names ECDSAP256SHA256 key {KSK.ours.tag}, which is revoked" in found.reason


def replace_key(records: RecordSet, old: Dnskey, new: Dnskey) -> RecordSet:
    return replace(records, rdatas=tuple(new.rdata if one == old.rdata else one for one in records.rdatas))


@pytest.mark.parametrize("head", [b"\x00\x01\x03", b"\x01\x01\x02"])
def test_a_key_without_the_zone_flag_or_with_another_protocol_is_no_zone_key(head: bytes) -> None:
    odd = Dnskey(head + KSK.ours.rdata[3:])
    found = keys_by(ds(odd), dnskey=replace_key(asked("nsec.test", "DNSKEY"), KSK.ours, odd))
    assert found.status == "bogus"
    assert found.reason == f"{BY} names ECDSAP256SHA256 key {odd.tag}, which is no zone key"


def test_a_zone_without_keys_is_bogus_and_its_ds_is_named() -> None:
    found = authenticate_keys(ZONE, trusted=[ds()], said_by=BY, dnskey=None, verifier=Verifier(NOW))
    assert found.reason == f"nsec.test. has no DNSKEY, and {BY} has the SHA-256 of ECDSAP256SHA256 key {KSK.ours.tag}"


def check(records: RecordSet, keys: Sequence[Dnskey], verifier: Verifier | None = None) -> Signed | Unproved:
    return (verifier or Verifier(NOW)).check(records, zone=ZONE, keys=keys)


def colliding(key: Dnskey, count: int) -> list[Dnskey]:
    """Other keys with the same tag: a tag is a sum, so what is added in one place is taken away in another."""
    found: list[Dnskey] = []
    for number in range(1, count + 1):
        octets = bytearray(key.rdata)
        for place, change in ((10, number), (12, -number)):
            word = int.from_bytes(octets[place : place + 2], "big") + change
            octets[place : place + 2] = (word % 65_535).to_bytes(2, "big")
        found.append(Dnskey(bytes(octets)))
    assert {one.tag for one in found} == {key.tag}
    return found


def test_keys_that_share_a_tag_are_tried_in_turn() -> None:
    assert isinstance(check(asked("www.nsec.test", "A"), [*colliding(ZSK.ours, 5), ZSK.ours]), Signed)


def test_the_number_of_attempts_for_one_set_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """KeyTrap, CVE-2023-50387: many keys of one tag, many signatures."""
    tried: list[Dnskey] = []

    def never(key: Dnskey, signature: bytes, octets: bytes) -> bool:
        tried.append(key)
        return False

    monkeypatch.setattr(signatures, "is_signed_by", never)
    records = asked("www.nsec.test", "A")
    many = replace(records, signatures=records.signatures * 50)
    found = check(many, [*colliding(ZSK.ours, 50), ZSK.ours])
    assert isinstance(found, Unproved)
    assert "more signatures and keys that fit than are tried" in found.reason
    assert len(tried) == MOST_ATTEMPTS


def test_the_number_of_attempts_for_one_verdict_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Dnskey] = []

    def never(key: Dnskey, signature: bytes, octets: bytes) -> bool:
        tried.append(key)
        return False

    monkeypatch.setattr(signatures, "is_signed_by", never)
    verifier = Verifier(NOW)
    for _ in range(50):
        assert isinstance(check(asked("www.nsec.test", "A"), colliding(ZSK.ours, 10), verifier), Unproved)
    assert len(tried) == MOST_FAILURES


def test_one_valid_signature_among_others_is_enough() -> None:
    """RFC 4035 §5.3.1, RFC 6840 §5.11."""
    records = asked("www.nsec.test", "A")
    good = records.signatures[0]
    bad = replace(good, signature=flipped(0)(good.signature))
    assert isinstance(check(replace(records, signatures=(bad, good)), [ZSK.ours]), Signed)
    assert isinstance(check(replace(records, signatures=(bad, bad)), [ZSK.ours]), Unproved)


def test_of_several_faults_the_one_that_came_closest_is_told() -> None:
    records = asked("www.nsec.test", "A")
    good = records.signatures[0]
    old = replace(good, expiration=NOW - 1, inception=NOW - 2)
    unknown = replace(good, tag=good.tag ^ 1)
    found = check(replace(records, signatures=(unknown, old)), [ZSK.ours])
    assert isinstance(found, Unproved)
    assert "expired" in found.reason


@pytest.mark.parametrize("head", [b"\x00\x00\x03", b"\x01\x00\x02"])
def test_a_signature_by_what_is_no_zone_key_is_named_and_not_tried(head: bytes) -> None:
    records, odd = asked("www.nsec.test", "A"), Dnskey(head + ZSK.ours.rdata[3:])
    found = check(replace(records, signatures=(replace(records.signatures[0], tag=odd.tag),)), [odd])
    assert isinstance(found, Unproved)
    assert "is by a DNSKEY that is no zone key" in found.reason


def test_a_key_that_is_none_of_its_algorithm_is_named() -> None:
    broken = colliding(ZSK.ours, 1)
    found = check(asked("www.nsec.test", "A"), broken)
    assert isinstance(found, Unproved)
    assert f"ECDSAP256SHA256 key {ZSK.ours.tag} is unusable" in found.reason


# The state of one cut, for a trace.


def section(net: Internet, name: str, kind: str, part: str) -> list[ResourceRecord]:
    reply = net.reply(Question(name=name_from_text(name), type=TYPES[kind], class_=1))
    return reply.answer if part == "answer" else reply.authority


def walked(net: Internet, name: str, *, referral: Sequence[ResourceRecord] | None = None) -> ZoneKeys:
    """The state of a child of test., reached from the root."""
    zone = name_from_text(name)
    root = cut_state(b"\0", referral=(), dnskey=section(net, ".", "DNSKEY", "answer"), now=NOW, anchors=net.anchors)
    test = cut_state(
        name_from_text("test"),
        referral=section(net, "test", "DS", "answer"),
        dnskey=section(net, "test", "DNSKEY", "answer"),
        now=NOW,
        parent=root,
    )
    assert (root.status, test.status) == ("secure", "secure")
    if referral is None:
        referral = [*section(net, name, "DS", "answer"), *section(net, name, "DS", "authority")]
    return cut_state(zone, referral=referral, dnskey=section(net, name, "DNSKEY", "answer"), now=NOW, parent=test)


def test_a_signed_cut_is_secure() -> None:
    found = walked(internet(), "nsec.test")
    assert found.status == "secure"
    assert found.reason == f"{BY} names ECDSAP256SHA256 key {KSK.ours.tag}, which signs the 2 DNSKEYs of nsec.test."


def test_an_unsigned_cut_is_insecure_with_proof_and_bogus_without() -> None:
    assert walked(internet(), "plain.test").status == "insecure"
    found = walked(internet(), "plain.test", referral=())
    assert (found.status, found.reason) == ("bogus", "test. does not prove that plain.test. has no DS")


def test_proof_of_no_ds_at_what_is_no_delegation_is_no_proof_for_a_cut() -> None:
    net = internet()
    denial = section(net, "www.nsec.test", "DS", "authority")
    parent = walked(net, "nsec.test")
    found = cut_state(name_from_text("www.nsec.test"), referral=denial, dnskey=(), now=NOW, parent=parent)
    assert found.status == "bogus"


def test_below_a_cut_that_is_not_secure_nothing_is() -> None:
    parent = walked(internet(), "plain.test")
    found = cut_state(name_from_text("a.plain.test"), referral=(), dnskey=(), now=NOW, parent=parent)
    assert (found.status, found.reason) == ("insecure", parent.reason)


def test_a_cut_whose_ds_or_keys_are_damaged_is_bogus() -> None:
    net = internet(child("badds.test.", 40))
    net.damages.append(where("badds.test", "DNSKEY", without("DNSKEY")))
    assert walked(net, "badds.test").status == "bogus"
    net = internet()
    answer = section(net, "nsec.test", "DS", "answer")
    damaged = [replace(one, rdata=flipped(-1)(one.rdata)) for one in answer]
    assert walked(net, "nsec.test", referral=damaged).status == "bogus"


def test_keys_that_cannot_be_obtained_are_indeterminate() -> None:
    net = internet()
    found = cut_state(b"\0", referral=(), dnskey=None, now=NOW, anchors=net.anchors)
    assert (found.status, found.reason) == ("indeterminate", "the DNSKEY of . cannot be obtained")


def test_without_anchor_and_parent_nothing_is_known() -> None:
    assert cut_state(b"\0", referral=(), dnskey=(), now=NOW).status == "indeterminate"
