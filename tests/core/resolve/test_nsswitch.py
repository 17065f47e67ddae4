"""The hosts line of nsswitch.conf."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.resolve.nsswitch import NssSource, parse_nsswitch


def texts(text: str) -> list[str]:
    return [one.text for one in parse_nsswitch(text + "\n")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hosts: files dns\n", ["files", "dns"]),
        ("  hosts :\tfiles   dns  ", ["files", "dns"]),
        ("passwd: files systemd\nhosts: dns\n", ["dns"]),
        ("hosts: files # dns", ["files", "#", "dns"]),
        ("# hosts: nis", ["files", "dns"]),
        ("#hosts: nis", ["files", "dns"]),
        ("hosts files", ["files"]),
        ("", ["files", "dns"]),
        ("hosts:", []),
        ("hosts: nis\nhosts: files", ["files"]),
        (
            "hosts: mymachines resolve [!UNAVAIL=return] files myhostname dns",
            ["mymachines", "resolve [!UNAVAIL=return]", "files", "myhostname", "dns"],
        ),
        ("hosts: mdns4_minimal[NOTFOUND=return]dns", ["mdns4_minimal [NOTFOUND=return]", "dns"]),
        ("hosts: files [NOTFOUND=return UNAVAIL=continue] dns", ["files [NOTFOUND=return UNAVAIL=continue]", "dns"]),
        ("hosts: files [BOGUS=return] dns", ["files"]),
        ("hosts: files [NOTFOUND] dns", ["files"]),
        ("hosts: files [NOTFOUND=return", ["files"]),
        ("hosts: [NOTFOUND=return] dns", []),
        ("HOSTS: nis", ["files", "dns"]),
    ],
)
def test_the_last_hosts_line_is_read(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_a_last_line_without_a_line_feed_does_not_count() -> None:
    assert [one.name for one in parse_nsswitch("hosts: nis")] == ["files", "dns"]


def test_without_brackets_only_success_ends_the_search() -> None:
    [source] = parse_nsswitch("hosts: files\n")
    assert source.action_after("success") == "return"
    assert {source.action_after(one) for one in ("notfound", "unavail", "tryagain")} == {"continue"}


def test_brackets_change_what_happens_after_a_result() -> None:
    [source] = parse_nsswitch("hosts: files [ notfound = RETURN success=merge ]\n")
    assert (source.action_after("notfound"), source.action_after("success")) == ("return", "merge")
    assert source.action_after("unavail") == "continue"


def test_a_negation_means_every_other_result() -> None:
    [source] = parse_nsswitch("hosts: resolve [!UNAVAIL=return]\n")
    assert source.action_after("unavail") == "continue"
    assert {source.action_after(one) for one in ("success", "notfound", "tryagain")} == {"return"}


@given(text=st.text(st.sampled_from("hosts: files[dns]!NOTFOUND=return\n#\t"), max_size=60).map("hosts:{}\n".format))
def test_any_line_gives_sources_that_have_names(text: str) -> None:
    for source in parse_nsswitch(text):
        assert isinstance(source, NssSource)
        assert source.name
        assert "[" not in source.name
        assert source.text.startswith(source.name)
