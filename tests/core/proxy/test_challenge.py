"""What proxies ask for, in the forms that RFC 9110 allows and the ones that are seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.proxy.challenge import Challenge, parse_challenges, quoted_string


@pytest.mark.parametrize(
    ("values", "challenges"),
    [
        (['Basic realm="Ncat"'], [Challenge("basic", "", {"realm": "Ncat"})]),
        (["Negotiate"], [Challenge("negotiate")]),
        (["Negotiate abc==, NTLM"], [Challenge("negotiate", "abc=="), Challenge("ntlm")]),
        (
            ['Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"'],
            [
                Challenge("newauth", "", {"realm": "apps", "type": "1", "title": 'Login to "apps"'}),
                Challenge("basic", "", {"realm": "simple"}),
            ],
        ),
        (
            ["Basic realm=a", 'Digest realm="b, c" ,nonce = "d",QOP="auth,auth-int"'],
            [
                Challenge("basic", "", {"realm": "a"}),
                Challenge("digest", "", {"realm": "b, c", "nonce": "d", "qop": "auth,auth-int"}),
            ],
        ),
        ([", ,Basic realm=a,, b=c"], [Challenge("basic", "", {"realm": "a", "b": "c"})]),
        (["Basic Zm9vOmJhcg=="], [Challenge("basic", "Zm9vOmJhcg==")]),
        (['Digest realm="a", realm="b"'], [Challenge("digest", "", {"realm": "a"})]),
        (["", " , ", "=", '"'], []),
        (['Basic realm="open', "Negotiate"], [Challenge("basic"), Challenge("negotiate")]),
    ],
)
def test_challenges_are_read(values: list[str], challenges: list[Challenge]) -> None:
    assert parse_challenges(values) == challenges


NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
PARAMETERS = st.dictionaries(NAMES, st.text('ab,="\\ \t\xfc', max_size=8), min_size=1, max_size=4)


@given(st.lists(st.tuples(NAMES, PARAMETERS), max_size=4))
def test_what_is_written_by_the_rules_is_read_back(written: list[tuple[str, dict[str, str]]]) -> None:
    field = ", ".join(
        f"{scheme} " + ", ".join(f"{name}={quoted_string(text)}" for name, text in parameters.items())
        for scheme, parameters in written
    )
    assert parse_challenges([field]) == [Challenge(scheme, "", parameters) for scheme, parameters in written]


@given(st.lists(st.text(max_size=60), max_size=3))
def test_no_text_is_an_error(values: list[str]) -> None:
    for challenge in parse_challenges(values):
        assert challenge.scheme
