"""Credentials: how they are written, where they stand, which hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.proxy.credentials import (
    ChosenCredentials,
    Credentials,
    SecretFile,
    choose_credentials,
    parse_credentials,
)
from nettools.errors import InputError, OptionError, RequestError


@pytest.mark.parametrize(
    ("text", "user", "password"),
    [
        ("joe", "joe", None),
        ("joe:", "joe", ""),
        ("joe:secret", "joe", "secret"),
        ("joe:se:cr:et", "joe", "se:cr:et"),
        ("jürgen:pässwört", "jürgen", "pässwört"),
        ("joe: a b ", "joe", " a b "),
    ],
)
def test_the_first_colon_divides(text: str, user: str, password: str | None) -> None:
    assert parse_credentials(text, "--proxy-auth") == Credentials(user=user, password=password)


@pytest.mark.parametrize("text", ["", ":secret", "joe:a\nb", "jo\0e:x", "joe:\x7f"])
def test_what_no_proxy_can_be_told_is_refused_without_telling_the_password(text: str) -> None:
    with pytest.raises(OptionError) as failure:
        parse_credentials(text, "--proxy-auth")
    assert "secret" not in failure.value.message
    assert "--proxy-auth" in failure.value.message


@given(st.text(max_size=40))
def test_any_text_is_credentials_or_a_request_error(text: str) -> None:
    try:
        found = parse_credentials(text, "it")
    except RequestError:
        return
    assert text == (found.user if found.password is None else f"{found.user}:{found.password}")
    assert ":" not in found.user


def test_other_scripts_are_sent_as_utf_8_and_odd_arguments_as_they_were() -> None:
    assert parse_credentials("jürgen:ß", "it").user_octets == b"j\xc3\xbcrgen"
    assert parse_credentials("jürgen:ß", "it").password_octets == b"\xc3\x9f"
    assert parse_credentials("j\udcfcrgen", "it").user_octets == b"j\xfcrgen"
    assert parse_credentials("joe", "it").password_octets == b""


def test_a_password_is_not_in_what_a_debugger_prints() -> None:
    assert "secret" not in repr(parse_credentials("joe:secret", "it"))


def secret_file(text: str, *, is_open: bool = False) -> SecretFile:
    return SecretFile(path="/a/file", text=text, is_open_to_others=is_open)


def chosen(text: str) -> ChosenCredentials:
    return ChosenCredentials(credentials=parse_credentials(text, "it"))


def test_the_option_holds_before_the_environment_and_our_variable_before_that_of_ncat() -> None:
    both = {"NETTOOLS_PROXY_AUTH": "b:2", "NCAT_PROXY_AUTH": "c:3"}
    assert choose_credentials(option="a:1", file=None, variables=both) == chosen("a:1")
    assert choose_credentials(option=None, file=secret_file("f:0\n"), variables=both) == chosen("f:0")
    assert choose_credentials(option=None, file=None, variables=both) == chosen("b:2")
    assert choose_credentials(option=None, file=None, variables={"NCAT_PROXY_AUTH": "c:3"}) == chosen("c:3")
    empty = choose_credentials(option=None, file=None, variables={"NETTOOLS_PROXY_AUTH": ""})
    assert empty == ChosenCredentials(credentials=None)


def test_two_places_on_the_command_line_are_one_too_many() -> None:
    with pytest.raises(OptionError):
        choose_credentials(option="a:1", file=secret_file("a:1"), variables={})


def test_a_file_that_others_can_read_works_and_is_remarked_on() -> None:
    found = choose_credentials(option=None, file=secret_file("joe:x\r\n", is_open=True), variables={})
    assert found.credentials == Credentials(user="joe", password="x")
    assert "chmod 600" in found.notes[0]


@pytest.mark.parametrize("text", ["", "\n \n", "joe:a\njim:b\n"])
def test_a_file_holds_one_line(text: str) -> None:
    with pytest.raises(InputError):
        choose_credentials(option=None, file=secret_file(text), variables={})
