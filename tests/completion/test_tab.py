"""What Tab does in real shells, also where interfaces, hosts, namespaces and files have hostile names."""

import shlex
from collections.abc import Iterator

import pytest

from tests.completion.shells import HOSTILE, SHELLS, Shell, shell_in_hostile_world

COMPLETED = [
    ("nettools sca", "nettools scan"),
    ("nettools scan --form", "nettools scan --format"),
    ("nettools scan --no-d", "nettools scan --no-discover"),
    ("nettools scan --format gre", "nettools scan --format grepable"),
    ("nettools scan --format=gre", "nettools scan --format=grepable"),
    ("nettools scan -f gre", "nettools scan -f grepable"),
    ("nettools scan -4f gre", "nettools scan -4f grepable"),
    ("nettools subnet spl", "nettools subnet split"),
    ("nettools subnet --color never spl", "nettools subnet --color never split"),
    ("nettools subnet split 10.0.0.0/8 --pre", "nettools subnet split 10.0.0.0/8 --prefix"),
    ("nettools subnet 10.0.0.0/8 --lo", "nettools subnet 10.0.0.0/8 --loose"),
    ("nettools ifaces wg-h", "nettools ifaces wg-home"),
    ("nettools ifaces --json wg-h", "nettools ifaces --json wg-home"),
    ("nettools scan localhost --interface wg-o", "nettools scan localhost --interface wg-office"),
    ("nettools ifaces --netns bl", "nettools ifaces --netns blue"),
    ("nettools scan build", "nettools scan build-host"),
    ("nettools cat 2001:db8::", "nettools cat 2001:db8::42"),
    ("nettools rdns 2001:d", "nettools rdns 2001:db8::42"),
    ("nettools port-service postg", "nettools port-service postgresql"),
    ("nettools scan localhost -p postg", "nettools scan localhost -p postgresql"),
    ("nettools scan localhost 22,postg", "nettools scan localhost 22,postgresql"),
    ("nettools scan localhost T:postg", "nettools scan localhost T:postgresql"),
    ("nettools scan localhost 22,T:postg", "nettools scan localhost 22,T:postgresql"),
    ("nettools scan --ports=22,postg", "nettools scan --ports=22,postgresql"),
    ("nettools cat localhost postg", "nettools cat localhost postgresql"),
    ("nettools cat -w 3 localhost postg", "nettools cat -w 3 localhost postgresql"),
    ("nettools resolve localhost DNSK", "nettools resolve localhost DNSKEY"),
    ("nettools resolve localhost @tl", "nettools resolve localhost @tls://"),
    ("nettools resolve localhost @tls://build", "nettools resolve localhost @tls://build-host"),
    ("nettools resolve --server tl", "nettools resolve --server tls://"),
    ("nettools subnet relate ::/0 ::/1 --expect cont", "nettools subnet relate ::/0 ::/1 --expect contains"),
    ("nettools listen --service disc", "nettools listen --service discard"),
    ("nettools listen --receive --brok", "nettools listen --receive --broker"),
    ("nettools cat localhost 25 --starttls post", "nettools cat localhost 25 --starttls postgres"),
    ("nettools help exit", "nettools help exit-codes"),
    ("nettools schema port-s", "nettools schema port-service"),
    ("nettools completion po", "nettools completion powershell"),
    ("nettools scan --targets pla", "nettools scan --targets plain.txt"),
    ("nettools scan --targets=pla", "nettools scan --targets=plain.txt"),
    ("nettools subnet merge @pla", "nettools subnet merge @plain.txt"),
    ("nettools listen --serve fol", "nettools listen --serve folder/"),
    ("nettools cat -U ./pla", "nettools cat -U ./plain.txt"),
]  # fmt: skip

UNCHANGED = [
    "nettools nonsense ",
    "nettools nonsense --js",
    "nettools scan --timeout ",
    "nettools scan -- --js",
    "nettools ifaces -c",
    "nettools subnet describe spl",
    "nettools cat localhost 22 loc",
    "nettools scan localhost postg",  # a single name is a target, and would be looked up
]

LISTED = [
    ("nettools ", {"scan", "subnet", "port-service", "help"}),
    ("nettools subnet ", {"describe", "split", "nat64"}),
    ("nettools ifaces ", {"lo", "wg-home", "wg-office"}),
    ("nettools ifaces --netns ", {"blue", "green"}),
    ("nettools cat ", {"localhost", "build-host", "printer", "2001:db8::42"}),
    ("nettools route --protocol ", {"tcp", "udp", "icmp"}),
    ("nettools port-service --protocol ", {"tcp", "udp", "sctp", "dccp"}),
    ("nettools scan --order ", {"random", "ascending"}),
]


@pytest.fixture(scope="module", params=SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    home = tmp_path_factory.mktemp(request.param)
    with shell_in_hostile_world(request.param, home) as started:
        yield started
        assert not list(home.rglob("P")), "a name was run"


@pytest.mark.parametrize(("typed", "line"), COMPLETED, ids=[typed for typed, _ in COMPLETED])
def test_a_word_is_completed(shell: Shell, typed: str, line: str) -> None:
    # Behind an option zsh writes the = that may stand there; who types a blank replaces it.
    assert shell.complete(typed).line.rstrip(" =") == line


@pytest.mark.parametrize("typed", UNCHANGED)
def test_where_there_is_nothing_to_offer_the_line_stays(shell: Shell, typed: str) -> None:
    assert shell.complete(typed).line == typed


@pytest.mark.parametrize(("typed", "words"), LISTED, ids=[typed for typed, _ in LISTED])
def test_several_words_are_listed_and_no_hostile_name_is_among_them(shell: Shell, typed: str, words: set[str]) -> None:
    shown = shell.list(typed, words)
    assert words <= shown
    assert not shown & set(HOSTILE)
    assert not [word for word in shown if "echo>P" in word]


def test_an_option_that_is_given_is_not_offered_again_unless_it_may_be_repeated(shell: Shell) -> None:
    again = shell.complete("nettools scan --json --js").line.rstrip()
    # To know it in fish, each option of each command would have to be asked at each Tab, which takes too long.
    assert again == ("nettools scan --json --json" if shell.name == "fish" else "nettools scan --json --js")
    repeated = shell.complete("nettools resolve --name localhost --nam").line
    assert repeated.rstrip(" =") == "nettools resolve --name localhost --name"


def test_a_file_with_blanks_is_one_word(shell: Shell) -> None:
    assert shlex.split(shell.complete("nettools scan --targets two").line)[-1] == "two words.txt"


def test_a_file_with_a_hostile_name_is_quoted_and_not_run(shell: Shell) -> None:
    assert shlex.split(shell.complete("nettools scan --targets odd").line)[-1] == "odd$(echo>P)"


# Not with the cursor behind the last sign: there zsh, which expands a word before it completes it, would run it for ls.
@pytest.mark.parametrize("typed", ["'$(echo>P)' ", "`echo>P` ", "* ", "$(echo>P) x"])
def test_what_is_on_the_line_is_not_run(shell: Shell, typed: str) -> None:
    shell.complete(f"nettools ifaces {typed}")
    shell.complete(f"nettools subnet {typed}")
    shell.complete(f"nettools scan --ports={typed}")


def test_without_nettools_tab_does_nothing_and_says_nothing(shell: Shell) -> None:
    shell.run("set PATH $PATH[2..-1]" if shell.name == "fish" else "PATH=${PATH#*:}")
    try:
        completed = shell.complete("nettools ifaces wg-h")
        assert completed.line == "nettools ifaces wg-h"
        assert "not found" not in completed.shown
        assert shell.complete("nettools sca").line == "nettools scan "
    finally:
        shell.run("set PATH $HOME/bin $PATH" if shell.name == "fish" else "PATH=$HOME/bin:$PATH")


@pytest.mark.parametrize("typed", ["nettools ifaces ", "nettools cat ", "nettools scan --interface "])
def test_a_program_that_lies_about_the_names_cannot_bring_a_hostile_one_in(shell: Shell, typed: str) -> None:
    shell.run("set PATH $HOME/lying $PATH" if shell.name == "fish" else "PATH=$HOME/lying:$PATH")
    try:
        shown = shell.list(typed, {"harmless", "useful"})
        assert {"harmless", "useful"} <= shown
        assert not shown & {*HOSTILE, "a", "b", "@c", "--exec"}
        assert not [word for word in shown if "echo>P" in word]
    finally:
        shell.run("set PATH $PATH[2..-1]" if shell.name == "fish" else "PATH=${PATH#*:}")


def test_a_nettools_that_does_not_answer_is_waited_for_briefly(shell: Shell) -> None:
    shell.run("set PATH $HOME/slow $PATH" if shell.name == "fish" else "PATH=$HOME/slow:$PATH")
    try:
        completed = shell.complete("nettools ifaces wg-h")
        assert completed.line == "nettools ifaces wg-h"
        assert completed.took_s < 5
    finally:
        shell.run("set PATH $PATH[2..-1]" if shell.name == "fish" else "PATH=${PATH#*:}")
