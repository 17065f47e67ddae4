"""Numbers and mnemonics of the DNS."""

import dns.flags
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.types import (
    CLASSES,
    FLAGS,
    OPCODES,
    RCODES,
    TYPES,
    class_name,
    class_number,
    rcode_name,
    type_name,
    type_number,
)


def test_the_types_are_dnspythons_where_it_has_them() -> None:
    theirs = {one.name.replace("_", "-"): int(one) for one in dns.rdatatype.RdataType}
    del theirs["TYPE0"]
    assert {name: number for name, number in theirs.items() if TYPES.get(name) != number} == {}


def test_the_rcodes_opcodes_and_classes_are_dnspythons() -> None:
    rcodes = {int(one): one.name for one in dns.rcode.Rcode}
    assert {number: rcodes[number] for number in RCODES} | {16: "BADVERS"} == RCODES
    assert all(dns.opcode.Opcode(number).name == name for number, name in OPCODES.items() if number not in (1, 6))
    assert all(dns.rdataclass.from_text(name) == number for name, number in CLASSES.items())


def test_the_flags_are_dnspythons() -> None:
    assert {name.upper(): bit for bit, name in FLAGS} == {one.name: int(one) for one in dns.flags.Flag}


@given(st.integers(0, 0xFFFF))
def test_every_number_comes_back_from_its_name(number: int) -> None:
    assert type_number(type_name(number)) == number
    assert type_number(type_name(number).lower()) == number
    assert class_number(class_name(number)) == number


@given(st.integers(0, 0xFFFF))
def test_the_generic_form_is_taken_for_every_type(number: int) -> None:
    assert type_number(f"TYPE{number}") == number
    assert class_number(f"class{number}") == number


@pytest.mark.parametrize(
    "word",
    ["", "www", "TYPE", "TYPE65536", "TYPE-1", "TYPE1x", "TYPE 1", "TYPE１", "CLASS1", "TYPE000001", "A\n", "ſPF"],
)
def test_other_words_are_no_types(word: str) -> None:
    assert type_number(word) is None


@pytest.mark.parametrize("word", ["", "TYPE1", "CLASS65536", "INN", "A"])
def test_other_words_are_no_classes(word: str) -> None:
    assert class_number(word) is None


def test_numbers_without_a_name_are_told_as_rfc_3597_does() -> None:
    assert (type_name(731), class_name(2), rcode_name(4095)) == ("TYPE731", "CLASS2", "RCODE4095")
