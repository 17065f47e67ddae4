"""Whether an answer is what was waited for, and what changed since the last look."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.name import ROOT, name_from_text, name_text
from nettools.core.dns.presentation import rdata_text
from nettools.core.dns.types import TYPES
from nettools.core.resolve.expect import is_data, is_met, words_of
from nettools.core.resolve.lookup import Lookup, Outcome, Server
from nettools.core.resolve.watching import change_between, look_at
from tests.core.resolve.fake_internet import Host, Internet, message, question, record

labels = st.binary(min_size=1, max_size=12)
names = st.lists(labels, max_size=5).map(lambda parts: b"".join(bytes([len(one)]) + one for one in parts) + ROOT)
small = st.integers(0, 65535)


def raw(kind: str, rdata: bytes) -> ResourceRecord:
    return ResourceRecord(name=name_from_text("www.test."), type=TYPES[kind], class_=1, ttl=60, rdata=rdata)


def outcome_of(host: Host, kind: str = "A") -> Outcome:
    lookup = Lookup(question=question("www.test", kind), servers=(Server(address=ip_address("192.0.2.1")),))
    return Internet({"192.0.2.1": host}).look_up(lookup)


def answering(*records: ResourceRecord, rcode: str = "NOERROR", kind: str = "A") -> Outcome:
    return outcome_of(lambda asked: message(asked, answer=records, rcode=rcode), kind)


# ------------------------------------------------------------------ data


@given(st.binary(min_size=4, max_size=4), st.binary(min_size=16, max_size=16))
def test_addresses_are_compared_as_addresses(four: bytes, six: bytes) -> None:
    assert is_data(str(IPv4Address(four)), raw("A", four))
    for text in (str(IPv6Address(six)), IPv6Address(six).exploded, IPv6Address(six).exploded.upper()):
        assert is_data(text, raw("AAAA", six))
    other = bytes([four[0] ^ 1]) + four[1:]
    assert not is_data(str(IPv4Address(other)), raw("A", four))
    assert not is_data(str(IPv4Address(four)), raw("AAAA", six))


@given(names, st.sampled_from(["NS", "CNAME", "PTR", "DNAME"]))
def test_names_are_equal_whatever_their_case_and_final_dot(name: bytes, kind: str) -> None:
    text = name_text(name)
    assert is_data(text, raw(kind, name))
    assert is_data(text, raw(kind, name.lower()))
    assert is_data(text.lower(), raw(kind, name))
    if name != ROOT:
        assert is_data(text[:-1], raw(kind, name))
        assert not is_data(f"x.{text}", raw(kind, name))


@given(small, names)
def test_numbers_and_names_stand_side_by_side(number: int, name: bytes) -> None:
    mx = raw("MX", number.to_bytes(2, "big") + name)
    assert is_data(f"{number} {name_text(name)}", mx)
    assert is_data(f"  {number:05}   {name_text(name).lower()} ", mx)
    assert not is_data(f"{number + 1} {name_text(name)}", mx)
    assert not is_data(name_text(name), mx)
    assert not is_data(f"{number} {name_text(name)} 1", mx)


@given(small, small, small, names)
def test_srv_is_three_numbers_and_a_name(priority: int, weight: int, port: int, name: bytes) -> None:
    wire = b"".join(number.to_bytes(2, "big") for number in (priority, weight, port)) + name
    assert is_data(f"{priority} {weight} {port} {name_text(name)}", raw("SRV", wire))


@given(names, names, st.lists(st.integers(0, 2**32 - 1), min_size=5, max_size=5))
def test_soa_is_two_names_and_five_numbers(server: bytes, person: bytes, numbers: list[int]) -> None:
    soa = raw("SOA", server + person + b"".join(one.to_bytes(4, "big") for one in numbers))
    assert is_data(str(numbers[0]), soa)
    assert not is_data(str(numbers[0] ^ 1), soa)
    text = f"{name_text(server)} {name_text(person)} {' '.join(map(str, numbers))}"
    assert is_data(text, soa)
    assert not is_data(text + "0", soa) or numbers[-1] == 0


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=4))
def test_txt_is_met_with_and_without_quotes(strings: list[bytes]) -> None:
    txt = raw("TXT", b"".join(bytes([len(one)]) + one for one in strings))
    quoted = " ".join('"' + "".join(f"\\{octet:03d}" for octet in one) + '"' for one in strings)
    assert is_data(quoted, txt)
    assert is_data(b"".join(strings).decode("utf-8", "surrogateescape"), txt)
    assert not is_data(quoted + ' "more"', txt)


def test_txt_in_quotes_has_escapes_and_outside_of_them_none() -> None:
    txt = raw("TXT", b'\x05a"b\\c')
    assert is_data('"a\\"b\\\\c"', txt)
    assert is_data('a"b\\c', txt)
    assert is_data('"v=spf1 -all"', raw("TXT", b"\x0bv=spf1 -all"))
    assert is_data("v=spf1 -all", raw("TXT", b"\x06v=spf1\x05 -all"))
    assert not is_data("V=SPF1 -all", raw("TXT", b"\x0bv=spf1 -all"))


@given(st.sampled_from(sorted(TYPES)), st.binary(max_size=40))
def test_any_record_meets_its_own_octets_and_its_own_text(kind: str, rdata: bytes) -> None:
    one = raw(kind, rdata)
    assert is_data(f"\\# {len(rdata)} {rdata.hex()}", one)
    assert is_data(f"\\# {len(rdata)} {rdata[:2].hex()} {rdata[2:].hex().upper()}", one)
    assert not is_data(f"\\# {len(rdata) + 1} {rdata.hex()}00", one)


@given(st.sampled_from(sorted(TYPES)), st.binary(max_size=40), st.text(max_size=40))
def test_no_text_and_no_rdata_is_a_fault(kind: str, rdata: bytes, expected: str) -> None:
    assert is_data(expected, raw(kind, rdata)) in (True, False)


def test_the_text_of_rarer_types_is_met_word_for_word() -> None:
    hinfo = raw("HINFO", b"\x02PC\x06NetBSD")
    assert is_data(rdata_text(hinfo), hinfo)
    assert words_of(' 0  issue "ca.example; policy=ev" ') == ["0", "issue", "ca.example; policy=ev"]
    assert words_of('"" a\\"b') == ["", 'a\\"b']


# ------------------------------------------------------------------ outcomes


def test_one_record_of_several_is_enough_and_aliases_count() -> None:
    alias = record("www.test.", "CNAME", "a.test.")
    outcome = answering(alias, record("a.test.", "A", "192.0.2.7"), record("a.test.", "A", "192.0.2.8"))
    for expected in ("192.0.2.8", "A.TEST"):
        assert is_met(expected, outcome)
    assert not is_met("192.0.2.9", outcome)


@pytest.mark.parametrize(
    ("expected", "met"),
    [("NXDOMAIN", True), ("nxdomain", True), (" NxDomain ", True), ("NOERROR", False), ("NODATA", False)],
)
def test_a_status_word_is_met_by_the_status(expected: str, met: bool) -> None:
    assert is_met(expected, answering(rcode="NXDOMAIN")) == met


def test_no_data_is_nodata_and_noerror_too_and_an_answer_is_answered() -> None:
    assert is_met("NODATA", answering())
    assert is_met("NOERROR", answering())
    assert is_met("ANSWERED", answering(record("www.test.", "A", "192.0.2.1")))
    assert is_met("TIMEOUT", outcome_of("timeout"))
    assert not is_met("NOERROR", outcome_of("timeout"))


def test_a_txt_record_that_is_a_status_word_is_met_as_data() -> None:
    assert is_met("timeout", answering(record("www.test.", "TXT", "timeout"), kind="TXT"))


def test_a_damaged_record_meets_nothing() -> None:
    damaged = replace(record("www.test.", "A", "192.0.2.1"), is_damaged=True)
    assert not is_met("192.0.2.1", answering(damaged))


# ------------------------------------------------------------------ watching

ONE, TWO = (record("www.test.", "A", f"192.0.2.{number}") for number in (1, 2))


def test_everything_appears_at_the_first_look() -> None:
    change = change_between(None, look_at(answering(ONE, TWO)))
    assert change is not None
    assert (change.status_before, change.status, change.appeared, change.gone) == (None, "answered", (ONE, TWO), ())


def test_a_ttl_that_counts_down_order_case_and_signatures_are_no_change() -> None:
    before = look_at(answering(ONE, TWO))
    signature = record("www.test.", "RRSIG", "#0001080000000e10")
    older = replace(ONE, ttl=1, name=name_from_text("WWW.test."))
    assert change_between(before, look_at(answering(signature, TWO, older))) is None


def test_what_appeared_and_what_is_gone_is_told() -> None:
    change = change_between(look_at(answering(ONE)), look_at(answering(TWO)))
    assert change is not None
    assert (change.appeared, change.gone) == ((TWO,), (ONE,))


def test_another_status_is_a_change_even_without_records() -> None:
    change = change_between(look_at(answering()), look_at(outcome_of("timeout")))
    assert change is not None
    assert (change.status_before, change.status) == ("nodata", "timeout")
