"""Digest authentication, with the examples of its RFCs."""

import pytest

from nettools.core.proxy.challenge import Challenge, parse_challenges
from nettools.core.proxy.credentials import Credentials
from nettools.core.proxy.digest import Algorithm, authorization, choose_challenge, digest_response

MUFASA = Credentials(user="Mufasa", password="Circle of Life")
JOE = Credentials(user="joe", password="se:cret")


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_rfc_7616(algorithm: Algorithm, response: str) -> None:
    found = digest_response(
        algorithm,
        MUFASA,
        realm="http-auth@example.org",
        method="GET",
        uri="/dir/index.html",
        nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        count="00000001",
        client_nonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        qop="auth",
    )
    assert found == response


def test_the_example_of_rfc_2069_as_corrected_by_erratum_749() -> None:
    found = digest_response(
        "MD5",
        Credentials(user="Mufasa", password="CircleOfLife"),
        realm="testrealm@host.com",
        method="GET",
        uri="/dir/index.html",
        nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",
        count="",
        client_nonce="",
        qop="",
    )
    assert found == "1949323746fe6a43ef61f9606e7febea"


BASIC = 'Basic realm="r"'
MD5 = 'Digest realm="r", nonce="m", qop="auth"'
SHA = 'Digest realm="r", nonce="s", qop="auth-int, auth", algorithm=sha-256'


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ([BASIC], BASIC),
        ([BASIC, MD5], MD5),
        ([MD5, SHA, BASIC], SHA),
        ([BASIC, 'Digest realm="r", nonce="n", qop="auth-int"'], BASIC),
        ([BASIC, 'Digest realm="r", nonce="n", algorithm=SHA-512-256'], BASIC),
        ([BASIC, 'Digest realm="r"'], BASIC),
        (["NTLM", "Negotiate"], None),
        ([], None),
    ],
)
def test_the_strongest_that_we_have_is_answered(offered: list[str], chosen: str | None) -> None:
    expected = None if chosen is None else parse_challenges([chosen])[0]
    assert choose_challenge(parse_challenges(offered)) == expected


def answer(challenge: str, credentials: Credentials = JOE) -> Challenge:
    said = authorization(parse_challenges([challenge])[0], credentials, method="CONNECT", uri="h:1", client_nonce="cn")
    return parse_challenges([said])[0]


def test_an_answer_says_what_it_was_asked_and_what_it_was_made_of() -> None:
    found = answer('Digest realm="a\\"b", nonce="n\\\\", opaque="o", algorithm=SHA-256, qop="auth"')
    assert found.scheme == "digest"
    response = digest_response(
        "SHA-256",
        JOE,
        realm='a"b',
        method="CONNECT",
        uri="h:1",
        nonce="n\\",
        count="00000001",
        client_nonce="cn",
        qop="auth",
    )
    assert found.parameters == {
        "username": "joe",
        "realm": 'a"b',
        "nonce": "n\\",
        "uri": "h:1",
        "response": response,
        "algorithm": "SHA-256",
        "opaque": "o",
        "qop": "auth",
        "nc": "00000001",
        "cnonce": "cn",
    }


def test_without_qop_nothing_is_counted() -> None:
    assert set(answer('Digest realm="r", nonce="n"').parameters) == {"username", "realm", "nonce", "uri", "response"}


def test_basic_is_user_colon_password_in_base64() -> None:
    assert answer(BASIC) == Challenge("basic", "am9lOnNlOmNyZXQ=")
    assert answer(BASIC, Credentials(user="joe")) == Challenge("basic", "am9lOg==")
    assert answer(BASIC, Credentials(user="jürgen", password="ß")) == Challenge("basic", "asO8cmdlbjrDnw==")


def test_names_in_other_scripts_are_utf_8_on_the_wire() -> None:
    said = answer(MD5, Credentials(user="jürgen", password="ß")).parameters
    assert said["username"].encode("latin-1") == "jürgen".encode()
