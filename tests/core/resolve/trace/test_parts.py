"""Root hints, aliases and the signing of a cut: the parts of a trace by themselves."""

import hashlib
from dataclasses import replace
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.name import ROOT, folded, is_below, labels_of, name_from_text, name_text
from nettools.core.dns.types import TYPES
from nettools.core.dnssec.records import key_tag
from nettools.core.resolve.lookup import Outcome
from nettools.core.resolve.trace.aliases import chain_from, renamed
from nettools.core.resolve.trace.cut import Cut
from nettools.core.resolve.trace.dnssec import zone_signing
from nettools.core.resolve.trace.hints import parse_root_hints
from nettools.data import text
from nettools.errors import InputError
from tests.core.resolve.fake_internet import Internet, question, record
from tests.core.resolve.trace.worlds import ROOT_CUT, SETTINGS, steps_of, traced, with_other

labels = st.binary(min_size=1, max_size=12)
names = st.lists(labels, max_size=6).map(lambda parts: b"".join(bytes([len(one)]) + one for one in parts) + ROOT)


# ------------------------------------------------------------------ root hints


def test_the_bundled_hints_are_thirteen_servers_with_two_addresses_each() -> None:
    cut = parse_root_hints(text("root.hints"))
    assert cut.zone == ROOT
    assert [name_text(one.name) for one in cut.servers] == [f"{letter}.root-servers.net." for letter in "abcdefghijklm"]
    assert all([address.version for address in one.addresses] == [4, 6] for one in cut.servers)
    assert len(cut.endpoints(frozenset({4, 6}))) == 26


def test_hints_may_leave_out_ttl_class_and_owner_and_have_comments() -> None:
    cut = parse_root_hints(
        "$TTL 60\n; nothing\n\n. 3600 IN NS A.ROOT. ; first\n  IN 3600 NS b.root\na.root. A 192.0.2.1\n"
        "\tAAAA 2001:db8::1\nB.root in a 192.0.2.2\nx.test. A 192.0.2.9\n"
    )
    assert [name_text(one.name) for one in cut.servers] == ["A.ROOT.", "b.root."]
    assert cut.servers[0].addresses == (ip_address("192.0.2.1"), ip_address("2001:db8::1"))
    assert cut.servers[1].addresses == (ip_address("192.0.2.2"),)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("", "no root server with an address"),
        (". NS a.root.\n", "no root server with an address"),
        ("a.root. A 192.0.2.1\n", "no root server with an address"),
        (". NS a.root.\na.root. A 192.0.2.256\n", "line 2: '192.0.2.256'"),
        (". NS a.root.\na.root. MX 10 b.\n", "line 2: 'MX 10 b.'"),
        ("  NS a.root.\n", "line 1: 'NS a.root.'"),
        (". NS a..root.\n", "line 1: the name 'a..root.' has an empty label"),
        ("$INCLUDE other\n", "line 1:"),
    ],
)
def test_hints_that_cannot_be_read_say_where(lines: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_root_hints(lines)
    assert told in caught.value.message


# ------------------------------------------------------------------ aliases


@given(names, names, names)
def test_a_name_is_moved_below_the_target_label_by_label(front: bytes, owner: bytes, target: bytes) -> None:
    name = front[:-1] + owner
    made = renamed(name, owner, target)
    assert made is not None
    assert labels_of(made) == labels_of(front) + labels_of(target)
    assert is_below(made, target)


def test_a_name_that_gets_too_long_has_no_target() -> None:
    long = b"\x3f" + b"a" * 63
    assert renamed(long * 2 + b"\x01d\x00", b"\x01d\x00", long * 2 + ROOT) is None


def test_a_dname_does_not_rename_its_owner_itself() -> None:
    chain = chain_from(name_from_text("d.test"), TYPES["A"], [record("d.test", "DNAME", "t.test")])
    assert chain.aliases == ()


def test_aliases_are_found_in_any_order_and_case() -> None:
    answer = [record("B.test", "CNAME", "c.test"), record("a.test", "CNAME", "b.TEST")]
    chain = chain_from(name_from_text("A.test"), TYPES["A"], answer)
    assert [name_text(one.target) for one in chain.aliases] == ["b.TEST.", "c.test."]
    assert not chain.is_loop


@given(st.lists(st.sampled_from("abcde"), min_size=5, max_size=5))
def test_every_chain_ends_and_a_loop_is_told(targets: list[str]) -> None:
    answer = [record(f"{name}.", "CNAME", f"{target}.") for name, target in zip("abcde", targets, strict=True)]
    assert chain_from(name_from_text("a."), TYPES["A"], answer).is_loop
    assert not chain_from(name_from_text("a."), TYPES["A"], answer[1:]).is_loop or "a" not in targets[:1]


# ------------------------------------------------------------------ DNSSEC of a cut

KEY = "#01010308" + "aa" * 32
KEY_RECORD = record("other.test.", "DNSKEY", KEY)
DIGEST = hashlib.sha256(name_from_text("other.test.") + KEY_RECORD.rdata).hexdigest()
DS = f"#{key_tag(KEY_RECORD.rdata):04x}0802{DIGEST}"
NSEC = "#00000140"


def state(
    parent: dict[str, list[str]], child: dict[str, list[str]], *, is_signed_above: bool = True
) -> tuple[str, str]:
    internet = with_other(child)
    (asked,) = [internet.hosts[ip_address("192.0.2.2")]]
    assert isinstance(asked, dict)
    asked["test."].update(parent)
    if is_signed_above:
        asked["test."]["test. DNSKEY"] = [KEY]
        test_key = record("test.", "DNSKEY", KEY)
        digest = hashlib.sha256(name_from_text("test.") + test_key.rdata).hexdigest()
        root = internet.hosts[ip_address("192.0.2.1")]
        assert isinstance(root, dict)
        internet.hosts[ip_address("192.0.2.1")] = {
            ".": {**root["."], ". DNSKEY": [KEY], "test. DS": [f"#{key_tag(test_key.rdata):04x}0802{digest}"]}
        }
    step = steps_of(traced("other.test", internet=internet))[-1]
    assert step.zone == "other.test."
    assert step.dnssec is not None
    return step.dnssec.status, step.dnssec.detail


def test_a_ds_that_fits_a_key_is_signed() -> None:
    told = state({"other.test. DS": [DS]}, {"other.test. DNSKEY": [KEY]})
    assert told == ("signed", f"the DS names RSASHA256 key {key_tag(KEY_RECORD.rdata)} of the zone")


def test_a_ds_of_another_key_is_broken() -> None:
    told = state({"other.test. DS": [DS[:-2] + "00"]}, {"other.test. DNSKEY": [KEY]})
    assert told[0] == "broken"


def test_a_ds_without_any_key_is_broken() -> None:
    assert state({"other.test. DS": [DS]}, {})[0] == "broken"


def test_a_key_that_is_no_zone_key_does_not_count() -> None:
    key = record("other.test.", "DNSKEY", "#0001" + KEY[5:])
    digest = hashlib.sha256(name_from_text("other.test.") + key.rdata).hexdigest()
    ds = f"#{key_tag(key.rdata):04x}0802{digest}"
    assert state({"other.test. DS": [ds]}, {"other.test. DNSKEY": ["#0001" + KEY[5:]]})[0] == "broken"


def test_a_ds_of_an_unknown_algorithm_counts_as_unsigned() -> None:
    told = state({"other.test. DS": [f"#0001c802{DIGEST}"]}, {})
    assert told[0] == "unsigned"
    assert "algorithm 200" in told[1]


def test_no_ds_with_its_proof_is_unsigned_or_an_island() -> None:
    proof = {"other.test. NSEC": [NSEC]}
    assert state(proof, {})[0] == "unsigned"
    assert state(proof, {"other.test. DNSKEY": [KEY]})[0] == "island"


def test_no_ds_without_proof_below_a_signed_parent_is_said() -> None:
    assert state({}, {})[0] == "unproved"
    assert state({}, {}, is_signed_above=False)[0] == "unsigned"


def test_without_an_answer_to_dnskey_the_parents_word_is_all() -> None:
    cut = Cut(zone=name_from_text("other.test."), servers=(), ds=(record("other.test.", "DS", DS),))
    assert zone_signing(cut, is_root=False, is_parent_signed=True, keys=None).state == "unknown"
    assert zone_signing(replace(cut, ds=()), is_root=False, is_parent_signed=False, keys=None).state == "unsigned"
    dead: Outcome = Internet({}).look_up(traced("www.all.test").visits[0].asked[0].outcome.lookup)
    told = zone_signing(ROOT_CUT, is_root=True, is_parent_signed=False, keys=dead)
    assert told == ("unknown", "no DS, and no DNSKEY came: unreachable")


def test_a_judge_is_told_each_cut_and_its_verdict_stands_beside() -> None:
    calls: list[tuple[str, int, int | None, str | None]] = []

    class Verdict:
        def __init__(self, status: str) -> None:
            self.status = status
            self.reason = f"because of {status}"

    def judge(
        zone: bytes, *, referral: tuple[object, ...], dnskey: tuple[object, ...] | None, parent: Verdict | None
    ) -> Verdict:
        calls.append(
            (name_text(zone), len(referral), None if dnskey is None else len(dnskey), parent.status if parent else None)
        )
        return Verdict(f"v{len(calls)}")

    internet = with_other({"other.test. DNSKEY": [KEY], "www.other.test. A": ["192.0.2.9"]})
    found = traced("www.other.test", internet=internet, settings=replace(SETTINGS, judge=judge))
    assert calls == [(".", 0, 0, None), ("test.", 1, 0, "v1"), ("other.test.", 1, 1, "v2")]
    last = steps_of(found)[-1].dnssec
    assert last is not None
    assert (last.verdict, last.reason) == ("v3", "because of v3")


def test_names_are_compared_without_case_in_hints_and_glue() -> None:
    assert folded(parse_root_hints(". NS A.\na. A 192.0.2.1\n").servers[0].name) == b"\x01a\x00"
    assert question("A.test").name == b"\x01A\x04test\x00"
