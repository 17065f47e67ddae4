"""Keys as people have them; whatever is wrong with one, its secret is never told."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.tsig import ALGORITHMS, TsigKey
from nettools.core.dns.tsig_key import tsig_key_of_file, tsig_key_of_option
from nettools.errors import InputError, NettoolsError, OptionError
from tests.core.strategies import attempt, controls_in

SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMw=="
KEY = TsigKey(name="bed-key.", algorithm="hmac-sha256", secret=b"secret-secret-secret-secret-123")

FORMS = {
    "tsig-keygen": f'key "bed-key" {{\n\talgorithm hmac-sha256;\n\tsecret "{SECRET}";\n}};\n',
    "bare words on one line": f"key bed-key {{ secret {SECRET}; algorithm HMAC-SHA256; }};",
    "comments": f'// a\n# b\n/* key "x" {{ */ key "bed-key" {{ algorithm hmac-sha256; // c\n secret "{SECRET}"; }};',
    "among other statements": (
        'options { listen-on { any; }; key-directory "x"; };\n'
        f'key "bed-key" {{ algorithm hmac-sha256; secret "{SECRET}"; }};\n'
        'server 192.0.2.1 { keys { "bed-key"; }; };\ninclude "other";\n'
    ),
    "as the option": f"# the transfer key\nhmac-sha256:bed-key:{SECRET}\n",
    "public half": f"bed-key. IN KEY 512 3 163 {SECRET}\n",
    "public half with TTL": f"bed-key. 3600 IN KEY 512 3 163 c2VjcmV0LXNlY3JldC1z {SECRET[20:]}\n",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_every_form_of_a_file_gives_the_key(text: str) -> None:
    assert tsig_key_of_file(text, "keys/some.key") == KEY


def test_the_private_half_of_a_pair_gives_the_key() -> None:
    text = f"Private-key-format: v1.3\nAlgorithm: 163 (HMAC_SHA256)\nKey: {SECRET}\nBits: AAA=\n"
    assert tsig_key_of_file(text, "/etc/keys/Kbed-key.+163+12345.private") == KEY


def test_the_option_gives_the_key() -> None:
    assert tsig_key_of_option(f"hmac-sha256:bed-key:{SECRET}") == KEY


@pytest.mark.parametrize("word", ["hmac-md5", "HMAC-MD5.SIG-ALG.REG.INT.", "hmac-md5.sig-alg.reg.int"])
def test_md5_has_a_long_name_too(word: str) -> None:
    assert tsig_key_of_option(f"{word}:k:{SECRET}").algorithm == "hmac-md5"


@given(st.sampled_from(sorted(ALGORITHMS)), st.binary(min_size=1, max_size=80))
def test_each_algorithm_and_secret_is_read_back(algorithm: str, secret: bytes) -> None:
    text = b64encode(secret).decode()
    expected = TsigKey(name="k.test.", algorithm=algorithm, secret=secret)
    assert tsig_key_of_option(f"{algorithm}:k.test:{text}") == expected
    assert tsig_key_of_file(f'key "k.test" {{ algorithm {algorithm}; secret "{text}"; }};', "f") == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a key has an algorithm, a name and a secret"),
        (f"bed-key:{SECRET}", "a key has an algorithm, a name and a secret"),
        (f"hmac-sha25:bed-key:{SECRET}", "algorithm 'hmac-sha25' is unknown"),
        (f"hmac-sha256::{SECRET}", "the key's name is not a domain name"),
        (f"hmac-sha256:a..b:{SECRET}", "the key's name is not a domain name"),
        ("hmac-sha256:bed-key:", "the secret is empty"),
        ("hmac-sha256:bed-key:pass*word", "the secret is not base64"),
    ],
)
def test_a_bad_option_says_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(OptionError) as caught:
        tsig_key_of_option(text)
    assert caught.value.message == f"--tsig: {words}"


def test_a_near_algorithm_is_suggested() -> None:
    with pytest.raises(OptionError) as caught:
        tsig_key_of_option(f"hmac-sha25:k:{SECRET}")
    assert "hmac-sha256" in (caught.value.hint or "")


CLAUSE = 'key "k" {{ algorithm hmac-sha256; secret "{}"; }};'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 'f: there is no key "NAME" { algorithm …; secret "…"; }; in it'),
        ("options { };", 'f: there is no key "NAME" { algorithm …; secret "…"; }; in it'),
        ('\nkey "k" {\n algorithm hmac-sha255;\n secret "AA==";\n};', "f, line 3: algorithm 'hmac-sha255' is unknown"),
        (
            'key "k" {\n algorithm hmac-sha256;\n\n secret "pass*word";\n};',
            "f, line 4: the secret is not base64",
        ),
        ('key "k" {\n algorithm hmac-sha256;\n};', "f, line 1: key 'k' has no secret"),
        ('key "k" {\n secret "AA==";\n};', "f, line 1: key 'k' has no algorithm"),
        ('key "k" {\n algorithm hmac-sha256\n secret "AA==";\n};', "f, line 3: ; is missing"),
        ('key "k" {\n algorithm hmac-sha256;', "f, line 1: algorithm, secret or } is missing"),
        ('key "k"\n algorithm hmac-sha256;', "f, line 2: { is missing"),
        ('key "k" {\n file "x";\n};', "f, line 2: in key 'k': algorithm or secret is wanted"),
        ("key { };", "f, line 1: the key's name is missing"),
        ('\n\nkey "k', "f, line 3: a quotation mark has no partner"),
        (CLAUSE.format("AA==") * 2, "f: it has 2 keys ('k.', 'k.'), and one is wanted"),
        ("\n# x\nhmac-sha256:k:pass*word", "f, line 3: the secret is not base64"),
        ("k. IN KEY 512 3 13 AA==", "f, line 1: algorithm 13 is not one of TSIG's"),
        ("Private-key-format: v1.3\nAlgorithm: 163 (HMAC_SHA256)\nKey: AA==", "f: the name of the key is unknown"),
    ],
)
def test_a_bad_file_says_where_and_what(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        tsig_key_of_file(text, "f")
    assert caught.value.message == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\nPrivateKey: AA==",
            "line 2: its algorithm is not one",
        ),
        ("Private-key-format: v1.3\nAlgorithm: 163 (HMAC_SHA256)", "it has no line Key: …"),
        ("Private-key-format: v1.3\nAlgorithm: 163\nKey: pass*word", "line 3: the secret is not base64"),
    ],
)
def test_a_bad_private_half_says_where_and_what(text: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        tsig_key_of_file(text, "Kk.+163+00001.private")
    assert words in caught.value.message


@given(st.text(alphabet=st.sampled_from('key"{};/*#\\ \n:.=abAB12-\x1b\x00é'), max_size=120))
def test_any_text_is_a_key_or_a_clean_refusal(text: str) -> None:
    found = attempt(lambda: tsig_key_of_file(text, "f\x1b"))
    if isinstance(found, NettoolsError):
        assert isinstance(found, InputError)
        assert not controls_in(found.message + (found.hint or ""))
    attempt(lambda: tsig_key_of_option(text))


@given(
    st.text(alphabet="ABCDEFGHabcdefgh0123456789+/", min_size=9, max_size=40), st.sampled_from(["*", "é", "===", "-"])
)
def test_no_message_repeats_a_secret(secret: str, spoiler: str) -> None:
    spoilt = secret + spoiler + secret
    for found in (
        attempt(lambda: tsig_key_of_option(f"hmac-sha256:k:{spoilt}")),
        attempt(lambda: tsig_key_of_file(CLAUSE.format(spoilt), "f")),
        attempt(lambda: tsig_key_of_option(f"hmac-sha255:k:{secret}")),
        attempt(lambda: tsig_key_of_option(f"{secret}:k:hmac-sha256")),
        attempt(lambda: tsig_key_of_option(f"hmac-sha256:{secret}:k*")),
        attempt(lambda: tsig_key_of_option(f"hmac-sha256:{secret * 8}:AA==")),
        attempt(lambda: tsig_key_of_option(secret)),
    ):
        assert isinstance(found, NettoolsError)
        assert secret not in found.message + (found.hint or "")
