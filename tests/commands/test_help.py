"""Help: where it is found, that it is whole, and that its examples run."""

import re
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from nettools.cli import COMMANDS
from nettools.commands._catalog import DescribedCommand, described_commands
from nettools.commands._command import COMMON_GROUP
from nettools.commands._help import _TOPIC_NAMES, help_text
from nettools.commands._help_page import option_groups
from nettools.commands._help_topics import TOPICS
from tests.cli import run, run_process
from tests.commands.relay_runs import listening
from tests.dns_bed.fixture import DnsBed

WIDTH = 80
WRITTEN = list(COMMANDS)
PAGES = [page for command in described_commands(COMMANDS) for page in (command, *command.verbs)]
PATHS = [page.path.split() for page in PAGES]
ASKS_SERVERS = ("resolve", "rdns")
"""Their examples ask name servers: they run in the bed, so that no packet leaves this machine."""
WAITS = ("cat", "listen")
"""Their examples need somebody else: each is run with the other side that it is for, on ports that are free."""
ANSWERS = {
    "8080": ["--service", "echo", "--keep-open"],
    "8443": ["--tls", "--service", "echo", "--keep-open"],
    "9000": ["--receive"],
}
"""Who listens on the ports of the examples of cat."""


@pytest.fixture(autouse=True)
def a_terminal_of_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(WIDTH))


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"], ["help"]])
def test_every_way_to_ask_for_the_tools_help_gives_the_same_page(words: list[str]) -> None:
    outcome = run(*words)
    assert outcome.status == 0
    assert outcome.stderr == ""
    assert outcome == run("--help")


@pytest.mark.parametrize("name", WRITTEN)
def test_every_way_to_ask_for_a_commands_help_gives_the_same_page(name: str) -> None:
    page = run(name, "--help")
    assert page.status == 0
    assert page.stdout.startswith(f"Usage: nettools {name} ")
    for words in (["help", name], [name, "-h"], [name, "192.0.2.1", "--json", "--help"]):
        assert run(*words) == page


def test_help_behind_a_double_hyphen_is_a_target() -> None:
    assert run("subnet", "--", "--help").status == 2


def test_the_root_page_names_every_command_with_its_summary() -> None:
    words = run("--help").stdout.split()
    text = " ".join(words)
    for name, summary in COMMANDS.items():
        assert f"{name} {summary}" in text


def test_the_root_page_fits_a_terminal_of_24_lines_under_the_line_that_asked_for_it() -> None:
    assert len(run("--help").stdout.splitlines()) <= 23


def test_the_root_page_tells_commands_about_the_tool_apart() -> None:
    table = {**COMMANDS, "completion": "Scripts.", "config": "Settings."}
    page = help_text([], table, {"schema", "completion", "config"}, columns=80)
    network, _, itself = page.partition("About the tool:")
    assert len(page.splitlines()) <= 23
    for name in table:
        assert (f"\n  {name} " in itself) == (name in ("schema", "completion", "config"))
        assert (f"\n  {name} " in network) != (name in ("schema", "completion", "config"))


def test_the_root_page_says_where_the_manual_is() -> None:
    page = run("--help").stdout
    assert "man nettools" in page
    assert "docs/" in page
    assert "://" not in page  # there is none to name


@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.parametrize("words", [[], *([topic] for topic in TOPICS), *PATHS], ids=" ".join)
def test_no_line_of_help_is_wider_than_the_terminal(words: list[str], columns: int) -> None:
    for page in (run("help", *words, columns=columns), run("help", *words, env={"COLUMNS": str(columns)})):
        assert max(len(line) for line in page.stdout.splitlines()) <= columns


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.path))
def test_no_option_is_cut_at_40_columns(page: DescribedCommand) -> None:
    text = run("help", *page.path.split(), columns=40).stdout
    written = set(re.findall(r"(?<![\w-])--?[\w-]+", text.partition("Examples:")[0]))
    assert {word for option in page.options for word in (*option.spellings, *option.negations)} <= written
    assert max(len(line) for line in text.partition("Examples:")[0].splitlines()) <= 40


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.path))
def test_help_is_the_same_words_at_every_width(page: DescribedCommand) -> None:
    texts = [run("help", *page.path.split(), columns=columns).stdout for columns in (40, 60, 80, 200)]
    contents = ["".join(re.sub(r" \\\n +|\n *# ", " ", text).split()) for text in texts]
    assert len(set(contents)) == 1


@pytest.mark.parametrize("name", WRITTEN)
def test_a_commands_page_states_every_common_option(name: str) -> None:
    page = run("help", name).stdout
    for option in ("-f, --format", "--json", "-o, --output FILE", "--color", "--progress", "-v,", "--quiet", "--debug"):
        assert option in page
    assert "-h, --help" in page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.path))
def test_a_page_has_three_examples_or_more_and_says_what_each_is_for(page: DescribedCommand) -> None:
    path = "subnet" if page.path == "subnet describe" else page.path
    for example in page.worked_examples:
        assert re.search(rf"(^|\| )nettools {path}( |$)", example.line)
        assert example.purpose
        assert not example.purpose.endswith(".")
    assert len({example.purpose for example in page.worked_examples}) >= 3


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.path))
def test_arguments_come_first_and_what_every_command_has_last(page: DescribedCommand) -> None:
    titles = re.findall(r"^(?! )(\w.*):$", run("help", *page.path.split()).stdout, re.MULTILINE)
    assert titles[0] == ("Arguments" if page.arguments else option_groups(page.options)[0][0])
    assert COMMON_GROUP in titles
    behind = titles[titles.index(COMMON_GROUP) + 1 :]
    assert behind[-1] == "Examples"
    assert all(title.startswith("Verbs") for title in behind[:-1])


@pytest.mark.parametrize("option", ["--timeout", "--retries", "--max-in-flight"])
def test_every_limit_of_a_scan_states_its_default(option: str) -> None:
    page = " ".join(run("help", "scan").stdout.split())
    assert re.search(rf"{option} [A-Z]+ [^\[]*\[default: [0-9.]+s?\]", page)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_a_page_that_the_root_page_names(topic: str) -> None:
    outcome = run("help", topic)
    assert outcome.status == 0
    assert re.search(rf"help TOPIC .*\b{re.escape(topic)}\b", run("--help").stdout)


@pytest.mark.parametrize("code", ["128+n", "4", "2", "3", "0", "1", "70"])
def test_the_page_on_exit_codes_has_every_code(code: str) -> None:
    assert re.search(rf"^  {re.escape(code)} +\S", run("help", "exit-codes").stdout, re.MULTILINE)


def test_the_pages_that_help_names_are_those_that_there_are() -> None:
    assert tuple(TOPICS) == _TOPIC_NAMES


@pytest.mark.parametrize("code", ["128+n", "0", "1", "2", "70"])
def test_the_page_on_exit_codes_has_those_of_cat_and_listen(code: str) -> None:
    _, _, relays = run("help", "exit-codes").stdout.partition("Of cat and listen")
    assert re.search(rf"^  {re.escape(code)} +\S", relays, re.MULTILINE)


@pytest.mark.parametrize("words", [["help", "subnet", "split"], ["subnet", "split", "-h"], ["subnet", "-h", "split"]])
def test_the_page_of_a_verb_is_found(words: list[str]) -> None:
    assert run(*words).stdout.startswith("Usage: nettools subnet split CIDR [OPTION...]\n")


def test_help_on_an_unknown_verb_suggests_the_near_one() -> None:
    outcome = run("help", "subnet", "splt")
    assert (outcome.status, outcome.stdout) == (2, "")
    assert outcome.stderr == "nettools: subnet has no verb 'splt'; did you mean split?\n"


@pytest.mark.parametrize(
    "words", [["scan", "--nope", "--help"], ["scan", "-h", "--nope"], ["scan", "--ports", "--help"]]
)
def test_who_asks_for_help_is_not_told_of_mistakes(words: list[str]) -> None:
    assert run(*words) == run("help", "scan")


@pytest.mark.parametrize(
    ("word", "meant"), [("reslove", "resolve"), ("exit-code", "exit-codes"), ("format", "formats")]
)
def test_help_on_something_near_suggests_it(word: str, meant: str) -> None:
    outcome = run("help", word)
    assert outcome.status == 2
    assert f"did you mean {meant}" in outcome.stderr


@pytest.mark.parametrize("words", [["help", "nonsense"], ["nonsense", "--help"]])
def test_help_on_nothing_known_says_what_there_is_help_on(words: list[str]) -> None:
    outcome = run(*words)
    assert outcome.status == 2
    assert outcome.stdout == ""
    assert "there is no help on 'nonsense'" in outcome.stderr
    assert all(name in outcome.stderr for name in [*COMMANDS, *TOPICS])


def examples_of(name: str) -> Iterator[list[str]]:
    """The arguments of each example on a page."""
    for example in next(page for page in PAGES if page.path == name).examples:
        program, *typed = shlex.split(example)
        assert program == "nettools"
        yield typed


@pytest.mark.parametrize("name", [name for name in WRITTEN if name not in ASKS_SERVERS + WAITS])
def test_every_example_of_the_help_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for typed in examples_of(name):
        outcome = run(*typed)
        assert outcome.status in (0, 1), (typed, outcome.stderr)  # 1: nothing listens on these ports here


def test_the_example_of_the_root_page_runs() -> None:
    found = re.search(r"^Example: nettools (.*)$", run("--help").stdout, re.MULTILINE)
    assert found is not None
    assert run(*found[1].split()).status in (0, 1)


def test_every_example_of_cat_runs_against_a_listener(tmp_path: Path) -> None:
    (tmp_path / "disk.img").write_bytes(b"image")
    (tmp_path / "there").mkdir()
    for typed in examples_of("cat"):
        port = next(number for number in ANSWERS if any(number in word for word in typed))
        with listening(*ANSWERS[port], cwd=tmp_path / "there") as server:
            words = [word.replace(port, server.port) for word in typed]
            outcome = run_process(*words, stdin=b"hello", cwd=tmp_path)
        assert outcome.status == 0, (typed, outcome.stderr)
        assert outcome.stdout == "hello" or {"--send", "-z"} & set(typed), typed
    assert (tmp_path / "there" / "disk.img").read_bytes() == b"image"


def test_every_example_of_listen_takes_a_client(tmp_path: Path) -> None:
    (tmp_path / "downloads").mkdir()
    for typed in examples_of("listen"):
        words = ["0" if word in ANSWERS else word for word in typed[1:]]
        assert words != typed[1:], typed
        with listening(*words, place=(), cwd=tmp_path) as server:
            tls = ["--tls", "--insecure"] if "--tls" in words else []
            assert run("cat", "127.0.0.1", server.port, "-z", "--quiet", *tls).status == 0, typed
            outcome = server.signal() if server.process.poll() is None else server.wait()
        assert outcome.status in (0, 1, 128 + signal.SIGTERM), (typed, outcome.stderr)  # 1: no file was sent


@pytest.mark.parametrize("name", ASKS_SERVERS)
def test_every_example_that_asks_servers_runs_where_nothing_can_leave(name: str, dns_bed: DnsBed) -> None:
    (dns_bed.folder / "names.txt").write_text("www.nsec.test\n")
    (dns_bed.folder / "addresses.txt").write_text("192.0.2.2\n")
    for typed in examples_of(name):
        here = [str(dns_bed.folder / word) if word.endswith(".txt") else word for word in typed]
        outcome = dns_bed.nettools(*here, "--timeout", "1s")
        # 3: the servers of the examples are not to be had there; what is asked of the bed's own is answered
        assert outcome.status in ((0, 1) if not any(word.startswith("@") for word in typed) else (0, 1, 3)), (
            typed,
            outcome.stderr,
        )


def test_help_has_no_escape_byte_even_where_colour_is_forced() -> None:
    for words in ([], *([name] for name in WRITTEN)):
        outcome = run("help", *words, tty=True, env={"FORCE_COLOR": "1", "GITHUB_ACTIONS": "true"})
        assert b"\x1b" not in outcome.raw_stdout
