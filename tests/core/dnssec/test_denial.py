"""What single NSEC and NSEC3 records prove, and what they do not."""

from base64 import b32hexencode
from dataclasses import replace

import dns.dnssec
import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.name import is_below, name_from_text
from nettools.core.dns.types import TYPES
from nettools.core.dnssec import nsec
from nettools.core.dnssec.canonical import name_order
from nettools.core.dnssec.nsec3 import Nsec3Proofs, hash_name
from nettools.core.dnssec.records import Nsec, Nsec3

ZONE = name_from_text("test")


def types(words: str) -> frozenset[int]:
    return frozenset(TYPES[word] for word in words.split())


def link(owner: str, following: str, kinds: str = "A RRSIG NSEC") -> Nsec:
    return Nsec(owner=name_from_text(owner), next=name_from_text(following), types=types(kinds))


def no_data(record: Nsec, name: str, kind: str = "A") -> nsec.Denial | None:
    return nsec.no_data([record], ZONE, name_from_text(name), TYPES[kind])


def no_name(records: list[Nsec], name: str) -> nsec.Denial | None:
    return nsec.no_name(records, ZONE, name_from_text(name))


def test_a_type_that_is_not_listed_is_denied() -> None:
    assert no_data(link("a.test", "b.test", "TXT"), "a.test") is not None
    assert no_data(link("A.test", "b.test", "TXT"), "a.TEST") is not None


@pytest.mark.parametrize("kinds", ["A TXT", "CNAME"])
def test_a_type_that_is_listed_or_an_alias_is_not_denied(kinds: str) -> None:
    assert no_data(link("a.test", "b.test", kinds), "a.test") is None


def test_the_parents_side_of_a_cut_denies_ds_alone() -> None:
    """RFC 6840 §4.1."""
    cut = link("a.test", "b.test", "NS RRSIG NSEC")
    assert no_data(cut, "a.test") is None
    found = no_data(cut, "a.test", "DS")
    assert found is not None
    assert found.is_delegation


def test_the_childs_side_of_a_cut_does_not_deny_ds() -> None:
    """RFC 4035 §5.2: the SOA bit says whose side it is."""
    assert no_data(link("a.test", "b.test", "NS SOA"), "a.test", "DS") is None
    assert nsec.no_data([link(".", "a", "NS SOA")], b"\0", b"\0", TYPES["DS"]) is not None


def test_a_denial_of_ds_without_ns_is_no_delegation() -> None:
    found = no_data(link("a.test", "b.test", "A"), "a.test", "DS")
    assert found is not None
    assert not found.is_delegation


@pytest.mark.parametrize("kinds", ["NS", "DNAME"])
def test_below_a_delegation_or_a_dname_the_zone_says_nothing(kinds: str) -> None:
    """RFC 6840 §4.1: an ancestor's record is no proof for names below the cut."""
    record = link("a.test", "c.test", kinds)
    assert no_name([record, link("test", "a.test")], "x.a.test") is None
    assert no_data(record, "x.a.test") is None
    assert no_name([record, link("test", "a.test")], "b.test") is not None


def test_a_name_with_names_below_it_exists_without_data() -> None:
    record = link("a.test", "x.b.test")
    assert no_data(record, "b.test") is not None
    assert no_name([record, link("test", "a.test")], "b.test") is None


def test_a_name_is_denied_with_the_wildcard_that_could_have_made_it() -> None:
    cover = link("b.a.test", "d.a.test")
    assert no_name([cover], "c.a.test") is None
    assert no_name([cover, link("a.test", "b.a.test")], "c.a.test") is not None
    assert no_name([cover, link("test", "a.test")], "c.a.test") is None
    assert no_name([cover, link("*.a.test", "b.a.test")], "c.a.test") is None


def test_the_last_record_of_a_zone_leads_back_to_the_apex() -> None:
    assert no_name([link("m.test", "test"), link("test", "m.test")], "z.test") is not None
    assert no_name([link("m.test", "test"), link("test", "m.test")], "a.test") is not None
    assert no_name([link("test", "test")], "any.test") is not None
    assert no_name([link("m.test", "test")], "a.test") is None


def test_a_name_outside_of_the_zone_is_not_denied() -> None:
    assert no_name([link("test", "test")], "any.other") is None
    assert no_data(link("test", "test"), "any.other") is None


def test_a_name_denied_in_one_record_is_marked_so() -> None:
    """RFC 9824 §3.1: compact denial, with a NOERROR or an NXDOMAIN."""
    compact = link("a.test", r"\000.a.test", "RRSIG NSEC NXNAME")
    assert no_name([compact], "a.test") is not None
    assert no_data(compact, "a.test") is not None
    assert no_name([link("a.test", r"\000.a.test")], "a.test") is None


def test_a_wildcard_is_the_best_fit_when_the_next_closer_name_is_not_there() -> None:
    name = name_from_text("x.y.w.test")
    assert nsec.no_closer([link("*.w.test", "z.w.test")], ZONE, name, 2) is not None
    assert nsec.no_closer([link("*.w.test", "z.y.w.test")], ZONE, name, 2) is None
    assert nsec.no_closer([link("y.w.test", "z.w.test")], ZONE, name, 2) is None


NAMES = st.lists(st.sampled_from([b"a", b"b", b"B", b"ab", b"\x00", b"*"]), max_size=3).map(
    lambda labels: b"".join(bytes([len(one)]) + one for one in labels) + ZONE
)


@given(st.lists(NAMES, min_size=1, max_size=6), NAMES)
def test_a_whole_chain_denies_exactly_the_names_that_are_not_there(owners: list[bytes], name: bytes) -> None:
    """The chain of a zone with these names: each name is there, is a name with others below it, or is denied."""
    names = sorted({one.lower(): one for one in [*owners, ZONE]}.values(), key=name_order)
    chain = [
        Nsec(owner=one, next=following, types=types("A"))
        for one, following in zip(names, [*names[1:], names[0]], strict=True)
    ]
    is_there = any(is_below(one, name) for one in names)
    labels = len(name_order(name))
    denied = nsec.no_closer(chain, ZONE, name, labels - 1) if labels > 1 else None
    assert (denied is not None) == (not is_there)


# RFC 5155 appendix A.
HASHES = {
    "example": "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom",
    "a.example": "35mthgpgcu1qg68fab165klnsnk3dpvl",
    "ai.example": "gjeqe526plbf1g8mklp59enfd789njgi",
    "x.y.w.example": "2vptu5timamqttgl4luu9kg21e0aor3s",
}


@pytest.mark.parametrize("name", HASHES)
def test_hashes_are_those_of_the_rfc(name: str) -> None:
    hashed = hash_name(name_from_text(name.upper()), bytes.fromhex("aabbccdd"), 12)
    assert b32hexencode(hashed).decode().lower() == HASHES[name]


@given(NAMES, st.binary(max_size=8), st.integers(0, 20))
def test_hashes_are_those_of_dnspython(name: bytes, salt: bytes, iterations: int) -> None:
    theirs = dns.dnssec.nsec3_hash(dns.name.from_wire(name, 0)[0], salt, iterations, 1)
    assert b32hexencode(hash_name(name, salt, iterations)).decode() == theirs


def hashed(name: str, following: bytes | None = None, kinds: str = "A RRSIG", flags: int = 0) -> Nsec3:
    """A record of the name that reaches to just behind it, or to another hash."""
    own = hash_name(name_from_text(name), b"", 0)
    return around(own, following or _plus(own, 1), kinds, flags)


def around(owner: bytes, following: bytes, kinds: str = "A RRSIG", flags: int = 0) -> Nsec3:
    return Nsec3(
        name=b"\x01h" + ZONE,
        owner=owner,
        next=following,
        types=types(kinds),
        algorithm=1,
        flags=flags,
        iterations=0,
        salt=b"",
    )


def cover(name: str, flags: int = 0) -> Nsec3:
    """A record whose gap holds the name alone."""
    own = hash_name(name_from_text(name), b"", 0)
    return around(_plus(own, -1), _plus(own, 1), "TXT", flags)


def _plus(hashed: bytes, steps: int) -> bytes:
    return (int.from_bytes(hashed, "big") + steps).to_bytes(20, "big")


def proofs(*records: Nsec3) -> Nsec3Proofs:
    return Nsec3Proofs(ZONE, records)


def test_nsec3_denies_a_type_by_the_record_of_the_name() -> None:
    name = name_from_text("a.test")
    assert proofs(hashed("a.test", kinds="TXT")).no_data(name, TYPES["A"]) is not None
    assert proofs(hashed("a.test", kinds="A")).no_data(name, TYPES["A"]) is None
    assert proofs(hashed("a.test", kinds="CNAME")).no_data(name, TYPES["A"]) is None
    assert proofs(hashed("a.test", kinds="NS")).no_data(name, TYPES["A"]) is None
    assert proofs(hashed("b.test", kinds="TXT")).no_data(name, TYPES["A"]) is None


def test_nsec3_denies_ds_at_an_unsigned_delegation() -> None:
    name = name_from_text("a.test")
    found = proofs(hashed("a.test", kinds="NS")).no_data(name, TYPES["DS"])
    assert found is not None
    assert found.is_delegation
    assert proofs(hashed("a.test", kinds="NS SOA")).no_data(name, TYPES["DS"]) is None
    assert proofs(hashed("a.test", kinds="NS DS")).no_data(name, TYPES["DS"]) is None


def test_nsec3_denies_a_name_by_encloser_next_closer_and_wildcard() -> None:
    name = name_from_text("x.b.test")
    parts = [hashed("test", kinds="SOA NS"), cover("b.test"), cover("*.test")]
    found = proofs(*parts).no_name(name)
    assert found is not None
    assert not found.is_insecure
    for missing in range(3):
        assert proofs(*(one for place, one in enumerate(parts) if place != missing)).no_name(name) is None


def test_an_opted_out_next_closer_name_leaves_room() -> None:
    name = name_from_text("x.b.test")
    parts = [hashed("test", kinds="SOA NS"), cover("b.test", flags=1), cover("*.test")]
    found = proofs(*parts).no_name(name)
    assert found is not None
    assert found.is_insecure
    found = proofs(*parts[:2]).no_data(name_from_text("b.test"), TYPES["DS"])
    assert found is not None
    assert (found.is_insecure, found.is_delegation) == (True, False)
    assert proofs(parts[0], cover("b.test")).no_data(name_from_text("b.test"), TYPES["DS"]) is None


@pytest.mark.parametrize("kinds", ["NS", "DNAME"])
def test_an_encloser_that_is_a_delegation_or_a_dname_proves_nothing(kinds: str) -> None:
    """RFC 5155 §8.3."""
    parts = [hashed("a.test", kinds=kinds), cover("x.a.test"), cover("*.a.test")]
    assert proofs(*parts).no_name(name_from_text("x.a.test")) is None


def test_an_opted_out_wildcard_that_lacks_the_type_leaves_room() -> None:
    parts = [hashed("test", kinds="SOA NS"), hashed("*.test", kinds="TXT")]
    name = name_from_text("b.test")
    found = proofs(*parts, cover("b.test", flags=1)).no_data(name, TYPES["A"])
    assert found is not None
    assert found.is_insecure
    found = proofs(*parts, cover("b.test")).no_data(name, TYPES["A"])
    assert found is not None
    assert not found.is_insecure


def test_records_with_an_unknown_flag_or_hash_are_passed_over() -> None:
    """RFC 5155 §8.1 and §8.2."""
    name, known = name_from_text("a.test"), hashed("a.test", kinds="TXT")
    assert proofs(known).no_data(name, TYPES["A"]) is not None
    assert proofs(replace(known, flags=2)).no_data(name, TYPES["A"]) is None
    assert proofs(replace(known, algorithm=2)).no_data(name, TYPES["A"]) is None


def test_records_of_two_chains_do_not_add_up() -> None:
    """RFC 5155 §8.2."""
    other = Nsec3(name=b"\x01h" + ZONE, owner=bytes(20), next=b"\xff" * 20, types=types("A"), algorithm=1, flags=0,
                  iterations=1, salt=b"")  # fmt: skip
    parts = [hashed("test", kinds="SOA NS"), other]
    assert proofs(*parts).no_closer(name_from_text("b.test"), 1) is None
    assert proofs(hashed("test"), cover("b.test")).no_closer(name_from_text("b.test"), 1) is not None


def test_records_of_another_zone_prove_nothing() -> None:
    stray = Nsec3Proofs(name_from_text("other"), [hashed("a.test", kinds="TXT")])
    assert stray.no_data(name_from_text("a.test"), TYPES["A"]) is None


def test_the_last_hash_leads_round_to_the_first() -> None:
    name = name_from_text("b.test")
    own = hash_name(name, b"", 0)
    assert proofs(around(_plus(own, -1), bytes(20))).no_closer(name, 1) is not None
    assert proofs(around(b"\xff" * 20, _plus(own, 1))).no_closer(name, 1) is not None
    assert proofs(around(own, own)).no_closer(name, 1) is None
    assert proofs(around(_plus(own, 1), _plus(own, 1))).no_closer(name, 1) is not None
