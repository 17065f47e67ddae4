"""Numbers of options: plain ASCII digits within their limits, and nothing that int() or float() would let by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.number import parse_count, parse_duration_s, parse_size
from nettools.errors import NettoolsError, OptionError
from tests.core.strategies import attempt, controls_in, hostile_text

NOT_DIGITS = [
    "",
    " ",
    "1_0",
    " 8",
    "8 ",
    "8\n",
    "+8",
    "-8",
    "８",
    "٣",
    "²",
    "0x10",
    "1e3",
    "1.0",
    "1,000",
    "nan",
    "inf",
]


def count_error(text: str, *, minimum: int = 0, maximum: int = 100) -> OptionError:
    with pytest.raises(OptionError) as caught:
        parse_count(text, "--retries", minimum=minimum, maximum=maximum)
    return caught.value


def duration_error(text: str) -> OptionError:
    with pytest.raises(OptionError) as caught:
        parse_duration_s(text, "--timeout")
    return caught.value


@given(st.integers(0, 10**18 - 1))
def test_a_count_is_read_back(value: int) -> None:
    assert parse_count(str(value), "--count", minimum=0, maximum=10**18) == value


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_a_count_is_accepted_exactly_within_its_limits(value: int, minimum: int, maximum: int) -> None:
    answer = attempt(lambda: parse_count(str(value), "--count", minimum=minimum, maximum=maximum))
    assert (answer == value) == (minimum <= value <= maximum)


@pytest.mark.parametrize("text", NOT_DIGITS)
def test_what_is_no_plain_number_is_no_count(text: str) -> None:
    message = count_error(text).message
    assert message.startswith("--retries ")
    assert "is not a whole number" in message


def test_a_count_out_of_range_is_refused_with_the_limits() -> None:
    assert count_error("101").message == "--retries 101 is out of range 0 to 100"
    assert count_error("0", minimum=1).message == "--retries 0 is out of range 1 to 100"


@pytest.mark.parametrize("text", ["9" * 18, "9" * 19, "9" * 5_000])
def test_a_huge_count_is_called_out_of_range(text: str) -> None:
    message = count_error(text).message
    assert "out of range 0 to 100" in message
    assert "not a whole number" not in message


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1", 1.0),
        ("0.5", 0.5),
        ("5s", 5.0),
        ("500ms", 0.5),
        ("1ms", 0.001),
        ("0.001", 0.001),
        ("1.5m", 90.0),
        ("24h", 86_400.0),
        ("86400", 86_400.0),
        ("007", 7.0),
    ],
)
def test_a_duration_is_seconds_or_has_a_unit(text: str, seconds: float) -> None:
    assert parse_duration_s(text, "--timeout") == pytest.approx(seconds)


@given(st.integers(1, 86_400_000))
def test_milliseconds_and_seconds_say_the_same(milliseconds: int) -> None:
    in_seconds = f"{milliseconds // 1000}.{milliseconds % 1000:03}"
    read = parse_duration_s(f"{milliseconds}ms", "--timeout")
    assert read == pytest.approx(milliseconds / 1000)
    assert parse_duration_s(in_seconds, "--timeout") == pytest.approx(read)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "s",
        "ms",
        "1d",
        "1 s",
        "1S",
        "1us",
        ".5",
        "5.",
        "1.2.3",
        "1e-9",
        "1e308",
        "nan",
        "inf",
        "-1",
        "+1",
        "1_0",
        "٣",
        "1s\n",
    ],
)
def test_what_is_no_duration_is_refused_with_the_forms(text: str) -> None:
    error = duration_error(text)
    assert error.message.startswith("--timeout ")
    assert "is not a duration" in error.message
    assert error.hint is not None
    assert "500ms" in error.hint


@pytest.mark.parametrize("text", ["0", "0s", "0ms", "0.0005", "86400.1", "25h", "999999999"])
def test_a_duration_out_of_range_is_refused_with_the_limits(text: str) -> None:
    assert duration_error(text).message == f"--timeout {text} is out of range 0.001 s to 86400 s"


@pytest.mark.parametrize("text", ["1000000000", "9999999999s", "9" * 400])
def test_a_huge_duration_is_called_out_of_range(text: str) -> None:
    message = duration_error(text).message
    assert "out of range" in message
    assert "not a duration" not in message


def test_the_limits_of_a_duration_are_the_options_own() -> None:
    assert parse_duration_s("0", "--delay", minimum_s=0.0) == 0.0
    with pytest.raises(OptionError, match=r"--delay 11 is out of range 0 s to 10 s"):
        parse_duration_s("11", "--delay", minimum_s=0.0, maximum_s=10.0)


@given(hostile_text())
def test_a_refusal_holds_no_control_character(text: str) -> None:
    answers = [
        attempt(lambda: parse_count(text, "--count", minimum=0, maximum=10)),
        attempt(lambda: parse_duration_s(text, "--timeout")),
    ]
    for answer in answers:
        if isinstance(answer, NettoolsError):
            assert (answer.kind, answer.exit_code) == ("bad-option", 2)
            assert controls_in(answer.message) == []
            assert controls_in(answer.hint) == []


# --- sizes ------------------------------------------------------------------------------------------


@given(st.integers(1, 1 << 40), st.sampled_from([("", 0), ("k", 10), ("K", 10), ("M", 20), ("m", 20), ("G", 30)]))
def test_a_size_is_octets_or_has_a_unit_of_a_power_of_two(number: int, unit: tuple[str, int]) -> None:
    suffix, bits = unit
    assert parse_size(f"{number}{suffix}", "--sndbuf", maximum=1 << 80) == number << bits


@pytest.mark.parametrize(("text", "octets"), [("1.5k", 1536), ("0.5M", 524_288), ("1.0G", 1 << 30), ("0.25k", 256)])
def test_a_size_with_a_unit_may_have_a_fraction(text: str, octets: int) -> None:
    assert parse_size(text, "--limit-rate") == octets


@pytest.mark.parametrize("text", [*(one for one in NOT_DIGITS), "k", "1kB", "1KiB", "1T", "1 k", ".5k", "5.k", "1.5"])
def test_what_is_no_size_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(OptionError) as caught:
        parse_size(text, "--sndbuf")
    assert "is not a number of bytes" in caught.value.message
    assert "64k" in (caught.value.hint or "")


@given(st.integers(0, 5000), st.integers(0, 3000), st.integers(0, 3000))
def test_a_size_is_accepted_exactly_within_its_limits(value: int, minimum: int, maximum: int) -> None:
    answer = attempt(lambda: parse_size(str(value), "--sndbuf", minimum=minimum, maximum=maximum))
    assert (answer == value) == (minimum <= value <= maximum)


@pytest.mark.parametrize("text", ["0", "0.0001k", "2G", "9" * 61, "9" * 5000 + "k"])
def test_a_size_out_of_range_is_refused_with_the_limits(text: str) -> None:
    with pytest.raises(OptionError, match="is out of range 1 to 1073741824 bytes"):
        parse_size(text, "--sndbuf", maximum=1 << 30)
