"""Which words may be offered, and where they are found."""

import re
import shlex
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.completion import (
    LONGEST_HOST,
    LONGEST_NAME,
    MOST_CANDIDATES,
    fit_candidates,
    hosts_file_words,
    is_address,
    known_hosts_words,
    ssh_config_words,
)

HOSTILE = ["*", "$(id)", r"\$(id)", "`id`", "a b", "a\x1b[31m", "~", "!!", "{a,b}", "it's", '"', "a;b", "a|b", "a&b"]
HOSTILE += [
    "a>b",
    "a<b",
    "a\nb",
    "eth0\n",
    "eth0\r",
    "\x00",
    "",
    "é",
    "١",
    "a\u202eb",
    "[a]",
    "a?b",
    "#a",
    "a=b",
    "\udcff",
]


@pytest.mark.parametrize("word", [*HOSTILE, "-x", "-cid", "--exec", "@server", "@"])
def test_what_could_be_more_than_a_name_is_not_offered(word: str) -> None:
    assert list(fit_candidates(["before", word, "behind"])) == ["before", "behind"]


@pytest.mark.parametrize(
    "word", ["eth0", "wg-home", "br_lan.7", "veth%1", "a@b", "_x", "+x", "2001:db8::1", "fe80::1%lo"]
)
def test_names_and_addresses_are_offered(word: str) -> None:
    assert list(fit_candidates([word])) == [word]


def test_a_word_is_offered_once_and_in_its_place() -> None:
    assert list(fit_candidates(["b", "a", "b"])) == ["b", "a"]


@pytest.mark.parametrize("longest", [LONGEST_NAME, LONGEST_HOST])
def test_a_word_that_is_too_long_is_not_offered(longest: int) -> None:
    assert list(fit_candidates(["x" * longest, "y" * (longest + 1)], longest=longest)) == ["x" * longest]


def test_no_more_are_offered_than_a_shell_reads_at_once() -> None:
    assert len(list(fit_candidates(map(str, range(MOST_CANDIDATES + 9))))) == MOST_CANDIDATES


@given(st.lists(st.text(alphabet="aZ9_.:@%+-*$( \n`~\x1bé", max_size=6)))
def test_whatever_the_names_are_what_is_offered_is_one_plain_word_to_a_shell(words: list[str]) -> None:
    for word in fit_candidates(words):
        assert re.fullmatch("[A-Za-z0-9_.:@%+-]{1,63}", word)
        assert shlex.split(word) == [word]
        assert shlex.quote(word) == word
        assert fnmatchcase(word, word)
        assert word[0] not in "-@"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("127.0.0.1\tlocalhost  # here\n\n# all\n::1 localhost six\r\n", "127.0.0.1 localhost ::1 localhost six"),
        ("#127.0.0.1 no", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_addresses_and_names_of_a_hosts_file(text: str, words: str) -> None:
    assert list(hosts_file_words(text)) == words.split()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("www.example.com,192.0.2.1 ssh-rsa AAAA", "www.example.com 192.0.2.1"),
        ("[www.example.com]:2222 ssh-rsa AAAA comment", "www.example.com"),
        ("[2001:db8::1]:2222,2001:db8::2 ssh-rsa AAAA", "2001:db8::1 2001:db8::2"),
        ("@cert-authority ca.example ssh-rsa AAAA", "ca.example"),
        ("@revoked old.example ssh-rsa AAAA", "old.example"),
        ("|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-rsa AAAA", ""),
        ("# www.example.com ssh-rsa AAAA", ""),
        ("@revoked", ""),
        ("   ", ""),
    ],
)
def test_hosts_of_known_hosts_but_not_those_that_are_hashed(line: str, words: str) -> None:
    assert list(known_hosts_words(f"\n{line}\n")) == words.split()


def test_patterns_of_known_hosts_are_not_offered() -> None:
    assert list(fit_candidates(known_hosts_words("*.example.com,!bad.example,www? ssh-rsa AAAA"))) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Host www\n  HostName 192.0.2.1\n", "www"),
        ("host a b\nHOST c", "a b c"),
        ("Host=a b", "a b"),
        ('Host "quoted"', "quoted"),
        ("# Host no\nHostName no\nMatch host no\n", ""),
        ("Host * ?x !y *.example", ""),
    ],
)
def test_hosts_of_an_ssh_configuration_without_patterns(text: str, words: str) -> None:
    assert list(fit_candidates(ssh_config_words(text))) == words.split()


@given(st.text())
def test_no_file_makes_a_reader_fail(text: str) -> None:
    for read in (hosts_file_words, known_hosts_words, ssh_config_words):
        for word in read(text):
            assert isinstance(word, str)


@pytest.mark.parametrize("word", ["192.0.2.1", "::", "::1", "2001:db8::", "fe80::1%eth0", "::ffff:192.0.2.1"])
def test_an_address_is_known_by_its_look(word: str) -> None:
    assert is_address(word)


@pytest.mark.parametrize("word", ["localhost", "cafe", "a.b", "192.0.2.1.example", "www:80", ""])
def test_a_name_is_no_address(word: str) -> None:
    assert not is_address(word)
