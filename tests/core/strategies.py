"""Generated addresses, prefixes and hostile texts that the tests of core share, and how to try them."""

import unicodedata
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from typing import TypeVar

from hypothesis import strategies as st

from nettools.core.address import WIDTH
from nettools.core.prefix import Prefix, prefix_of
from nettools.errors import NettoolsError

Result = TypeVar("Result")

# Default_Ignorable_Code_Point of Unicode 16 (DerivedCoreProperties.txt): drawn as nothing at all.
_INVISIBLE = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
INVISIBLE = frozenset(chr(code) for first, last in _INVISIBLE for code in range(first, last + 1))
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_control(character: str) -> bool:
    """Whether a terminal may act on the character, or show the text around it in another order."""
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in BIDI_CONTROLS


def controls_in(text: str | None) -> list[str]:
    """The control characters of a message, escaped; what a clean message has none of."""
    return [ascii(character) for character in text or "" if is_control(character)]


def attempt(call: Callable[[], Result]) -> Result | NettoolsError:
    """What the call gives, or the refusal that it raises; any other exception is a failure of the test."""
    try:
        return call()
    except NettoolsError as error:
        return error


def numbers(version: int) -> st.SearchStrategy[int]:
    """Address values, both ends of the space among them."""
    top = (1 << WIDTH[version]) - 1
    return st.one_of(st.sampled_from([0, 1, top - 1, top]), st.integers(0, top))


def prefixes(version: int) -> st.SearchStrategy[Prefix]:
    """Prefixes of every length, anywhere in the space."""
    return st.builds(prefix_of, st.just(version), numbers(version), st.integers(0, WIDTH[version]))


def versions() -> st.SearchStrategy[int]:
    return st.sampled_from([4, 6])


def any_prefix() -> st.SearchStrategy[Prefix]:
    return versions().flatmap(prefixes)


def _edits(alphabet: str) -> st.SearchStrategy[Callable[[str], str]]:
    def edit(where: int, cut: int, put: str) -> Callable[[str], str]:
        def apply(text: str) -> str:
            start = where % (len(text) + 1)
            return text[:start] + put + text[start + cut :]

        return apply

    return st.builds(edit, st.integers(0, 60), st.integers(0, 2), st.text(alphabet, max_size=2))


def edited(texts: st.SearchStrategy[str], alphabet: str) -> st.SearchStrategy[str]:
    """Texts with up to two small edits: most are nearly right."""

    def apply(text: str, edits: list[Callable[[str], str]]) -> str:
        for edit in edits:
            text = edit(text)
        return text

    return st.builds(apply, texts, st.lists(_edits(alphabet), max_size=2))


_ODD_OCTETS = [
    "",
    "00",
    "007",
    "0x1",
    "0o7",
    "256",
    "999",
    "1000",
    "+1",
    "-1",
    "1_0",
    " 1",
    "1 ",
    "1\n",
    "１",
    "٣",
    "²",
]
_ODD_GROUPS = ["", "", "00000", "12345", "g", "+1", " 1", "1_0", "１", "1.2.3.4", "1.2.3", "0x1", "::"]


def ipv4_like() -> st.SearchStrategy[str]:
    """IPv4 addresses, and texts that only look like some."""
    octet = st.one_of(st.integers(0, 255).map(str), st.integers(0, 255).map(str), st.sampled_from(_ODD_OCTETS))
    assembled = st.one_of(st.lists(octet, min_size=4, max_size=4), st.lists(octet, max_size=6)).map(".".join)
    return st.one_of(assembled, edited(numbers(4).map(lambda number: str(IPv4Address(number))), "0129.x-+ /１\n"))


def ipv6_like() -> st.SearchStrategy[str]:
    """IPv6 addresses without a zone in many spellings, and texts that only look like some."""
    digits = st.text("0123456789abcdefABCDEF", min_size=1, max_size=4)
    group = st.one_of(digits, st.integers(0, 15).map("{:04x}".format))
    tail = st.lists(ipv4_like(), max_size=1)
    odd = st.one_of(group, group, group, st.sampled_from(_ODD_GROUPS))
    right = st.one_of(*(st.lists(group, min_size=size, max_size=size) for size in (6, 7, 8)))
    parts = st.one_of(right, st.lists(odd, max_size=10))
    joined = st.builds(lambda head, end: ":".join([*head, *end]), parts, tail)
    gapped = st.builds(
        lambda head, end, last: f"{':'.join(head)}::{':'.join([*end, *last])}",
        st.lists(odd, max_size=5),
        st.lists(odd, max_size=4),
        tail,
    )
    canonical = numbers(6).map(lambda number: str(IPv6Address(number)))
    exploded = numbers(6).map(lambda number: IPv6Address(number).exploded)
    return st.one_of(joined, gapped, edited(st.one_of(canonical, exploded), "0af:.gG /１\n"))


def hostile_text() -> st.SearchStrategy[str]:
    """Any text at all, lone surrogates and control characters among it."""
    anything = st.characters()
    surrogates = st.characters(categories=["Cs"])
    controls = st.sampled_from([chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))] + sorted(INVISIBLE)[:40])
    return st.text(st.one_of(anything, surrogates, controls, st.sampled_from("0123456789abcdef.:/-%, \\")))
