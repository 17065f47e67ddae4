"""Names in Unicode and their A-labels."""

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.name import name_from_text
from nettools.core.resolve.idna import AsciiName, ascii_name, is_mixed, scripts_of, unicode_name
from nettools.errors import DomainNameError
from tests.core.strategies import attempt, controls_in, hostile_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("faß.de", "xn--fa-hia.de"),  # non-transitional: fass.de is another domain
        ("ß.de", "xn--zca.de"),
        ("ς.gr", "xn--3xa.gr"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("Bücher.DE", "xn--bcher-kva.DE"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("a．ü｡b", "a.xn--tda.b"),
        ("ｅｘａｍｐｌｅ.com", "example.com"),
        ("مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"),
        ("ü.", "xn--tda."),
        ("a_b.ü.test", "a_b.xn--tda.test"),
        (r"a\.b.ü", r"a\.b.xn--tda"),
        ("u\u0308.test", "xn--tda.test"),
        ("fa\u00ad\u00df.de", "xn--fa-hia.de"),
    ],
)
def test_a_name_becomes_its_a_labels_without_a_warning(text: str, expected: str) -> None:
    assert ascii_name(text) == AsciiName(name=expected)


@pytest.mark.parametrize(
    "text",
    ["www.test", "WWW.Test.", "_sip._udp.test", "xn--a", "xn--", r"a\.b.test", r"\252x", "a--b.test", "", "..", "-"],
)
def test_labels_in_ascii_are_untouched(text: str) -> None:
    assert ascii_name(text) == AsciiName(name=text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("💩.la", "xn--ls8h.la"),
        ("ü_x.test", "xn--_x-wka.test"),
        ("-ü.test", "xn----eha.test"),
        ("ü-.test", "xn----dha.test"),
        ("אa.test", "xn--a-zhc.test"),
    ],
)
def test_what_is_outside_idna_2008_is_encoded_with_a_warning(text: str, expected: str) -> None:
    found = ascii_name(text)
    assert found.name == expected
    assert "outside IDNA 2008" in found.warnings[0]
    with pytest.raises(idna.IDNAError):
        idna.encode(text, uts46=True)


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        ("раypal.com", "Cyrillic and Latin"),
        ("gοοgle.com", "Greek and Latin"),
        ("www.xn--a.аpple.test", "Cyrillic and Latin"),
        ("漢кириллица.test", "Cyrillic and Han"),
    ],
)
def test_mixed_scripts_are_marked(text: str, scripts: str) -> None:
    [warning] = ascii_name(text).warnings
    assert f"mixes {scripts} letters" in warning


@pytest.mark.parametrize(
    "text", ["пример.test", "日本語カタカナひらがなabc.jp", "한국漢abc.kr", "ㄅ漢a.tw", "ünïcödé.de", "5ж.рф"]
)
def test_scripts_that_belong_together_are_not_marked(text: str) -> None:
    assert ascii_name(text).warnings == ()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("\u202eabc.test", "U+202E (RIGHT-TO-LEFT OVERRIDE)"),
        ("\ud800.test", "U+D800"),
        ("⒈com", "U+2488 (DIGIT ONE FULL STOP)"),
        ("a․com.é", "U+2024"),
        ("\u00ad.test", "stands for nothing"),
        ("ü/x", "'ü/x'"),
        ("℀.test", "with '/' in it"),
        ("ü\u00a0x.test", "with ' ' in it"),
        ("ü" * 60 + ".test", "66 octets"),
        (r"ü\.x.test", "escape"),
        ("ü" * 2000, "2,000 characters"),
    ],
)
def test_a_label_that_no_name_may_have_is_an_error_that_says_which(text: str, part: str) -> None:
    with pytest.raises(DomainNameError) as caught:
        ascii_name(text)
    assert part in caught.value.message
    assert not controls_in(caught.value.message)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("xn--fa-hia.de.", "faß.de."),
        ("XN--FA-HIA.de", "faß.de"),
        ("www.xn--e1afmkfd.xn--p1ai.", "www.пример.рф."),
        ("xn--ls8h.la", "💩.la"),
        ("_x.xn--tda.test", "_x.ü.test"),
    ],
)
def test_a_name_is_shown_in_unicode(name: str, expected: str) -> None:
    assert unicode_name(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "www.test.",
        "xn--",
        "xn--a",
        "xn--.test",
        "xn---bbk.test",  # not the shortest spelling
        "xn--ypal-43d9g.com",  # mixed scripts
        "xn--a-zhc.test",  # breaks the bidi rule
        "xn--abc-.test",  # ASCII in disguise
        "xn--tda\\.x.test",
        "xn--ber-goa.xn--a.test",  # one of two cannot be read
        "xn--0ug.test",  # a lone joiner prints nothing
        "xn--999999999999.test",
        "xn--mxa" + "9" * 50,
    ],
)
def test_a_name_that_had_better_not_be_shown_so_is_not(name: str) -> None:
    assert unicode_name(name) is None


def test_the_scripts_of_letters_alone_count() -> None:
    assert scripts_of("12-_ー") == frozenset()
    assert not is_mixed(frozenset({"LATIN"}))
    assert is_mixed(frozenset({"LATIN", "HAN", "CYRILLIC"}))


letters = st.sampled_from("abcßäöüéçñабвгдежзиклмαβγδς漢字かなカナ한국אבגابت0123456789")
labels = st.text(letters, min_size=1, max_size=12)


@given(name=st.lists(labels, min_size=1, max_size=4).map(".".join))
def test_what_the_idna_package_encodes_is_encoded_the_same(name: str) -> None:
    try:
        expected = idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        return
    assert ascii_name(name).name == expected


@given(label=labels)
def test_what_is_shown_leads_back_to_the_name(label: str) -> None:
    name = attempt(lambda: ascii_name(label).name)
    shown = unicode_name(name) if isinstance(name, str) else None
    if shown is not None:
        assert ascii_name(shown).name == name


@given(name=st.from_regex(r"(xn--[a-z0-9-]{0,20}\.){1,3}test", fullmatch=True))
def test_any_a_label_that_is_shown_leads_back(name: str) -> None:
    shown = unicode_name(name)
    if shown is not None:
        assert ascii_name(shown).name == name
        assert not controls_in(shown)


@given(text=hostile_text())
def test_any_text_becomes_ascii_or_a_clean_error(text: str) -> None:
    outcome = attempt(lambda: ascii_name(text))
    if isinstance(outcome, AsciiName):
        assert outcome.name.isascii()
        assert not controls_in("".join(outcome.warnings))
        if outcome.name != text:
            assert not {" ", "/"} & (set(outcome.name) - set(text))
    else:
        assert isinstance(outcome, DomainNameError)
        assert not controls_in(outcome.message)


@given(name=st.lists(labels, min_size=1, max_size=3).map(".".join))
def test_an_encoded_name_has_a_wire_form(name: str) -> None:
    outcome = attempt(lambda: ascii_name(name))
    if isinstance(outcome, AsciiName):
        assert name_from_text(outcome.name)
