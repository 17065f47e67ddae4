"""safe(): what reaches a terminal can neither steer it nor hide in it, and can be read back."""

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.text import safe, without_surrogates
from tests.core.strategies import BIDI_CONTROLS, INVISIBLE, hostile_text

EVERY_CHARACTER = [chr(code) for code in range(sys.maxunicode + 1)]
_ESCAPE = re.compile(r"\\(?:(\\)|x([0-9a-f]{2})|u\{([0-9a-f]+)\})")


def unescape(shown: str) -> str:
    """What the escapes stand for: below 0x80 two digits are a character, above a byte that is no UTF-8."""

    def meant(match: re.Match[str]) -> str:
        if match[1]:
            return "\\"
        if match[3]:
            return chr(int(match[3], 16))
        code = int(match[2], 16)
        return chr(code) if code < 0x80 else chr(0xDC00 + code)

    plain = _ESCAPE.sub("", shown)
    assert "\\" not in plain, f"a backslash that begins no escape: {shown!r}"
    return _ESCAPE.sub(meant, shown)


def kept_of(wanted: list[str]) -> list[str]:
    """The characters that pass unescaped, as code points."""
    return [f"U+{ord(character):04X}" for character in wanted if safe(character) == character]


@pytest.mark.parametrize("category", ["Cc", "Cs", "Co", "Zl", "Zp"])
def test_no_character_of_a_control_category_passes(category: str) -> None:
    of_category = [one for one in EVERY_CHARACTER if unicodedata.category(one) == category]
    assert of_category
    assert kept_of(of_category) == []


def test_no_bidi_control_passes() -> None:
    assert kept_of(sorted(BIDI_CONTROLS)) == []


def test_no_character_that_is_drawn_as_nothing_passes() -> None:
    assert kept_of(sorted(INVISIBLE)) == []


def test_no_noncharacter_passes() -> None:
    ends = [chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF)]
    assert kept_of([*map(chr, range(0xFDD0, 0xFDF0)), *ends]) == []


def test_every_visible_character_but_the_backslash_is_unchanged() -> None:
    visible = [
        one
        for one in EVERY_CHARACTER
        if unicodedata.category(one)[0] in "LMNPS" and one not in INVISIBLE and one != "\\"
    ]
    assert len(visible) > 100_000
    assert [one for one in visible if safe(one) != one] == []


def test_printable_ascii_is_unchanged() -> None:
    printable = "".join(map(chr, range(0x20, 0x7F))).replace("\\", "")
    assert safe(printable) == printable


def test_every_escape_is_printable_ascii() -> None:
    escapes = "".join(safe(one) for one in EVERY_CHARACTER if safe(one) != one)
    assert escapes.isascii()
    assert escapes.isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("two\r\nlines\tand a tab", r"two\x0d\x0alines\x09and a tab"),
        ("\x00\x7f", r"\x00\x7f"),
        ("user\u202etxt.exe", r"user\u{202e}txt.exe"),
        ("zero\u200bwidth\ufeff", r"zero\u{200b}width\u{feff}"),
        ("\u2028", r"\u{2028}"),
        ("\U000e0041", r"\u{e0041}"),
        ("\ud800", r"\u{d800}"),
        (r"C:\x1b", r"C:\\x1b"),
        ("Grüße, 世界 😀", "Grüße, 世界 😀"),
    ],
)
def test_what_is_shown_for_text(text: str, shown: str) -> None:
    assert safe(text) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"", ""),
        (b"SSH-2.0-x\r\n", r"SSH-2.0-x\x0d\x0a"),
        ("Grüße".encode(), "Grüße"),
        (b"\xff\xfe", r"\xff\xfe"),
        (b"caf\xe9", r"caf\xe9"),
        (b"\xc3(", r"\xc3("),
        (b"\xed\xa0\x80", r"\xed\xa0\x80"),  # a surrogate is no UTF-8
        (b"\xe2\x80", r"\xe2\x80"),  # cut off inside a character
        (b"\\", r"\\"),
    ],
)
def test_what_is_shown_for_bytes(raw: bytes, shown: str) -> None:
    assert safe(raw) == shown


def test_an_argument_that_is_no_utf8_shows_its_raw_bytes() -> None:
    argument = b"caf\xe9\x9b".decode("utf-8", "surrogateescape")
    assert safe(argument) == r"caf\xe9\x9b"


@pytest.mark.parametrize("code", [0x80, 0x85, 0x9B, 0x9F, 0xAD])
def test_a_character_and_a_stray_byte_of_the_same_number_are_shown_apart(code: int) -> None:
    assert safe(chr(code).encode()) != safe(bytes([code]))


@given(hostile_text())
def test_the_escapes_of_any_text_can_be_reversed(text: str) -> None:
    assert unescape(safe(text)) == text


@given(st.one_of(st.binary(), hostile_text().map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_the_escapes_of_any_bytes_can_be_reversed(raw: bytes) -> None:
    assert unescape(safe(raw)).encode("utf-8", "surrogateescape") == raw


@given(hostile_text(), hostile_text())
def test_text_is_escaped_character_by_character(left: str, right: str) -> None:
    assert safe(left + right) == safe(left) + safe(right)


def test_a_surrogate_that_stands_for_no_byte_is_shown_by_its_number() -> None:
    """A JSON file that somebody else wrote may hold one, and so the answer that compares with it."""
    assert without_surrogates("ä\ud800\udfff") == "ä\\ud800\\udfff"
    assert without_surrogates("ä\udcff") == "ä\\xff"
