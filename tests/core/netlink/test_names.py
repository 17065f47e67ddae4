"""Names for the numbers in routes and rules, as iproute2 reads them from its files."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.netlink.names import Names, parse_names
from tests.core.netlink.compose import names


def test_a_file_of_names_is_read_as_ip_reads_it() -> None:
    text = (
        "#\n# reserved values\n255\tlocal\n  254 main  \n\n0x64 isp1 # with a comment\n0X65\tisp2\n#1 inr.ruhep\n"
        "102 isp3 and words without a hash\n"
    )
    assert parse_names(text) == {255: "local", 254: "main", 100: "isp1", 101: "isp2", 102: "isp3"}


@pytest.mark.parametrize(
    "line",
    [
        "5",
        "name",
        "name 5",
        "-5 negative",
        "+5 plus",
        "1_0 underscore",
        "١ digits of another script",
        "0x no digits",
        "0xg no digits",
        "0x-5 negative",
        "12345678901 too long",
        f"{'9' * 5000} far too long",
        "5# comment",
    ],
)
def test_a_line_that_is_no_number_and_name_is_passed_over(line: str) -> None:
    assert parse_names(f"1 one\n{line}\n2 two") == {1: "one", 2: "two"}


def test_of_two_names_for_a_number_the_last_counts() -> None:
    assert parse_names("7 first\n7 second") == {7: "second"}


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for number, name in parse_names(text).items():
        assert number >= 0
        assert name
        assert not any(character.isspace() for character in name)


def test_the_names_of_the_kernels_headers_need_no_files() -> None:
    plain = names()
    assert [plain.table(number) for number in (0, 253, 254, 255, 100)] == ["unspec", "default", "main", "local", "100"]
    assert [plain.protocol(number) for number in (0, 2, 3, 4, 9, 16, 186, 200)] == [
        *("unspec", "kernel", "boot", "static", "ra", "dhcp", "bgp", "200")
    ]
    assert [plain.scope(number) for number in (0, 200, 253, 254, 255, 9)] == [
        *("global", "site", "link", "host", "nowhere", "9")
    ]
    assert [plain.group(number) for number in (0, 5)] == ["default", "5"]


FILES: dict[str, Mapping[int, str]] = {
    "rt_tables": {100: "isp", 254: "chief"},
    "rt_protos": {200: "mine"},
    "rt_scopes": {9: "near"},
    "group": {5: "lan", 0: "none"},
}


def test_this_machine_adds_names_and_leaves_the_kernels_own_as_they_are() -> None:
    given_names = names(FILES.__getitem__)
    assert (given_names.table(100), given_names.table(254), given_names.table(255)) == ("isp", "main", "local")
    assert (given_names.protocol(200), given_names.protocol(2)) == ("mine", "kernel")
    assert (given_names.scope(9), given_names.scope(0)) == ("near", "global")
    assert (given_names.group(5), given_names.group(0)) == ("lan", "none")


def test_a_name_that_is_given_twice_is_that_of_the_lower_number() -> None:
    found = names({"rt_tables": {101: "vpn", 100: "vpn", 7: "main"}}.__getitem__)
    assert [found.table(number) for number in (100, 101, 254, 7)] == ["vpn", "101", "main", "7"]
    assert (found.table_number("vpn"), found.table_number("main")) == (100, 254)


def test_each_file_is_read_once_and_only_when_it_is_wanted() -> None:
    read: list[str] = []

    def file(name: str) -> Mapping[int, str]:
        read.append(name)
        return {}

    given_names = names(file)
    assert read == []
    for number in (1, 2, 1):
        given_names.table(number)
        given_names.group(number)
    assert read == ["rt_tables", "group"]


def test_a_table_is_found_by_its_name_or_its_number() -> None:
    given_names = names(FILES.__getitem__)
    assert [given_names.table_number(word) for word in ("isp", "main", "local", "100", "7", "4294967295")] == [
        *(100, 254, 255, 100, 7, 4294967295)
    ]
    assert [given_names.table_number(word) for word in ("chief", "", "-1", "١", "9" * 5000)] == [None] * 5
    assert set(given_names.table_names()) == {"unspec", "default", "main", "local", "isp"}


def test_an_interface_that_has_gone_has_its_number_for_a_name() -> None:
    assert [names().interface(index) for index in (2, 99)] == ["eth0", "if99"]


def test_an_interface_is_looked_up_once() -> None:
    asked: list[int] = []

    def find(index: int) -> str | None:
        asked.append(index)
        return "eth0" if index == 2 else None

    found = Names(find)
    assert [found.interface(index) for index in (2, 2, 9, 9)] == ["eth0", "eth0", "if9", "if9"]
    assert asked == [2, 9]
