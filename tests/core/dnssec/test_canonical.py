"""Canonical form and order, RFC 4034 §6; dnspython's reading of it is the peer."""

from contextlib import suppress

import dns.name
import dns.rdata
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import TYPES
from nettools.core.dnssec.canonical import canonical_rdata, label_count, last_labels, name_order, signed_name
from nettools.core.dnssec.records import BadRdata
from nettools.core.dnssec.serial import serial_distance

# RFC 4034 §6.1.
ORDERED = [
    "example.", "a.example.", "yljkjljk.a.example.", "Z.a.example.", "zABC.a.EXAMPLE.", "z.example.",
    r"\001.z.example.", "*.z.example.", r"\200.z.example.",
]  # fmt: skip

LABELS = st.lists(st.binary(min_size=1, max_size=4), max_size=4)


def wire(labels: list[bytes]) -> bytes:
    return b"".join(bytes([len(one)]) + one for one in labels) + b"\0"


def test_names_are_ordered_as_the_rfc_shows() -> None:
    assert sorted(set(ORDERED), key=lambda one: name_order(name_from_text(one))) == ORDERED


@given(LABELS, LABELS)
def test_names_are_ordered_as_dnspython_does(one: list[bytes], two: list[bytes]) -> None:
    left, right = dns.name.Name([*one, b""]), dns.name.Name([*two, b""])
    assert (name_order(wire(one)) < name_order(wire(two))) == (left < right)
    assert (name_order(wire(one)) == name_order(wire(two))) == (left == right)


RDATA = [
    ("NS", "NS.Example."), ("CNAME", "A.B."), ("DNAME", "A.B."), ("PTR", "A.B."), ("MX", "10 Mail.Example."),
    ("SOA", "Ns.Root. Host.Root. 1 2 3 4 5"), ("SRV", "1 2 3 Target.Example."), ("RP", "Me.X. Text.X."),
    ("AFSDB", "1 Host.X."), ("RT", "1 Host.X."), ("KX", "1 Host.X."), ("PX", "1 Map.X. Other.X."),
    ("NAPTR", '1 2 "S" "SIP+D2U" "!^.*$!sip:Info@X!" Target.X.'), ("TXT", '"Upper Case"'), ("HINFO", '"PC" "Linux"'),
    ("NSEC", "Next.X. A TXT"), ("A", "192.0.2.65"), ("CAA", '0 issue "CA.Example"'), ("LP", "10 L64.Example."),
    ("SVCB", "1 Svc.Example. port=8443"), ("RRSIG", "A 13 2 300 20361118054255 20261120054255 40347 Test. AAAA"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), RDATA)
def test_names_in_rdata_are_in_lower_case_where_the_rfc_lists_the_type(kind: str, text: str) -> None:
    rdata = dns.rdata.from_text("IN", kind, text)
    plain = rdata.to_wire() or b""
    assert canonical_rdata(TYPES[kind], plain) == rdata.to_digestable()


def test_a6_has_its_name_behind_as_many_octets_as_its_prefix_leaves() -> None:
    """RFC 2874 §3.1."""
    assert canonical_rdata(TYPES["A6"], bytes([64]) + bytes(8) + b"\1A\0") == bytes([64]) + bytes(8) + b"\1a\0"
    assert canonical_rdata(TYPES["A6"], b"\0" + b"A" * 16) == b"\0" + b"A" * 16


@pytest.mark.parametrize("kind", ["NS", "SOA", "MX", "NAPTR", "RRSIG", "A6"])
@given(rdata=st.binary(max_size=40))
def test_any_rdata_is_brought_into_form_or_refused(kind: str, rdata: bytes) -> None:
    with suppress(BadRdata):
        assert len(canonical_rdata(TYPES[kind], rdata)) == len(rdata)


def test_a_name_is_signed_as_the_wildcard_that_made_it() -> None:
    name = name_from_text("a.b.w.test")
    assert signed_name(name, 4) == name
    assert signed_name(name, 2) == name_from_text("*.w.test")
    assert signed_name(name_from_text("*.w.test"), 2) == name_from_text("*.w.test")
    assert signed_name(name, 0) == name_from_text("*")


def test_labels_are_counted_without_the_root_and_the_asterisk() -> None:
    assert [label_count(name_from_text(one)) for one in (".", "test", "*.test", "a.*.test")] == [0, 1, 1, 3]
    assert last_labels(name_from_text("a.b.c"), 2) == name_from_text("b.c")
    assert last_labels(name_from_text("a.b.c"), 0) == b"\0"


@given(st.integers(0, 2**32 - 1), st.integers(1, 2**31 - 1))
def test_serial_numbers_go_round(start: int, steps: int) -> None:
    end = (start + steps) % 2**32
    assert serial_distance(start, end) == steps
    assert serial_distance(end, start) == -steps
