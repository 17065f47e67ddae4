"""Who may use the proxy: right words, wrong words, old nonces, and what our own client says."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.proxy.challenge import parse_challenges
from nettools.core.proxy.credentials import Credentials
from nettools.core.proxy.digest import authorization
from nettools.core.proxy_server.access import NONCE_LIFE_S, Access, check_server_credentials
from nettools.errors import OptionError

JOE = Credentials(user="jürgen", password="se:cret")
ACCESS = Access(JOE, secret=b"s" * 32)
URI = "h.example:443"
SHA, MD5, BASIC = 0, 1, 2


def said(place: int, *, now_s: float = 0.0, credentials: Credentials = JOE, access: Access = ACCESS) -> str:
    """What a client says to that one of the challenges."""
    challenge = parse_challenges(access.challenges(now_s))[place]
    return authorization(challenge, credentials, method="CONNECT", uri=URI, client_nonce="cn")


def verdict(value: str, *, now_s: float = 0.0, method: str = "CONNECT", uri: str = URI) -> str:
    return ACCESS.check([value], method=method, uris=(uri,), now_s=now_s)


@pytest.mark.parametrize("place", [SHA, MD5, BASIC])
def test_what_our_own_client_answers_is_granted_and_other_passwords_are_not(place: int) -> None:
    assert verdict(said(place)) == "granted"
    assert verdict(said(place, credentials=Credentials(user="jürgen", password="se"))) == "refused"
    assert verdict(said(place, credentials=Credentials(user="juergen", password="se:cret"))) == "refused"
    assert verdict(said(place, credentials=Credentials(user="jürgen"))) == "refused"


def test_the_strongest_challenge_comes_first() -> None:
    schemes = [(one.scheme, one.parameters.get("algorithm")) for one in parse_challenges(ACCESS.challenges(0.0))]
    assert schemes == [("digest", "SHA-256"), ("digest", "MD5"), ("basic", None)]
    assert ACCESS.challenges(0.0, minor=0) == ACCESS.challenges(0.0)[1:]


@pytest.mark.parametrize("place", [SHA, MD5])
def test_a_digest_is_for_one_request_and_for_a_while(place: int) -> None:
    assert verdict(said(place), method="GET") == "refused"
    assert verdict(said(place), uri="other.example:443") == "refused"
    assert verdict(said(place, now_s=100.0), now_s=100.0 + NONCE_LIFE_S) == "granted"
    assert verdict(said(place, now_s=100.0), now_s=101.0 + NONCE_LIFE_S) == "stale"
    stale = parse_challenges(ACCESS.challenges(0.0, is_stale=True))[0]
    assert stale.parameters["stale"] == "true"


def test_a_nonce_that_we_did_not_make_is_refused() -> None:
    foreign = Access(JOE, secret=b"t" * 32)
    assert verdict(said(SHA, access=foreign)) == "refused"
    for nonce in ("", "-", "zz-", "1-" + "0" * 64, "f" * 200):
        assert verdict(f'Digest username="x", realm="nettools", nonce="{nonce}", uri="{URI}", qop=auth') == "refused"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Basic",
        "Basic !",
        "Basic ==",
        "Basic " + b64encode(b"j\xfcrgen:se:cret").decode(),
        "Bearer x",
        "Digest",
        "Basic a, Basic b",
    ],
)
def test_other_words_are_refused(value: str) -> None:
    assert verdict(value) == "refused"


@given(st.text(max_size=80), st.sampled_from(["", "Basic ", "Digest "]))
def test_no_words_are_an_error(text: str, scheme: str) -> None:
    assert verdict(scheme + text) == "refused"


@given(st.integers(min_value=0, max_value=400), st.characters(codec="latin-1"))
def test_a_digest_of_which_anything_is_changed_is_refused_or_as_good(place: int, character: str) -> None:
    value = said(SHA)
    place %= len(value)
    changed = value[:place] + character + value[place + 1 :]
    if verdict(changed) == "granted":  # in the letters' case, the algorithm's name, blanks
        one, other = parse_challenges([changed.lower()])[0], parse_challenges([value.lower()])[0]
        assert one.parameters["response"] == other.parameters["response"]
        assert one.parameters["nonce"] == other.parameters["nonce"]


def test_both_parts_of_a_password_must_be_right() -> None:
    assert ACCESS.is_user("jürgen".encode(), b"se:cret")
    assert not ACCESS.is_user("jürgen".encode(), b"")
    assert not ACCESS.is_user(b"", b"se:cret")


def test_a_proxy_asks_for_a_password_or_for_nothing() -> None:
    assert check_server_credentials(JOE) is JOE
    for user in (Credentials(user="joe"), Credentials(user="joe", password="")):
        with pytest.raises(OptionError):
            check_server_credentials(user)
