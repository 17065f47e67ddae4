"""The words of a scan: which are targets, which are ports; what lists and files of targets hold."""

import pytest
from hypothesis import given

from nettools.core.ports import PortNames
from nettools.core.scan.octets import OctetPattern, parse_octets
from nettools.core.scan.targets import Span
from nettools.core.scan.words import Exclusions, exclusions_in_lines, parse_exclusions, split_words
from nettools.errors import NettoolsError, OptionError
from tests.core.strategies import attempt, controls_in, hostile_text

NAMES = PortNames(
    services={("ssh", "tcp"): [22], ("http", "tcp"): [80], ("domain", "udp"): [53]},
    groups={"web": [80, 443]},
    top={"tcp": [80, 22], "udp": [53]},
)
PORT_LISTS = [
    "22", "1-1024", "22,80,8000-8100", "80-", "T:22", "U:53", "T:ssh,U:domain", "T:22,U:53", "top:100", "ssh,http",
    "80,web", "22,80", "80,U:53", "ssh,top:5", "all,22",
]  # fmt: skip


# --- targets and ports ----------------------------------------------------------------------------


@pytest.mark.parametrize("ports", [*PORT_LISTS, "-"])
def test_the_last_of_two_words_is_the_port_list_when_it_looks_like_one(ports: str) -> None:
    assert split_words(["localhost", ports], None, NAMES) == (["localhost"], ports)
    assert split_words(["localhost", "::1", ports], None, NAMES) == (["localhost", "::1"], ports)
    assert split_words(["-", ports], None, NAMES) == (["-"], ports)


@pytest.mark.parametrize(
    "word",
    ["ssh", "web", "http", "all", "127.0.0.1", "::1", "10.0.0.0/30", "10.0.0.1-50", "10.0.0.1,5,9", "10.0-3.1.*", "*",
     "10.0.0.1-10.0.0.9", "ssh,nosuch", "T", "22a"],
)  # fmt: skip
def test_a_last_word_that_does_not_look_like_ports_is_a_target(word: str) -> None:
    """A single bare name is a host, even if a service is called so."""
    assert split_words(["localhost", word], None, NAMES) == (["localhost", word], None)


@pytest.mark.parametrize("word", ["ssh", "web", "all", "localhost", "10.0.0.1-50", "-"])
def test_a_single_word_is_a_target(word: str) -> None:
    assert split_words([word], None, NAMES) == ([word], None)


@pytest.mark.parametrize("word", PORT_LISTS)
def test_a_port_list_alone_is_no_target_and_is_not_looked_up(word: str) -> None:
    with pytest.raises(OptionError, match=r"no target: .* is a port list") as caught:
        split_words([word], None, NAMES)
    assert caught.value.hint is not None


@pytest.mark.parametrize("words", [["localhost", "22"], ["22"], ["a", "ssh,http"]])
def test_with_the_option_every_word_is_a_target(words: list[str]) -> None:
    assert split_words(words, "80", NAMES) == (words, "80")
    assert split_words(words, "80", NAMES, has_target_file=True) == (words, "80")


@pytest.mark.parametrize("ports", [None, "80"])
def test_without_a_target_there_is_nothing_to_scan(ports: str | None) -> None:
    with pytest.raises(OptionError, match="no target"):
        split_words([], ports, NAMES)


def test_with_targets_from_a_file_no_word_or_only_ports_are_enough() -> None:
    assert split_words([], None, NAMES, has_target_file=True) == ([], None)
    assert split_words([], "80", NAMES, has_target_file=True) == ([], "80")
    for ports in PORT_LISTS:
        assert split_words([ports], None, NAMES, has_target_file=True) == ([], ports)
    assert split_words(["localhost"], None, NAMES, has_target_file=True) == (["localhost"], None)
    assert split_words(["-"], None, NAMES, has_target_file=True) == (["-"], None)


@pytest.mark.parametrize(
    ("words", "ports", "why", "hint"),
    [
        (["h", "U:53", "7"], None, "'U:53' is a port list and so is '7'", "did you mean U:53,T:7?"),
        (["h", "T:22", "U:53"], None, "'T:22' is a port list and so is 'U:53'", "did you mean T:22,U:53?"),
        (["h", "top:10", "U:53"], "T:1", "'top:10' is a port list", "did you mean top:10,U:53,T:1?"),
        (["h", "22", "80"], None, "'22' is a port list and so is '80'", "did you mean 22,80?"),
        (["h", "1-9", "ssh,http", "U:53"], None, "'1-9' is a port list", "did you mean 1-9,ssh,http,U:53?"),
        (["h", "U:53", "22", "80"], None, "'U:53' is a port list", "did you mean U:53,T:22,T:80?"),
        (["22", "h"], None, "'22' is a port list, and ports come after the targets", "write them last"),
        (["U:53", "h"], None, "'U:53' is a port list, and ports come after the targets", "write them last"),
    ],
)
def test_a_second_port_list_is_refused_with_the_one_that_was_meant(
    words: list[str], ports: str | None, why: str, hint: str
) -> None:
    with pytest.raises(OptionError) as caught:
        split_words(words, ports, NAMES)
    assert why in caught.value.message
    assert hint in (caught.value.hint or "")


def test_the_words_of_the_caller_stay_as_they_are() -> None:
    words = ["localhost", "22"]
    split_words(words, None, NAMES)
    assert words == ["localhost", "22"]


# --- exclusions ------------------------------------------------------------------------------------------


def test_a_list_of_exclusions_has_addresses_cidrs_ranges_patterns_and_names() -> None:
    found = parse_exclusions(
        "10.0.0.1, 10.0.1.0/24,10.0.2.0-10.0.3.255,10.0.4-5.1,10.0.6.1-9,::1,fe80::1,db.example,pc"
    )
    assert found.names == ("db.example", "pc")
    assert found.spelled[:3] == (
        Span(4, 0x0A000001, 0x0A000001),
        Span(4, 0x0A000100, 0x0A0001FF),
        Span(4, 0x0A000200, 0x0A0003FF),
    )
    pattern = found.spelled[3]
    assert isinstance(pattern, OctetPattern)
    assert pattern.octets == parse_octets("10.0.4-5.1").octets
    assert found.spelled[4:] == (
        Span(4, 0x0A000601, 0x0A000609),
        Span(6, 1, 1),
        Span(6, 0xFE80 << 112 | 1, 0xFE80 << 112 | 1),  # without a zone it is left out on every link
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("10.0.0.1,5,9", "cannot exclude '5': a comma separates whole targets here"),
        ("10.0.0.1,", "empty item"),
        ("", "empty item"),
        ("10.0.0.1,,10.0.0.2", "empty item"),
        ("10.0.0.256", "octet 256 is above 255"),
        ("10.0.0.9-1", "reversed"),
        ("a_b..c", "label ''"),
        ("http://x/", "is a URL"),
        ("10.0.0.1 10.0.0.2", "more than one word"),
        ("b\u00fccher.example", "is not ASCII"),
    ],
)
def test_an_exclusion_that_cannot_be_read_refuses_the_scan(text: str, why: str) -> None:
    with pytest.raises(OptionError) as caught:
        parse_exclusions(text)
    assert why in caught.value.message


def test_exclusions_in_a_file_are_one_a_line_and_lists_of_octets_too() -> None:
    found = exclusions_in_lines([(2, "10.0.0.1,5,9"), (4, "printer.example")])
    assert found.names == ("printer.example",)
    (pattern,) = found.spelled
    assert isinstance(pattern, OctetPattern)
    assert [pattern.at(rank) & 255 for rank in range(pattern.size)] == [1, 5, 9]


def test_a_bad_line_of_exclusions_is_named() -> None:
    with pytest.raises(OptionError, match=r"in line 3: .*is above 255"):
        exclusions_in_lines([(1, "10.0.0.1"), (3, "10.0.0.300")])
    with pytest.raises(OptionError, match=r"in line 1: .*more than one word"):
        exclusions_in_lines([(1, "10.0.0.0 255.255.255.0")])
    with pytest.raises(OptionError, match=r"in line 1: .*four octets"):
        exclusions_in_lines([(1, "5")])


def test_exclusions_add_up() -> None:
    assert parse_exclusions("10.0.0.1,a") + parse_exclusions("b") == parse_exclusions("10.0.0.1,a,b")
    assert Exclusions() + Exclusions() == Exclusions()


@given(hostile_text())
def test_any_text_is_exclusions_or_a_clean_refusal(text: str) -> None:
    answer = attempt(lambda: parse_exclusions(text))
    if isinstance(answer, NettoolsError):
        assert answer.exit_code == 2
        assert controls_in(answer.message) == []
        assert controls_in(answer.hint) == []
    else:
        assert all(name.isascii() for name in answer.names)


@pytest.mark.parametrize("word", ["2130706433", "65536", "99999999999999999999"])
def test_a_number_above_all_ports_is_a_target_among_the_words(word: str) -> None:
    assert split_words([word, "1-20"], None, NAMES) == ([word], "1-20")
