"""What each service says on a connection."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.service import chargen, quotes
from nettools.core.service.conversation import begin_conversation
from nettools.core.service.finger import LONGEST_QUERY, FingerAnswer, answer_query
from nettools.core.service.moments import daytime_line, time_octets
from nettools.core.service.names import SERVICES, ServiceName, parse_service
from nettools.core.service.share import ALL_SHARES, LARGEST_SHARE, SMALLEST_SHARE, share_of
from nettools.errors import OptionError

SAYINGS: tuple[ServiceName, ...] = ("daytime", "time", "qotd")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_named_in_any_case(name: ServiceName) -> None:
    assert parse_service(name.upper()) == name


@pytest.mark.parametrize(("word", "hint"), [("ehco", "echo"), ("", "there are echo"), ("\u0130echo", "echo")])
def test_another_word_is_no_service_and_the_near_one_is_hinted_at(word: str, hint: str) -> None:
    with pytest.raises(OptionError) as caught:
        parse_service(word)
    assert hint in (caught.value.hint or "")


@given(st.binary())
def test_echo_says_what_it_hears(octets: bytes) -> None:
    talk = begin_conversation("echo", unix_s=0)
    assert (talk.opened(), talk.heard(octets), talk.is_over, talk.is_endless) == (b"", octets, False, False)


@given(st.binary())
def test_discard_says_nothing(octets: bytes) -> None:
    talk = begin_conversation("discard", unix_s=0)
    assert (talk.opened(), talk.heard(octets), talk.is_over, talk.is_endless) == (b"", b"", False, False)


@pytest.mark.parametrize("name", ["echo", "discard"])
def test_those_that_remember_nothing_cost_nothing(name: ServiceName) -> None:
    assert begin_conversation(name, unix_s=0) is begin_conversation(name, unix_s=9)


@pytest.mark.parametrize("name", SAYINGS)
def test_those_that_say_one_thing_say_it_at_once_and_are_over(name: ServiceName) -> None:
    talk = begin_conversation(name, unix_s=1.0e9)
    assert talk.opened()
    assert talk.heard(b"ignored") == b""
    assert talk.is_over
    assert not talk.is_endless


def test_daytime_has_the_form_of_the_rfc() -> None:
    # RFC 867: "Tuesday, February 22, 1982 17:37:43-PST"; that day was a Monday.
    moment = datetime(1982, 2, 22, 17, 37, 43, tzinfo=UTC).timestamp()
    assert daytime_line(moment) == b"Monday, February 22, 1982 17:37:43-UTC\r\n"


@given(st.integers(min_value=0, max_value=253_402_300_799))
def test_daytime_says_the_moment_in_one_line_of_ascii(unix_s: int) -> None:
    text = daytime_line(unix_s).decode("ascii")
    assert text.endswith("-UTC\r\n")
    read = datetime.strptime(text, "%A, %B %d, %Y %H:%M:%S-UTC\r\n").replace(tzinfo=UTC)
    assert read == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=unix_s)


@pytest.mark.parametrize(
    ("year", "month", "day", "count"),
    [
        (1970, 1, 1, 2_208_988_800),  # these four stand in RFC 868
        (1976, 1, 1, 2_398_291_200),
        (1980, 1, 1, 2_524_521_600),
        (1983, 5, 1, 2_629_584_000),
    ],
)
def test_time_counts_from_1900_as_in_the_rfc(year: int, month: int, day: int, count: int) -> None:
    assert int.from_bytes(time_octets(datetime(year, month, day, tzinfo=UTC).timestamp()), "big") == count


def test_time_begins_anew_in_2036() -> None:
    wrap = datetime(2036, 2, 7, 6, 28, 16, tzinfo=UTC).timestamp()
    assert [time_octets(wrap - 1), time_octets(wrap)] == [b"\xff" * 4, bytes(4)]


def test_the_first_lines_of_the_character_generator_are_those_of_the_rfc() -> None:
    assert chargen.line(0) == b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefg\r\n"
    assert chargen.line(1) == b"!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefgh\r\n"
    assert chargen.line(94)[:4] == b'~ !"'
    assert chargen.line(95) == chargen.line(0)


def test_the_stream_of_characters_goes_on_for_ever_without_a_seam() -> None:
    talk = begin_conversation("chargen", unix_s=0)
    stream = b"".join(bytes(talk.more()) for _ in range(3))
    assert stream == b"".join(chargen.line(number) for number in range(len(stream) // 74))
    assert len(talk.more()) <= LARGEST_SHARE
    assert (talk.opened(), talk.heard(b"stop"), talk.is_over, talk.is_endless) == (b"", b"", False, True)


def test_all_clients_share_one_copy_of_the_characters() -> None:
    first, second = (begin_conversation("chargen", unix_s=0) for _ in range(2))
    assert first.more() is second.more()


@pytest.mark.parametrize("quote", quotes.QUOTES)
def test_a_quote_is_one_short_line(quote: str) -> None:
    # RFC 865: at most 512 characters, printing ones of ASCII
    assert quote.isascii()
    assert quote.isprintable()
    assert len(quote) <= 72


@given(st.integers(min_value=0, max_value=40_000), st.floats(min_value=0, max_value=86_399.9))
def test_the_quote_is_that_of_the_day(day: int, second: float) -> None:
    quote = quotes.quote_of_the_day(day * 86_400)
    assert quotes.quote_of_the_day(day * 86_400 + second) == quote
    assert quotes.quote_of_the_day((day + 1) * 86_400) != quote


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        (b"", b"Finger online user list denied\r\n"),
        (b"/W", b"Finger online user list denied\r\n"),
        (b" /w ", b"Finger online user list denied\r\n"),
        (b"root", b"Finger user information denied\r\n"),
        (b"/W root", b"Finger user information denied\r\n"),
        (b"/Wroot", b"Finger user information denied\r\n"),
        (b"NetTools", b"nettools: network diagnostics; tells about nobody else\r\n"),
        (b"/W nettools", b"nettools: network diagnostics; tells about nobody else\r\n"),
        (b"@host", b"Finger forwarding service denied\r\n"),
        (b"nettools@host@other", b"Finger forwarding service denied\r\n"),
        (b"a" * (LONGEST_QUERY + 1), b"Finger query denied: the line is too long\r\n"),
    ],
)
def test_finger_tells_about_nobody(query: bytes, answer: bytes) -> None:
    assert answer_query(query) == answer


@given(st.binary(max_size=40))
def test_finger_never_says_whether_there_is_such_a_user(name: bytes) -> None:
    known = {answer_query(one) for one in (b"", b"nettools", b"x", b"@")}
    assert answer_query(name) in known


@given(st.binary(max_size=50).filter(lambda octets: b"\n" not in octets), st.sampled_from([b"\r\n", b"\n"]), st.data())
def test_a_finger_query_may_come_in_pieces(query: bytes, end: bytes, data: st.DataObject) -> None:
    octets = query + end
    cuts = sorted(data.draw(st.lists(st.integers(0, len(octets)), max_size=4)))
    talk = FingerAnswer()
    said = [talk.heard(octets[start:stop]) for start, stop in zip([0, *cuts], [*cuts, len(octets)], strict=True)]
    assert b"".join(said) == answer_query(query.removesuffix(b"\r") if end == b"\n" else query)
    assert talk.is_over
    assert talk.heard(b"again\r\n") == b""


def test_a_finger_query_without_an_end_is_refused_before_it_fills_the_memory() -> None:
    talk = FingerAnswer()
    said = [talk.heard(b"a" * 100) for _ in range(20)]
    assert b"".join(said) == b"Finger query denied: the line is too long\r\n"
    assert talk.is_over


@given(st.integers(min_value=0, max_value=1_000_000))
def test_the_share_of_a_client_is_within_its_bounds_and_that_of_all_too(clients: int) -> None:
    share = share_of(clients)
    assert SMALLEST_SHARE <= share <= LARGEST_SHARE
    assert share == SMALLEST_SHARE or share * clients <= ALL_SHARES
    assert share_of(clients + 1) <= share
