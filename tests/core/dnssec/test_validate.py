"""The chain of trust: what is proved, what is not, and what one damage does."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nettools.core.dns.message import Question, ResourceRecord
from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import TYPES
from nettools.core.dnssec.evidence import MOST_LOOKUPS, Evidence
from nettools.core.dnssec.keys import digest_of
from nettools.core.dnssec.validate import validate
from nettools.core.resolve.lookup import Lookup
from nettools.core.resolve.report import DnssecStatus
from nettools.errors import MissingExtra
from tests.core.dnssec.internet import (
    APEX,
    CONTENT,
    DAY,
    NOW,
    SERVER,
    Key,
    Reply,
    Zone,
    child,
    covers,
    edited,
    failing,
    flipped,
    internet,
    octet,
    resigned,
    usual_zones,
    where,
    without,
    without_signature,
)

SECURE = [
    ("www", "A"),
    ("www", "TXT"),
    ("mixed", "MX"),
    ("nodata", "A"),
    ("zz", "A"),
    ("a.b.zz", "A"),
    ("empty", "A"),
    ("x.w", "A"),
    ("a.b.w", "A"),
    ("x.w", "MX"),
    ("*.w", "A"),
    ("explicit.w", "A"),
    ("zz.explicit.w", "A"),
    ("cn", "A"),
    ("cn", "CNAME"),
    ("x.alias", "A"),
    ("across", "A"),
    ("gone", "A"),
    ("tree", "A"),
    ("tree", "DNAME"),
    ("www.dn", "A"),
    ("www.dn", "CNAME"),
    ("zz.dn", "A"),
    ("x.w.dn", "A"),
    ("loop1", "A"),
    ("www", "DS"),
    ("www", "ANY"),
]


@pytest.mark.parametrize("zone", ["nsec", "nsec3"])
@pytest.mark.parametrize(("label", "kind"), SECURE)
def test_what_is_signed_and_denied_by_the_rules_is_secure(zone: str, label: str, kind: str) -> None:
    verdict = internet().validate(f"{label}.{zone}.test", kind)
    assert (verdict.status, verdict.reason) == ("secure", verdict.reason)
    assert all(one.status == "secure" for one in verdict.chain)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (".", "NS"),
        (".", "A"),
        ("zz", "A"),
        ("test", "DS"),
        ("test", "SOA"),
        ("zz.test", "A"),
        ("plain.test", "DS"),
        ("nsec.test", "DS"),
        ("nsec.test", "DNSKEY"),
        ("nsec.test", "ANY"),
        ("nsec3.test", "A"),
    ],
)
def test_zone_apexes_and_the_root_are_no_exception(name: str, kind: str) -> None:
    assert internet().validate(name, kind).status == "secure"


def test_the_chain_leads_from_the_root_to_the_answer() -> None:
    verdict = internet().validate("www.nsec.test")
    assert [(one.zone, one.what) for one in verdict.chain] == [
        (".", "DNSKEY"),
        ("test.", "DS"),
        ("test.", "DNSKEY"),
        ("nsec.test.", "DS"),
        ("nsec.test.", "DNSKEY"),
        ("nsec.test.", "A www.nsec.test."),
    ]
    zone_key = Key(11).ours.tag
    assert verdict.reason == (
        f"RRSIG by ECDSAP256SHA256 key {zone_key} over A www.nsec.test. is valid until 2026-12-18"
    )


def test_the_chain_is_asked_in_two_rounds_and_aliases_cost_one_more() -> None:
    net = internet()
    net.validate("www.nsec.test")
    assert [len(one) for one in net.asked] == [5, 2]
    net.validate("across.nsec.test")
    assert len(net.asked) == 3


def test_no_question_is_asked_twice() -> None:
    net = internet()
    net.validate("across.nsec.test")
    asked = [(one.name, one.type) for together in net.asked for one in together]
    assert len(asked) == len(set(asked))


def test_a_long_name_in_an_unsigned_zone_is_not_asked_label_by_label() -> None:
    net = internet()
    verdict = net.validate(".".join(f"l{number}" for number in range(30)) + ".plain.test")
    assert verdict.status == "insecure"
    assert sum(len(one) for one in net.asked) <= 11


# Without proof, but rightly so.


def test_an_alias_into_an_unsigned_zone_is_insecure_and_says_which_part() -> None:
    verdict = internet().validate("out.nsec.test")
    assert verdict.status == "insecure"
    assert verdict.reason.startswith("A a.plain.test. is not proved, since plain.test. is not signed: NSEC3 ")
    by_name = {one.what: one.status for one in verdict.chain}
    assert by_name["CNAME out.nsec.test."] == "secure"
    assert by_name["A a.plain.test."] == "insecure"


@pytest.mark.parametrize("name", ["a.plain.test", "zz.plain.test", "plain.test", "zz.a.plain.test"])
def test_an_unsigned_delegation_is_proved_insecure(name: str) -> None:
    assert internet().validate(name).status == "insecure"


def test_an_unsigned_delegation_is_proved_by_nsec_too() -> None:
    net = internet(Zone("plain.", APEX + "a A 192.0.2.1\n", None, None))
    verdict = net.validate("a.plain")
    assert verdict.status == "insecure"
    assert "NSEC plain. does not list DS" in verdict.reason


def test_an_island_of_security_is_insecure_and_secure_with_an_anchor_of_its_own() -> None:
    net = internet(child("island.test.", 30, digests=()))
    assert net.validate("www.island.test").status == "insecure"
    anchored = net.validate("www.island.test", anchors=[net.anchor("island.test.")])
    assert anchored.status == "secure"
    assert anchored.chain[0].detail.startswith("the trust anchor of island.test. names ")


def test_the_closest_anchor_counts() -> None:
    net = internet(child("island.test.", 30, digests=()))
    both = [net.anchor("."), net.anchor("island.test.")]
    assert net.validate("www.island.test", anchors=both).status == "secure"
    assert net.validate("www.nsec.test", anchors=both).status == "secure"


@pytest.mark.parametrize(
    ("ds", "named"),
    [
        ("1 200 2 " + "AB" * 32, "the SHA-256 of algorithm 200 key 1"),
        ("1 13 9 " + "AB" * 32, "the digest type 9 of ECDSAP256SHA256 key 1"),
        ("1 12 2 " + "AB" * 32, "the SHA-256 of ECC-GOST key 1"),
    ],
)
def test_a_ds_of_nothing_that_is_supported_makes_a_zone_unsigned(ds: str, named: str) -> None:
    unsigned = Zone("unsup.test.", CONTENT, None, None)
    test = replace(usual_zones()[1], text=usual_zones()[1].text + f"unsup DS {ds}\n")
    verdict = internet(test, unsigned).validate("www.unsup.test")
    assert verdict.status == "insecure"
    assert named in verdict.reason


def test_signatures_themselves_are_never_proved() -> None:
    verdict = internet().validate("www.nsec.test", "RRSIG")
    assert verdict.status == "insecure"


@pytest.mark.parametrize("algorithm", [5, 7, 8, 10, 13, 14, 15, 16])
def test_each_supported_algorithm_verifies(algorithm: int) -> None:
    keys = {"ksk": Key(60, algorithm, 257), "zsk": Key(61, algorithm)}
    net = internet(child("signed.test.", 60, **keys))
    assert net.validate("www.signed.test").status == "secure"
    net.damages.append(where("www.signed.test", "A", resigned("A", flipped(-1))))
    assert net.validate("www.signed.test").status == "bogus"


@pytest.mark.parametrize("digests", [(1,), (2,), (4,), (1, 2, 4)])
def test_each_supported_digest_leads_on(digests: tuple[int, ...]) -> None:
    assert internet(child("signed.test.", 60, digests=digests)).validate("www.signed.test").status == "secure"


def test_ns_without_signatures_among_any_may_be_the_parents_copy() -> None:
    net = internet()
    for kind in ("ANY", "NS"):
        net.damages.append(where("nsec.test", kind, without_signature("NS")))
    verdict = net.validate("nsec.test", "ANY")
    assert (verdict.status, verdict.reason) == (
        "insecure",
        "NS nsec.test. may be the parent's copy, which is never signed",
    )
    assert net.validate("nsec.test", "NS").status == "bogus"


# Opt-out and iterations, RFC 5155 §8 and RFC 9276 §3.2.


def opt_out_zones() -> tuple[Zone, Zone]:
    text = CONTENT + "un NS ns.root.\nun.below.here NS ns.root.\n"
    unsigned = frozenset({"un", "un.below.here", "below.here", "here"})
    return (
        child("optout.test.", 40, nsec3=True, opt_out=True, text=text, unsigned=unsigned),
        Zone("un.optout.test.", APEX + "a A 192.0.2.1\n", None, None),
    )


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("www.optout.test", "secure"),
        ("nodata.optout.test", "secure"),
        ("a.un.optout.test", "insecure"),
        ("zz.optout.test", "insecure"),
        ("here.optout.test", "insecure"),
        ("x.w.optout.test", "insecure"),
    ],
)
def test_in_a_gap_with_opt_out_nothing_is_proved_to_be_absent(name: str, status: DnssecStatus) -> None:
    verdict = internet(*opt_out_zones()).validate(name)
    assert verdict.status == status
    assert status == "secure" or "opt-out" in verdict.reason


def test_opt_out_excuses_only_what_it_covers() -> None:
    net = internet(*opt_out_zones())
    net.damages.append(where("www.optout.test", "A", without_signature("A")))
    assert net.validate("www.optout.test").status == "bogus"


@pytest.mark.parametrize(("iterations", "status"), [(1, "secure"), (150, "secure"), (151, "insecure")])
def test_too_many_iterations_prove_nothing(iterations: int, status: DnssecStatus) -> None:
    net = internet(child("dear.test.", 40, nsec3=True, iterations=iterations, salt=b"\xaa\xbb"))
    assert net.validate("zz.dear.test").status == status
    assert net.validate("nodata.dear.test").status == status
    assert net.validate("www.dear.test").status == "secure"


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ("@ NSEC3PARAM 1 0 151 aabb", "insecure"),
        ("@ NSEC3PARAM 1 0 150 aabb", "bogus"),
        ("@ NSEC3PARAM 1 0 151 aabb\n@ NSEC3PARAM 1 0 1 aabb", "bogus"),
        ("@ NSEC3PARAM 1 1 151 aabb", "bogus"),
        ("", "bogus"),
    ],
)
def test_a_wildcards_missing_proof_is_excused_by_signed_parameters_alone(parameters: str, status: DnssecStatus) -> None:
    text = f"{CONTENT}\n{parameters}\n"
    net = internet(child("dear.test.", 40, nsec3=True, iterations=151, salt=b"\xaa\xbb", text=text))
    net.damages.append(where("x.w.dear.test", "A", without("NSEC3")))
    assert net.validate("x.w.dear.test").status == status
    net.damages.append(where("dear.test", "NSEC3PARAM", without_signature("NSEC3PARAM")))
    assert net.validate("x.w.dear.test").status == "bogus"


# One damage each.

BOGUS: list[tuple[str, str, tuple[str, str, Callable[[Reply], None]], str]] = [
    ("www", "A", ("www", "A", resigned("A", flipped(-3))), "over A www.nsec.test. does not fit the records"),
    ("www", "A", ("www", "A", edited("A", flipped(3))), "over A www.nsec.test. does not fit the records"),
    ("www", "A", ("www", "A", without_signature("A")), "A www.nsec.test. has no RRSIG"),
    ("www", "A", ("www", "A", resigned("A", octet(3, 9))), "counts 9 labels, more than the name has"),
    ("www", "A", ("www", "A", resigned("A", flipped(7))), "does not fit the records"),
    ("www", "A", ("www", "A", resigned("A", flipped(17))), "is by a key that is not among the DNSKEYs of nsec.test."),
    ("www", "A", ("www", "A", resigned("A", octet(2, 200))), "is by an algorithm that is not supported"),
    ("nodata", "A", ("nodata", "A", without("NSEC")), "proves that there is no A nodata.nsec.test."),
    ("nodata", "A", ("nodata", "A", without_signature("NSEC")), "proves that there is no A nodata.nsec.test."),
    ("nodata", "A", ("nodata", "A", edited("NSEC", flipped(-1, 5))), "over NSEC nodata.nsec.test. does not fit"),
    ("nodata", "A", ("nodata", "A", without_signature("SOA")), "SOA nsec.test. has no RRSIG"),
    ("zz", "A", ("zz", "A", without("NSEC", "www.nsec.test")), "proves that there is no name zz.nsec.test."),
    ("zz", "A", ("zz", "A", without("NSEC", "nsec.test")), "proves that there is no name zz.nsec.test."),
    ("x.w", "A", ("x.w", "A", without("NSEC")), "is made from a wildcard, and nothing proves that no closer name"),
    ("x.w", "MX", ("x.w", "MX", without("NSEC", "*.w.nsec.test")), "proves that there is no MX x.w.nsec.test."),
    ("cn", "A", ("cn", "A", edited("CNAME", flipped(1))), "over CNAME cn.nsec.test. does not fit"),
    ("www.dn", "A", ("www.dn", "A", edited("CNAME", flipped(1))), "CNAME www.dn.nsec.test. has no RRSIG"),
    ("www.dn", "A", ("www.dn", "A", without_signature("DNAME")), "DNAME dn.nsec.test. has no RRSIG"),
    ("www", "A", ("nsec.test", "DNSKEY", without("DNSKEY")), "nsec.test. has no DNSKEY"),
    ("www", "A", ("nsec.test", "DNSKEY", without_signature("DNSKEY")), "DNSKEY nsec.test. has no RRSIG"),
    ("www", "A", ("nsec.test", "DNSKEY", resigned("DNSKEY", flipped(-1))), "over DNSKEY nsec.test. does not fit"),
    ("www", "A", ("nsec.test", "DS", edited("DS", flipped(-1))), "over DS nsec.test. does not fit"),
    ("www", "A", ("nsec.test", "DS", without_signature("DS")), "DS nsec.test. has no RRSIG"),
    ("www", "A", ("nsec.test", "DS", without("DS")), "nothing proves that nsec.test. has no DS"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "kind", "damage", "reason"), BOGUS)
def test_one_damage_makes_an_answer_bogus_and_is_named(
    label: str, kind: str, damage: tuple[str, str, Callable[[Reply], None]], reason: str
) -> None:
    net = internet()
    asked, asked_kind, change = damage
    full = asked if asked.endswith("test") else f"{asked}.nsec.test"
    net.damages.append(where(full, asked_kind, change))
    verdict = net.validate(f"{label}.nsec.test", kind)
    assert (verdict.status, reason in verdict.reason) == ("bogus", True), verdict.reason


@pytest.mark.parametrize("label", ["nodata", "zz", "x.w", "a.b.zz"])
def test_an_nsec3_that_is_missing_makes_a_denial_bogus(label: str) -> None:
    name = f"{label}.nsec3.test"
    reply = internet().reply(Question(name=name_from_text(name), type=1, class_=1))
    owners = {one.name for one in reply.authority if one.type == TYPES["NSEC3"]}
    assert owners
    for owner in owners:
        net = internet()
        net.damages.append(where(name, "A", dropping(owner)))
        assert net.validate(name).status == "bogus"


def dropping(owner: bytes) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply.authority[:] = [one for one in reply.authority if one.name != owner]

    return change


def test_an_expired_signature_is_named_with_its_day() -> None:
    net = internet(child("late.test.", 40, inception=NOW - 60 * DAY, expiration=NOW - 28 * DAY))
    verdict = net.validate("www.late.test")
    key = Key(40, flags=257).ours.tag
    assert verdict.status == "bogus"
    assert verdict.reason == f"RRSIG by ECDSAP256SHA256 key {key} over DNSKEY late.test. expired 2026-10-21"


def test_a_signature_that_has_not_begun_is_bogus() -> None:
    verdict = internet(child("early.test.", 40, inception=NOW + 3600)).validate("www.early.test")
    assert verdict.status == "bogus"
    assert "is not valid before 2026-11-18 12:06:40 UTC" in verdict.reason


def test_a_signature_that_expires_before_it_begins_is_bogus() -> None:
    net = internet(child("odd.test.", 40, inception=NOW + DAY, expiration=NOW - DAY))
    assert "expires before it begins" in net.validate("www.odd.test").reason


def test_both_ends_of_the_time_of_a_signature_belong_to_it() -> None:
    net = internet(child("brief.test.", 40, inception=NOW, expiration=NOW))
    assert net.validate("www.brief.test").status == "secure"
    assert net.validate("www.brief.test", now=NOW + 1).status == "bogus"
    assert net.validate("www.brief.test", now=NOW - 1).status == "bogus"


def test_times_are_serial_numbers_and_go_on_behind_the_year_2106() -> None:
    later = 2**32 + 50
    times = {"inception": 2**32 - DAY, "expiration": DAY}
    net = internet(*(replace(one, **times) for one in usual_zones()))  # type: ignore[arg-type]
    assert net.validate("www.nsec.test", now=later).status == "secure"
    assert net.validate("www.nsec.test", now=later + 2 * DAY).status == "bogus"
    assert net.validate("www.nsec.test", now=later - 2 * DAY).status == "bogus"


def test_a_ttl_that_ran_down_in_a_cache_changes_nothing() -> None:
    net = internet()

    def age(_: Question, reply: Reply) -> None:
        reply.answer[:] = [replace(one, ttl=one.ttl - 200) for one in reply.answer]

    net.damages.append(age)
    assert net.validate("www.nsec.test").status == "secure"


def test_the_case_of_letters_changes_nothing() -> None:
    net = internet()

    def shout(_: Question, reply: Reply) -> None:
        reply.answer[:] = [replace(one, name=one.name.upper()) for one in reply.answer]

    net.damages.append(shout)
    assert net.validate("mixed.nsec.test", "MX").status == "secure"


def test_records_in_another_order_and_twice_are_the_same_set() -> None:
    net = internet()
    net.damages.append(lambda _, reply: reply.answer.extend(list(reversed(reply.answer))))
    assert net.validate("www.nsec.test").status == "secure"


def test_a_signature_by_a_zone_above_is_none_of_the_zone() -> None:
    """RFC 4035 §5.3.1: the signer's name is the zone's."""
    parent = internet(replace(usual_zones()[1], text=APEX + "www.forged A 192.0.2.101\n"))
    forged = parent.reply(Question(name=name_from_text("www.forged.test"), type=1, class_=1)).answer
    net = internet()

    def swap(reply: Reply) -> None:
        reply.answer[:] = [replace(one, name=name_from_text("www.nsec.test")) for one in forged]

    net.damages.append(where("www.nsec.test", "A", swap))
    verdict = net.validate("www.nsec.test")
    assert verdict.status == "bogus"
    assert "names test. as the signer, and the zone is nsec.test." in verdict.reason


@pytest.mark.parametrize("zone", ["nsec", "nsec3"])
def test_a_wildcard_replayed_over_a_name_that_exists_is_bogus(zone: str) -> None:
    """RFC 4035 §5.3.4: the proof must be for this name."""
    net = internet()
    expanded = net.reply(Question(name=name_from_text(f"x.w.{zone}.test"), type=1, class_=1))
    target = name_from_text(f"explicit.w.{zone}.test")

    def replay(reply: Reply) -> None:
        reply.answer[:] = [replace(one, name=target) for one in expanded.answer]
        reply.authority[:] = expanded.authority

    net.damages.append(where(f"explicit.w.{zone}.test", "A", replay))
    verdict = net.validate(f"explicit.w.{zone}.test")
    assert verdict.status == "bogus"
    assert "nothing proves that no closer name exists" in verdict.reason


def test_a_denial_cannot_be_made_from_a_wildcard() -> None:
    """RFC 4035 §3.1.3.3: the NSEC of a wildcard verifies under a name that fits, and says nothing about that name."""
    net = internet()
    wildcard, target = name_from_text("*.w.nsec.test"), name_from_text("x.w.nsec.test")

    def rename(reply: Reply) -> None:
        kept = [one for one in reply.authority if one.name in (wildcard, name_from_text("nsec.test"))]
        reply.authority[:] = [replace(one, name=target if one.name == wildcard else one.name) for one in kept]

    net.damages.append(where("x.w.nsec.test", "MX", rename))
    verdict = net.validate("x.w.nsec.test", "MX")
    assert verdict.status == "bogus"
    assert "NSEC x.w.nsec.test. is made from a wildcard" in verdict.reason


def test_a_ds_cannot_be_made_from_a_wildcard() -> None:
    key = Key(40, flags=257).ours
    digest = digest_of(name_from_text("a.wild.test"), key, 2).hex()
    test = replace(usual_zones()[1], text=usual_zones()[1].text + f"*.wild DS {key.tag} 13 2 {digest}\n")
    net = internet(child("a.wild.test.", 40, digests=()), test)
    made = net.reply(Question(name=name_from_text("b.wild.test"), type=TYPES["DS"], class_=1)).answer

    def expand(reply: Reply) -> None:
        reply.answer[:] = [replace(one, name=name_from_text("a.wild.test")) for one in made]

    net.damages.append(where("a.wild.test", "DS", expand))
    verdict = net.validate("www.a.wild.test")
    assert verdict.status == "bogus"
    assert "DS a.wild.test. is made from a wildcard" in verdict.reason


def test_the_case_of_the_signers_name_changes_nothing() -> None:
    net = internet()
    shouted = resigned("A", lambda one: one[:18] + one[18:29].upper() + one[29:])
    net.damages.append(where("www.nsec.test", "A", shouted))
    assert net.validate("www.nsec.test").status == "secure"


def test_a_denial_for_another_name_proves_nothing() -> None:
    for zone in ("nsec", "nsec3"):
        net = internet()
        other = net.reply(Question(name=name_from_text(f"zz.{zone}.test"), type=1, class_=1))

        def replay(reply: Reply, other: Reply = other) -> None:
            reply.rcode, reply.answer[:], reply.authority[:] = 3, [], other.authority

        net.damages.append(where(f"www.{zone}.test", "A", replay))
        assert net.validate(f"www.{zone}.test").status == "bogus"


@pytest.mark.parametrize("zone", ["nsec", "nsec3"])
@pytest.mark.parametrize(("label", "rcode"), [("nodata", 3), ("empty", 3), ("zz", 0)])
def test_the_proof_must_be_for_the_rcode(zone: str, label: str, rcode: int) -> None:
    net = internet()

    def change(reply: Reply) -> None:
        reply.rcode = rcode

    net.damages.append(where(f"{label}.{zone}.test", "A", change))
    assert net.validate(f"{label}.{zone}.test").status == "bogus"


@pytest.mark.parametrize("edit", [octet(0, 2), octet(1, 2)])
def test_nsec3_of_an_unknown_hash_or_flag_proves_nothing(edit: Callable[[bytes], bytes]) -> None:
    net = internet()
    net.damages.append(where("nodata.nsec3.test", "A", edited("NSEC3", edit)))
    assert net.validate("nodata.nsec3.test").status == "bogus"


def test_a_ds_of_a_wrong_key_is_named() -> None:
    other = Key(99, flags=257).ours
    net = internet(child("badds.test.", 40, digests=()))
    test = replace(usual_zones()[1], text=usual_zones()[1].text + f"badds DS {other.tag} 13 2 {'AB' * 32}\n")
    net = internet(child("badds.test.", 40, digests=()), test)
    verdict = net.validate("www.badds.test")
    assert verdict.status == "bogus"
    assert verdict.reason == (
        f"the DS of badds.test. names ECDSAP256SHA256 key {other.tag}, and no DNSKEY of badds.test. is that"
    )


def test_a_revoked_key_leads_nowhere() -> None:
    net = internet(child("revoked.test.", 40, ksk=Key(40, flags=257 | 128)))
    verdict = net.validate("www.revoked.test")
    assert verdict.status == "bogus"
    assert "which is revoked" in verdict.reason


def test_an_answer_that_brings_more_than_was_asked_is_proved_as_a_whole() -> None:
    net = internet()
    stray = ResourceRecord(name=name_from_text("other.nsec.test"), type=1, class_=1, ttl=1, rdata=b"\xc0\0\2\1")
    net.damages.append(where("www.nsec.test", "A", lambda reply: reply.answer.append(stray)))
    verdict = net.validate("www.nsec.test")
    assert verdict.status == "bogus"
    assert "A other.nsec.test. has no RRSIG" in verdict.reason


# What cannot be found out.


@pytest.mark.parametrize(
    ("asked", "kind", "status", "said"),
    [
        ("www.nsec.test", "A", "servfail", "A www.nsec.test. cannot be obtained: 192.0.2.53 answers SERVFAIL"),
        ("www.nsec.test", "A", "timeout", "A www.nsec.test. cannot be obtained: no answer came in time"),
        ("www.nsec.test", "A", "refused", "A www.nsec.test. cannot be obtained: 192.0.2.53 answers REFUSED"),
        ("www.nsec.test", "A", "unreachable", "the server cannot be reached"),
        ("nsec.test", "DS", "timeout", "DS nsec.test. cannot be obtained: no answer came in time"),
        ("nsec.test", "DNSKEY", "servfail", "DNSKEY nsec.test. cannot be obtained: 192.0.2.53 answers SERVFAIL"),
        (".", "DNSKEY", "referral", "DNSKEY . cannot be obtained: the server refers elsewhere"),
    ],
)
def test_what_cannot_be_obtained_is_indeterminate_and_said(asked: str, kind: str, status: str, said: str) -> None:
    net = internet()
    net.damages.append(where(asked, kind, failing(status)))
    verdict = net.validate("www.nsec.test")
    assert verdict.status == "indeterminate"
    assert said in verdict.reason


def test_a_doubt_about_a_name_matters_not_where_the_zone_above_signed() -> None:
    net = internet()
    net.damages.append(where("www.nsec.test", "DS", failing("servfail")))
    assert net.validate("www.nsec.test").status == "secure"


def test_a_doubt_hides_no_fault_of_the_zone_above() -> None:
    net = internet()
    net.damages.append(where("www.nsec.test", "DS", failing("servfail")))
    net.damages.append(where("www.nsec.test", "A", resigned("A", flipped(-1))))
    assert net.validate("www.nsec.test").status == "bogus"


def test_a_doubt_about_a_zone_is_one_about_what_it_denies() -> None:
    net = internet()
    net.damages.append(where("plain.test", "DS", failing("timeout")))
    verdict = net.validate("zz.plain.test")
    assert (verdict.status, "DS plain.test. cannot be obtained" in verdict.reason) == ("indeterminate", True)


def test_a_doubt_ends_at_the_next_signed_cut() -> None:
    net = internet(child("deep.mid.test.", 40))
    net.damages.append(where("mid.test", "DS", failing("servfail")))
    assert net.validate("www.deep.mid.test").status == "secure"
    net.damages.append(where("www.deep.mid.test", "A", without_signature("A")))
    assert net.validate("www.deep.mid.test").status == "bogus"


def test_a_server_without_edns_cannot_be_judged() -> None:
    net = internet()

    def plain(_: Question, reply: Reply) -> None:
        reply.edns = False
        reply.answer[:] = [one for one in reply.answer if one.type != TYPES["RRSIG"]]
        reply.authority[:] = [one for one in reply.authority if one.type in (TYPES["SOA"], TYPES["NS"])]

    net.damages.append(plain)
    verdict = net.validate("www.nsec.test")
    assert verdict.status == "indeterminate"
    assert "answers without EDNS" in verdict.reason


def test_without_an_anchor_above_a_name_nothing_is_known() -> None:
    net = internet()
    verdict = net.validate("www.nsec.test", anchors=[net.anchor("nsec3.test.")])
    assert (verdict.status, verdict.reason) == ("indeterminate", "no trust anchor covers www.nsec.test.")


def test_an_anchor_of_another_root_is_bogus_and_named() -> None:
    net = internet()
    wrong = replace(net.anchors[0], key=Key(77, flags=257).ours)
    verdict = net.validate("www.nsec.test", anchors=[wrong])
    assert verdict.status == "bogus"
    assert verdict.reason.startswith("the trust anchor of . names ECDSAP256SHA256 key ")


def test_trust_is_for_the_class_in() -> None:
    net = internet()
    asked = Question(name=name_from_text("www.nsec.test"), type=1, class_=3)
    procedure = validate(asked, ask=lambda one: Lookup(question=one, servers=(SERVER,)), anchors=net.anchors, now=NOW)
    lookups = next(procedure)
    with pytest.raises(StopIteration) as end:
        procedure.send([net.outcome(one) for one in lookups])
    assert end.value.value[1].status == "indeterminate"


def test_an_alias_that_the_server_leaves_unfinished_is_followed() -> None:
    net = internet()

    def only_the_alias(reply: Reply) -> None:
        reply.answer[:] = [one for one in reply.answer if one.type == TYPES["CNAME"] or covers(one, "CNAME")]

    net.damages.append(where("across.nsec.test", "A", only_the_alias))
    verdict = net.validate("across.nsec.test")
    assert verdict.status == "secure"
    assert verdict.chain[-1].what == "A www.nsec3.test."


def test_the_number_of_lookups_is_bounded() -> None:
    evidence = Evidence()
    wanted = [Question(name=name_from_text(f"n{number}"), type=1, class_=1) for number in range(MOST_LOOKUPS + 5)]
    assert len(evidence.missing(wanted)) == MOST_LOOKUPS


def test_all_is_asked_with_do_and_cd() -> None:
    asked = Question(name=name_from_text("www.nsec.test"), type=1, class_=1)
    procedure = validate(
        asked, ask=lambda one: Lookup(question=one, servers=(SERVER,)), anchors=internet().anchors, now=0
    )
    for lookup in next(procedure):
        assert (lookup.options.edns, lookup.options.dnssec_ok, lookup.options.checking_disabled) == (True, True, True)


# Any single octet.

PROVED = [
    ("www.nsec.test", "A"),
    ("mixed.nsec.test", "MX"),
    ("nodata.nsec.test", "A"),
    ("zz.nsec.test", "A"),
    ("x.w.nsec.test", "A"),
    ("x.w.nsec.test", "MX"),
    ("cn.nsec.test", "A"),
    ("across.nsec.test", "A"),
    ("nodata.nsec3.test", "A"),
    ("zz.nsec3.test", "A"),
    ("x.w.nsec3.test", "A"),
    ("x.w.nsec3.test", "MX"),
    ("www.dn.nsec.test", "A"),
]
NET = internet()


@given(
    case=st.sampled_from(PROVED),
    which=st.integers(min_value=0),
    place=st.integers(min_value=0, max_value=2000),
    bit=st.integers(min_value=0, max_value=7),
)
@settings(max_examples=1500)
def test_no_flipped_bit_of_an_answer_is_ever_secure(case: tuple[str, str], which: int, place: int, bit: int) -> None:
    name, kind = case

    def flip(reply: Reply) -> None:
        section = reply.authority if (which % 2 and reply.authority) or not reply.answer else reply.answer
        at = which // 2 % len(section)
        assume(not is_letter_of_a_name(section[at], place, bit))
        section[at] = replace(section[at], rdata=flipped(place, bit)(section[at].rdata))

    NET.damages[:] = [where(name, kind, flip)]
    try:
        assert NET.validate(name, kind).status != "secure"
    finally:
        NET.damages.clear()


def is_letter_of_a_name(one: ResourceRecord, place: int, bit: int) -> bool:
    """Whether turning this bit changes only the case of a letter in a name that counts in lower case, RFC 4034 §6.2."""
    size = len(one.rdata)
    start, end = {
        TYPES["RRSIG"]: (18, size - 64),
        TYPES["MX"]: (2, size),
        TYPES["CNAME"]: (0, size),
        TYPES["DNAME"]: (0, size),
        TYPES["SOA"]: (0, size - 20),
    }.get(one.type, (0, 0))
    at = place % size
    return start <= at < end and bit == 5 and one.rdata[at : at + 1].isalpha()


@given(
    case=st.sampled_from(
        [("test", "DS"), ("nsec.test", "DS"), (".", "DNSKEY"), ("test", "DNSKEY"), ("nsec.test", "DNSKEY")]
    ),
    which=st.integers(min_value=0),
    place=st.integers(min_value=0, max_value=200),
    bit=st.integers(min_value=0, max_value=7),
)
@settings(max_examples=600)
def test_no_flipped_bit_of_the_chain_is_ever_secure(case: tuple[str, str], which: int, place: int, bit: int) -> None:
    def flip(reply: Reply) -> None:
        at = which % len(reply.answer)
        assume(not is_letter_of_a_name(reply.answer[at], place, bit))
        reply.answer[at] = replace(reply.answer[at], rdata=flipped(place, bit)(reply.answer[at].rdata))

    NET.damages[:] = [where(*case, flip)]
    try:
        assert NET.validate("www.nsec.test").status == "bogus"
    finally:
        NET.damages.clear()


@given(case=st.sampled_from(PROVED), which=st.integers(min_value=0), rdata=st.binary(max_size=80))
@settings(max_examples=400)
def test_no_rdata_at_all_makes_it_fail_or_secure(case: tuple[str, str], which: int, rdata: bytes) -> None:
    name, kind = case
    changed: list[bool] = []

    def put(_: Question, reply: Reply) -> None:
        for section in (reply.answer, reply.authority):
            if section:
                at = which % len(section)
                section[at] = replace(section[at], rdata=rdata)
                changed.append(True)

    NET.damages[:] = [put]
    try:
        assert NET.validate(name, kind).status != "secure"
    finally:
        NET.damages.clear()
    assert changed


# What it costs.


def test_nothing_heavy_is_loaded_before_a_signature_is_verified() -> None:
    script = (
        "import sys, nettools.core.dnssec.validate, nettools.core.dnssec.cut\n"
        "print([one for one in sys.modules if one.split('.')[0] in ('dns', 'cryptography', 'ssl', 'asyncio')])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.strip() == "[]"


def test_a_missing_package_is_said_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    asked = Question(name=name_from_text("www.nsec.test"), type=1, class_=1)
    procedure = validate(asked, ask=lambda one: Lookup(question=one, servers=(SERVER,)), anchors=(), now=NOW)
    with pytest.raises(MissingExtra) as error:
        next(procedure)
    assert error.value.hint == "pip install 'nettools[dnssec]' installs them"
