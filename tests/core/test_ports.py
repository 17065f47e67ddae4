"""Port lists: what each word stands for, and a reason for each that stands for nothing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ports import (
    PortNames,
    PortSelection,
    Transports,
    compact_ports,
    joined_ports,
    looks_like_ports,
    parse_port,
    parse_port_range,
    parse_ports,
)
from nettools.errors import NettoolsError, PortError
from tests.core.strategies import attempt, controls_in, hostile_text

NAMES = PortNames(
    services={
        ("ssh", "tcp"): [22],
        ("http", "tcp"): [80, 8008],
        ("domain", "tcp"): [53],
        ("domain", "udp"): [53],
        ("ntp", "udp"): [123],
        ("both", "tcp"): [7],
    },
    groups={"web": [80, 443], "both": [1, 2]},
    top={"tcp": [443, 80, 22], "udp": [53, 123]},
)
ALL = tuple(range(1, 65_536))
TRANSPORTS_ASKED: tuple[Transports, ...] = ("tcp", "udp", "both")
NOT_PORTS = ["+1", "1_0", "0x50", "８０", "٣", "²", "1.0", "1e3", "80/tcp"]


def chosen(text: str, transport: Transports = "tcp") -> PortSelection:
    return parse_ports(text, NAMES, transport=transport)


def refusal(text: str, transport: Transports = "tcp") -> PortError:
    with pytest.raises(PortError) as caught:
        chosen(text, transport)
    return caught.value


# -- one port, one range -----------------------------------------------------------------------------


@given(st.integers(0, 65_535))
def test_a_port_is_read_back(port: int) -> None:
    assert parse_port(str(port)) == port
    assert parse_port_range(str(port)) == range(port, port + 1)


@given(st.integers(65_536, 10**12))
def test_a_port_above_the_highest_is_out_of_range(port: int) -> None:
    with pytest.raises(PortError) as caught:
        parse_port(str(port))
    assert caught.value.message == f"port {port} is out of range 0–65535"


@pytest.mark.parametrize("text", ["", " ", " 80", "80 ", "80\n", "-1", "http", *NOT_PORTS])
def test_what_is_no_plain_number_is_no_port(text: str) -> None:
    with pytest.raises(PortError, match="is not a number"):
        parse_port(text)


@given(st.integers(0, 65_535), st.integers(0, 65_535))
def test_a_range_holds_both_of_its_ends(one: int, other: int) -> None:
    first, last = sorted((one, other))
    assert parse_port_range(f"{first}-{last}") == range(first, last + 1)


def test_a_reversed_range_is_refused_with_the_right_order() -> None:
    with pytest.raises(PortError, match="'90-80' is reversed") as caught:
        parse_port_range("90-80")
    assert caught.value.hint == "did you mean 80-90?"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("80-", "did you mean 80-65535?"),
        ("-80", "did you mean 1-80?"),
        ("-", "write both ends, as in 1-65535"),
        ("--", "write both ends, as in 1-65535"),
        ("-http", "write both ends, as in 1-65535"),
        ("1-2-", "write both ends, as in 1-65535"),
        ("123456-", "write both ends, as in 1-65535"),
    ],
)
def test_a_range_without_an_end_is_refused_with_the_end_that_was_probably_meant(text: str, hint: str) -> None:
    with pytest.raises(PortError, match="lacks an end") as caught:
        parse_port_range(text)
    assert caught.value.hint == hint


@pytest.mark.parametrize("text", ["1-65536", "65536-1", "1-1000000000000", "9999999999-1"])
def test_a_range_past_the_highest_port_is_out_of_range(text: str) -> None:
    with pytest.raises(PortError, match="out of range 0–65535"):
        parse_port_range(text)


@pytest.mark.parametrize("text", ["http", "", "80-90-100", "1--5", "3com-tsmux", "a-b", "80 - 90", *NOT_PORTS])
def test_what_is_no_number_is_left_to_be_a_name(text: str) -> None:
    assert parse_port_range(text) is None


# -- lists ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("22", (22,)),
        ("0", (0,)),
        ("65535", (65_535,)),
        ("080", (80,)),
        ("22,80,8000-8003", (22, 80, 8000, 8001, 8002, 8003)),
        ("80,22", (22, 80)),
        ("80,80,79-81", (79, 80, 81)),
        ("22, 80 ,443", (22, 80, 443)),
        ("ssh", (22,)),
        ("SSH,Http", (22, 80, 8008)),
        ("web", (80, 443)),
        ("Web", (80, 443)),
        ("both", (7,)),  # a service wins over a group
        ("top:1", (443,)),
        ("top:2,ssh", (22, 80, 443)),
        ("top:3", (22, 80, 443)),
    ],
)
def test_the_ports_that_a_list_names(text: str, ports: tuple[int, ...]) -> None:
    assert chosen(text) == PortSelection(tcp=ports, udp=())


@pytest.mark.parametrize("text", ["all", "-", "1-65535", "1-65535,1-65535", "22,all"])
def test_all_ports_are_1_to_65535_once(text: str) -> None:
    assert chosen(text) == PortSelection(tcp=ALL, udp=())


@pytest.mark.parametrize(
    ("text", "tcp", "udp"),
    [
        ("T:22,U:53", (22,), (53,)),
        ("T:22,80,U:53,123", (22, 80), (53, 123)),
        ("80,U:53,T:22", (22, 80), (53,)),
        ("U:domain,T:domain", (53,), (53,)),
        ("U:top:1", (), (53,)),
        ("U:ntp", (), (123,)),
        ("T:web,U:web", (80, 443), (80, 443)),
        ("U:all,T:22", (22,), ALL),
        ("T: 22,U: 53", (22,), (53,)),
        ("T:22, U:53", (22,), (53,)),
    ],
)
def test_a_marker_holds_until_the_next(text: str, tcp: tuple[int, ...], udp: tuple[int, ...]) -> None:
    assert chosen(text) == PortSelection(tcp=tcp, udp=udp)


@pytest.mark.parametrize(
    ("text", "udp"),
    [("53", (53,)), ("domain", (53,)), ("top:2", (53, 123)), ("web", (80, 443)), ("ntp,1-3", (1, 2, 3, 123))],
)
def test_words_mean_ports_of_the_scans_transport(text: str, udp: tuple[int, ...]) -> None:
    assert chosen(text, "udp") == PortSelection(tcp=(), udp=udp)


@pytest.mark.parametrize("text", ["", ",", "22,", ",22", "22,,80", " ", "T:", "T:22,U:"])
def test_an_empty_item_is_refused(text: str) -> None:
    assert "has an empty item" in refusal(text).message


@pytest.mark.parametrize("text", ["nosuch", "22,nosuch", "22;80", "x" * 41, "a-", "1--5", "80-90-100"])
def test_a_word_that_is_no_port_nor_service_is_refused(text: str) -> None:
    error = refusal(text)
    assert "neither a port nor a service known for tcp" in error.message
    assert error.hint is not None
    assert "port-service" in error.hint


@pytest.mark.parametrize("text", NOT_PORTS)
def test_a_number_in_another_spelling_is_refused(text: str) -> None:
    assert "neither a port nor a service known for tcp" in refusal(text).message


@pytest.mark.parametrize(
    ("text", "transport", "hint"),
    [
        ("t:22", "tcp", "did you mean T:22?"),
        ("22,u:ntp", "tcp", "did you mean U:ntp?"),
        ("80/tcp", "tcp", "did you mean T:80?"),
        ("53/UDP", "tcp", "did you mean U:53?"),
        ("top:", "tcp", "write top:100 for the hundred most useful ports"),
        ("top:x", "udp", "write top:100 for the hundred most useful ports"),
        ("TOP:100", "tcp", "write top:100 for the hundred most useful ports"),
        ("top-100", "tcp", "write top:100 for the hundred most useful ports"),
        ("ntp", "tcp", "it is a service of udp: U:ntp"),
        ("ssh,NTP", "tcp", "it is a service of udp: U:NTP"),
        ("ssh", "udp", "it is a service of tcp: T:ssh"),
        ("U:ssh", "both", "it is a service of tcp: T:ssh"),
        ("htpp", "tcp", "did you mean http?"),
        ("domian", "udp", "did you mean domain?"),
        ("wbe", "both", "did you mean web?"),
    ],
)
def test_the_refusal_of_a_word_says_what_was_probably_meant(text: str, transport: Transports, hint: str) -> None:
    error = refusal(text, transport)
    assert "neither a port nor a service" in error.message
    assert error.hint == hint


def test_the_guess_for_a_hostile_word_is_harmless_and_quick() -> None:
    assert "\x1b" not in (refusal("t:\x1b[2J").hint or "")
    assert len(refusal("t:" + "9" * 60_000).hint or "") < 80


# -- ports of both transports ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tcp", "udp"),
    [
        ("53", (53,), (53,)),
        ("1-3,7", (1, 2, 3, 7), (1, 2, 3, 7)),
        ("domain", (53,), (53,)),
        ("ssh", (22,), ()),  # a name that one transport alone knows is a port of that one
        ("ntp", (), (123,)),
        ("ssh,ntp", (22,), (123,)),
        ("both", (7,), (1, 2)),  # a service of tcp, a group for udp
        ("web", (80, 443), (80, 443)),
        ("top:2", (80, 443), (53, 123)),
        ("5,T:22,U:53", (5, 22), (5, 53)),
    ],
)
def test_of_both_transports_an_item_means_each_that_knows_it(
    text: str, tcp: tuple[int, ...], udp: tuple[int, ...]
) -> None:
    assert chosen(text, "both") == PortSelection(tcp=tcp, udp=udp)


@pytest.mark.parametrize("text", ["all", "-"])
def test_all_of_both_transports_are_all_of_each(text: str) -> None:
    assert chosen(text, "both") == PortSelection(tcp=ALL, udp=ALL)


def test_a_word_that_neither_transport_knows_is_refused_for_both() -> None:
    assert "known for tcp or udp" in refusal("nosuch", "both").message
    assert "2 udp ports" in refusal("top:3", "both").message


@pytest.mark.parametrize("text", ["top:0", "top:4", "top:999999999", "U:top:3"])
def test_top_n_is_refused_with_the_length_of_the_list(text: str) -> None:
    transport, count = ("udp", 2) if text.startswith("U:") else ("tcp", 3)
    assert f"the curated list has {count} {transport} ports" in refusal(text).message


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("22,65536", "port 65536 is out of range 0–65535"),
        ("1-65536", "port 65536 is out of range 0–65535"),
        ("99999", "port 99999 is out of range 0–65535"),
        ("1-1000000000000", "port 1000000000000 is out of range 0–65535"),
        ("9999999999", "port 9999999999 is out of range 0–65535"),
        ("90-80", "'90-80' is reversed"),
        ("80-", "'80-' lacks an end"),
        ("-80", "'-80' lacks an end"),
    ],
)
def test_a_refusal_names_the_bad_number(text: str, named: str) -> None:
    assert named in refusal(text).message


@pytest.mark.parametrize("text", ["1," * 5_000_000, "9" * 10_000_000, "a" * 65_537])
def test_a_list_of_megabytes_is_refused_in_a_short_line(text: str) -> None:
    message = refusal(text).message
    assert "65,536 characters" in message
    assert len(message) < 200


def test_a_list_of_the_greatest_length_is_read() -> None:
    assert chosen("22," * 21_844 + "1022") == PortSelection(tcp=(22, 1022), udp=())  # 65,536 characters


def test_a_long_word_is_shown_from_its_beginning_and_a_short_one_whole() -> None:
    assert refusal("nosuch").message.startswith("'nosuch' is neither")
    message = refusal("x" * 1_000).message
    assert message.startswith("'xxx")
    assert "...'" in message
    assert len(message) < 150


def test_a_long_list_of_overlapping_ranges_is_read() -> None:
    assert chosen("1-65535," * 5_000 + "1") == PortSelection(tcp=ALL, udp=())


def items() -> st.SearchStrategy[tuple[str, range]]:
    ports = st.integers(0, 65_535)
    alone = ports.map(lambda port: (str(port), range(port, port + 1)))
    spans = st.tuples(ports, st.integers(0, 300)).map(lambda pair: (pair[0], min(65_535, sum(pair))))
    return st.one_of(alone, spans.map(lambda ends: (f"{ends[0]}-{ends[1]}", range(ends[0], ends[1] + 1))))


@given(st.lists(st.tuples(st.sampled_from(["", "T:", "U:"]), items()), min_size=1, max_size=12))
def test_a_list_of_numbers_means_their_union(parts: list[tuple[str, tuple[str, range]]]) -> None:
    wanted: dict[str, set[int]] = {"T:": set(), "U:": set()}
    current = "T:"
    for marker, (_, ports) in parts:
        current = marker or current
        wanted[current] |= set(ports)
    text = ",".join(marker + item for marker, (item, _) in parts)
    assert chosen(text) == PortSelection(tcp=tuple(sorted(wanted["T:"])), udp=tuple(sorted(wanted["U:"])))


WORDS = st.sampled_from(
    ["22", "-", "80-", "T:", "U:", "top:2", "all", "web", "ssh", ",", " ", "65536", "９", "\x1b[2J", "a"]
)


@given(st.one_of(hostile_text(), st.lists(WORDS, max_size=6).map("".join), st.lists(WORDS, max_size=6).map(",".join)))
def test_any_text_is_a_selection_or_a_clean_refusal(text: str) -> None:
    answer = attempt(lambda: chosen(text))
    if isinstance(answer, NettoolsError):
        assert (answer.kind, answer.exit_code) == ("bad-port", 2)
        assert controls_in(answer.message) == []
        assert controls_in(answer.hint) == []
        assert len(answer.message) < 200
    else:
        for ports in (answer.tcp, answer.udp):
            assert list(ports) == sorted(set(ports))
            assert all(0 <= port <= 65_535 for port in ports)


# -- a port list among targets ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    ["22", "1-1024", "22,80", "-", "22,80,8000-8100", "T:22", "U:53,T:22", "top:100", "ssh,http", "SSH,HTTP", "22,ssh",
     "web,22", "domain,ntp", "all,22", "WEB,22", "Both,22", "22, 80", "80,U:53", "ssh,top:10", "22,T:nosuch", "top:x"],
)  # fmt: skip
def test_a_word_that_looks_like_ports(word: str) -> None:
    assert looks_like_ports(word, NAMES)


@pytest.mark.parametrize(
    "word",
    ["ssh", "web", "all", "host", "", "192.0.2.1", "192.0.2.0/24", "::1", "a,b", "22,host", "192.0.2.1,22", "ssh,",
     "192.0.2.1-50", "２２", "192.0.2.1,5,9", "10.0-3.*.1", "*", "80,*", "T", "u:53", "80/tcp", "22,,ssh"],
)  # fmt: skip
def test_a_word_that_looks_like_a_target(word: str) -> None:
    assert not looks_like_ports(word, NAMES)


# -- writing ports ------------------------------------------------------------------------------------------


@given(st.sets(st.integers(0, 65_535)))
def test_compact_ports_are_read_back(ports: set[int]) -> None:
    text = compact_ports(sorted(ports))
    if ports:
        assert chosen(text) == PortSelection(tcp=tuple(sorted(ports)), udp=())
    else:
        assert text == ""


@given(st.sets(st.integers(0, 40)))
def test_compact_ports_leave_a_gap_between_two_ranges(ports: set[int]) -> None:
    ends = [[int(end) for end in part.split("-")] for part in compact_ports(sorted(ports)).split(",") if part]
    assert all(before[-1] + 1 < after[0] for before, after in pairwise(ends))


@pytest.mark.parametrize(
    ("ports", "text"),
    [([], ""), ([0], "0"), ([0, 1], "0-1"), ([1, 2, 3, 7, 9, 10], "1-3,7,9-10"), ([65_534, 65_535], "65534-65535")],
)
def test_how_ports_are_compacted(ports: list[int], text: str) -> None:
    assert compact_ports(ports) == text


# --- several lists ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lists", "tcp", "udp"),
    [
        (["22", "80"], (22, 80), ()),
        (["U:53", "80"], (80,), (53,)),
        (["80,U:53", "22,T:443", " 8000"], (22, 80, 443, 8000), (53,)),
    ],
)
def test_of_several_lists_each_is_read_as_if_it_stood_alone(
    lists: list[str], tcp: tuple[int, ...], udp: tuple[int, ...]
) -> None:
    assert parse_ports(joined_ports(lists), NAMES) == PortSelection(tcp=tcp, udp=udp)


@given(st.lists(st.lists(st.sampled_from(["1", "2-4", "T:5", "U:6", "7"]), min_size=1).map(",".join), min_size=1))
def test_several_lists_are_what_each_of_them_holds(lists: list[str]) -> None:
    for transport in TRANSPORTS_ASKED:
        alone = [parse_ports(one, NAMES, transport=transport) for one in lists]
        joined = parse_ports(joined_ports(lists), NAMES, transport=transport)
        assert set(joined.tcp) == {port for one in alone for port in one.tcp}
        assert set(joined.udp) == {port for one in alone for port in one.udp}
