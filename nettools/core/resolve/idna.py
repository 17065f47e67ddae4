"""Names in Unicode and their ASCII form, label by label.

UTS #46 maps a label without transitional processing (``faß.de`` stays itself: xn--fa-hia.de), IDNA 2008 (RFC 5891)
checks and encodes it. Zones and servers hold names outside IDNA 2008 too (emoji, an underscore beside a letter): those
are encoded as they are mapped, with a warning. A label in ASCII is never touched.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

from nettools.core.dns.name import LONGEST_LABEL
from nettools.core.text import quoted, safe
from nettools.errors import DomainNameError

_PREFIX: Final = "xn--"
"""ACE prefix, RFC 3490 §5."""
_SEPARATORS: Final = ".\u3002\uff0e\uff61"
"""What separates labels: UTS #46 §2.3."""
_LONGEST_TEXT: Final = 1024
"""Characters of a name that are looked at: far above what 255 octets can hold."""

_TOGETHER: Final = (
    frozenset({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "HAN", "BOPOMOFO"}),
    frozenset({"LATIN", "HAN", "HANGUL"}),
)
"""Scripts that belong in one label: "Highly Restrictive" of UTS #39 §5.2."""
_HAN: Final = frozenset({"CJK", "IDEOGRAPHIC", "KANGXI", "HANGZHOU"})
_NO_SCRIPT: Final = frozenset({"MODIFIER", "KATAKANA-HIRAGANA", "FULLWIDTH", "HALFWIDTH", "VERTICAL", "MASU"})
"""First words of the names of letters that several scripts share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsciiName:
    """A name as DNS takes it, and what is odd about the one that was given."""

    name: str
    warnings: tuple[str, ...] = ()


def ascii_name(text: str) -> AsciiName:
    """The name with its labels outside ASCII as A-labels; escapes and all labels in ASCII stay as they are.

    Raises DomainNameError for a label that has no A-label: a forbidden character, or too many.

    >>> ascii_name("www.faß.de").name
    'www.xn--fa-hia.de'
    """
    if text.isascii():
        return AsciiName(name=text)
    if len(text) > _LONGEST_TEXT:
        raise DomainNameError(f"the name {quoted(text, 40)} is {len(text):,} characters long")
    labels: list[str] = []
    warnings: list[str] = []
    for label in _split(text):
        if label.isascii():
            labels.append(label)
            continue
        a_label, why = _a_label(label, text)
        labels.append(a_label)
        warnings += why
    return AsciiName(name=".".join(labels), warnings=tuple(warnings))


def _split(text: str) -> list[str]:
    labels, start, place = [], 0, 0
    while place < len(text):
        if text[place] == "\\":
            place += 1
        elif text[place] in _SEPARATORS:
            labels.append(text[start:place])
            start = place + 1
        place += 1
    return [*labels, text[start:]]


def _a_label(label: str, name: str) -> tuple[str, list[str]]:
    """(A-label, warnings)."""
    import idna  # wanted only for names outside ASCII: its tables take 10 ms to load

    if "\\" in label:
        raise DomainNameError(
            f"the label {quoted(label)} has an escape beside characters outside ASCII",
            hint=r"write all of it as octets: \DDD",
        )
    try:
        mapped = idna.uts46_remap(label, std3_rules=False)
    except idna.IDNAError:
        raise DomainNameError(_why_not(label)) from None
    if not mapped:
        raise DomainNameError(f"the label {quoted(label)} of {quoted(name)} stands for nothing at all")
    if unfit := [one for one in mapped if one.isascii() and not (one.isalnum() or one in "-_")]:
        raise DomainNameError(
            f"the label {quoted(label)} of {quoted(name)} stands for one with {quoted(unfit[0])} in it"
        )
    if mapped.isascii():
        return mapped, []
    warnings = []
    try:
        encoded = idna.alabel(mapped).decode("ascii")
    except (idna.IDNAError, ValueError):
        encoded = _PREFIX + mapped.encode("punycode").decode("ascii")
        if len(encoded) <= LONGEST_LABEL:
            warnings.append(
                f"the label {quoted(label)} is outside IDNA 2008: some resolvers refuse it, or send another name"
            )
    if len(encoded) > LONGEST_LABEL:
        raise DomainNameError(
            f"the label {quoted(label)} has {len(encoded)} octets as {quoted(encoded, 20)}: the most is {LONGEST_LABEL}"
        )
    scripts = scripts_of(mapped)
    if is_mixed(scripts):
        told = " and ".join(sorted(one.capitalize() for one in scripts))
        warnings.append(f"the label {quoted(label)} mixes {told} letters: it may be made to look like another name")
    return encoded, warnings


def _why_not(label: str) -> str:
    """Which character keeps a label from being one."""
    import idna

    for character in label:
        try:
            idna.uts46_remap(character, std3_rules=False)
        except idna.IDNAError:
            name = unicodedata.name(character, "")
            told = f"U+{ord(character):04X}" + (f" ({name})" if name else "")
            return f"the label {quoted(label)} holds {told}, which no name may have (UTS #46)"
    return f"the label {quoted(label)} is no label of a name (UTS #46)"


def scripts_of(text: str) -> frozenset[str]:
    """The scripts of the letters of a text, each by the first word of the letters' names (which Unicode never changes).

    >>> sorted(scripts_of("раypal"))
    ['CYRILLIC', 'LATIN']
    """
    found: set[str] = set()
    for character in text:
        if unicodedata.category(character).startswith("L"):
            word = unicodedata.name(character, "UNKNOWN").partition(" ")[0]
            if word not in _NO_SCRIPT:
                found.add("HAN" if word in _HAN else word)
    return frozenset(found)


def is_mixed(scripts: frozenset[str]) -> bool:
    """Whether these scripts do not belong in one label."""
    return len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)


def unicode_name(name: str) -> str | None:
    """The name with its A-labels in Unicode; None when it has none, or one that had better not be shown so.

    That is one which does not lead back to the same A-label, mixes scripts, or has a character that does not print.

    >>> unicode_name("xn--fa-hia.de.")
    'faß.de.'
    """
    if _PREFIX not in name.lower():
        return None
    labels = []
    for label in name.split("."):
        if label[:4].lower() == _PREFIX:
            shown = _u_label(label.lower())
            if shown is None:
                return None
            labels.append(shown)
        else:
            labels.append(label)
    whole = ".".join(labels)
    return None if whole == name else whole


def _u_label(label: str) -> str | None:
    import idna

    try:
        shown = label[len(_PREFIX) :].encode("ascii").decode("punycode")
        is_canonical = shown.encode("punycode").decode("ascii") == label[len(_PREFIX) :]
        is_mapped = idna.uts46_remap(shown, std3_rules=False) == shown
    except (idna.IDNAError, ValueError, OverflowError):
        return None
    if not (is_canonical and is_mapped) or shown.isascii() or any(one in shown for one in _SEPARATORS):
        return None
    try:
        idna.check_label(shown)
    except (idna.IDNAError, ValueError):
        if any(unicodedata.bidirectional(one) in ("R", "AL", "AN") for one in shown):
            return None  # outside the bidi rule (RFC 5893) it may be read in another order than it is written
    return None if safe(shown) != shown or is_mixed(scripts_of(shown)) else shown
