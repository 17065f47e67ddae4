"""The manual: clean mdoc, all that help has, examples that can be copied, and nothing that is not so."""

import re
import subprocess
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nettools.cli import COMMANDS
from nettools.commands._catalog import DescribedCommand, described_commands
from nettools.commands._help_topics import ENVIRONMENT, FILES, NEGATIVE_ANSWERS, OWN_EXIT_CODES, PROGRAM_VARIABLES
from tests.peers import require
from tools.man import FOLDER, pages
from tools.man_pages.facts import REVISED, SEE_ALSO, STANDARDS, TITLES
from tools.man_pages.roff import argument, escaped, literal, prose

PROJECT = FOLDER.parent
CATALOG = {one.name: one for one in described_commands(COMMANDS)}
PAGES = sorted(FOLDER.glob("*.1"))
WHY = "to judge manual pages"
RENDERED_HEAD = ".Dd November 21, 2026\n.Dt X 1\n.Os\n.Sh NAME\n.Nm x\n.Nd y\n.Sh DESCRIPTION\n"


def mandoc(*options: str, source: str) -> str:
    """What mandoc makes of a page, without the backspaces of bold and underlined letters."""
    require("mandoc", reason=WHY)
    done = subprocess.run(
        ["mandoc", *options], input=source, capture_output=True, encoding="utf-8", timeout=30, check=False
    )
    return re.sub(".\x08", "", done.stdout)


@cache
def rendered(name: str, width: int) -> str:
    return mandoc("-T", "utf8", "-O", f"width={width}", source=(FOLDER / name).read_text(encoding="ascii"))


def joined(text: str) -> str:
    """Lines that a shell takes for one, as one."""
    return re.sub(r" \\\n +", " ", text)


# -- the pages ------------------------------------------------------------------------------------------


def test_there_is_a_page_for_the_tool_and_for_every_command() -> None:
    assert {path.name for path in PAGES} == {"nettools.1", *(f"nettools-{name}.1" for name in COMMANDS)} == {*pages()}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.stem))
def test_mandoc_finds_nothing_wrong(path: Path) -> None:
    assert mandoc("-T", "lint", "-W", "warning", source=path.read_text(encoding="ascii")) == ""


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.stem))
def test_no_line_is_wider_than_the_terminal(path: Path, width: int) -> None:
    assert max(map(len, rendered(path.name, width).splitlines())) <= width


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.stem))
def test_a_page_has_its_sections_in_the_order_of_the_field(path: Path) -> None:
    titles = re.findall(r"^\.Sh (.*)$", path.read_text(encoding="ascii"), re.MULTILINE)
    usual = "NAME SYNOPSIS DESCRIPTION ENVIRONMENT FILES|EXIT STATUS|EXAMPLES|SEE ALSO|STANDARDS"
    order = [title for part in usual.split("|") for title in ([part] if " S" in part else part.split())]
    conventional = [title for title in titles if title in order]
    assert conventional == [title for title in order if title in conventional]
    assert {"NAME", "SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "EXIT STATUS", "SEE ALSO"} <= set(titles)
    assert "EXAMPLES" in titles or "VERBS" in titles


@pytest.mark.parametrize("name", COMMANDS)
def test_apropos_finds_a_command_by_its_summary(name: str) -> None:
    found = re.search(r"\nNAME\n +(.*?)\n\n", rendered(f"nettools-{name}.1", 120), re.DOTALL)
    assert found is not None
    line = " ".join(found[1].split())
    summary = COMMANDS[name].removesuffix(".")
    assert line.lower() == f"nettools-{name} – {summary}".lower()


# -- all that help has ----------------------------------------------------------------------------------


def heads(text: str) -> set[str]:
    """The forms of all options that a page, or a part of one, has a row for."""
    found: set[str] = set()
    for row in re.findall(r"^\.It (Fl .*)$", text, re.MULTILINE):
        for hyphens, name in re.findall(r"((?:Fl )+)([^ ]+)", row):
            found.add("-" * hyphens.count("Fl") + name.replace("\\-", "-").replace("\\&", ""))
    return found


def spellings(page: DescribedCommand) -> set[str]:
    return {word for option in page.options for word in (*option.spellings, *option.negations)}


@pytest.mark.parametrize("name", [name for name, page in CATALOG.items() if not page.verbs])
def test_a_page_has_every_option_of_help_and_no_other(name: str) -> None:
    assert heads((FOLDER / f"nettools-{name}.1").read_text(encoding="ascii")) == spellings(CATALOG[name])


@pytest.mark.parametrize(
    ("command", "verb"),
    [(page.name, verb.name) for page in CATALOG.values() for verb in page.verbs],
    ids=lambda word: str(word),
)
def test_a_verb_has_every_option_of_its_help_and_no_other(command: str, verb: str) -> None:
    text = (FOLDER / f"nettools-{command}.1").read_text(encoding="ascii")
    verbs, _, shared = text.partition(".Sh OPTIONS")
    _, _, behind = verbs.partition(f"\n.Ss {verb}\n")
    described = next(one for one in CATALOG[command].verbs if one.name == verb)
    assert heads(behind.partition("\n.Ss ")[0]) | heads(shared) == spellings(described)


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_and_options_can_be_copied_from_the_screen(name: str) -> None:
    text = rendered(f"nettools-{name}.1", 80)
    page = CATALOG[name]
    for one in (page, *page.verbs):
        for example in one.worked_examples:
            assert f" {example.line}\n" in joined(text)
            assert f"{example.purpose[1:]}:" in " ".join(text.split())
        for option in one.options:
            assert f" {', '.join((*option.spellings, *option.negations))}" in text
            assert option.default is None or f"[default: {option.default}]" in " ".join(text.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_says_what_its_exit_codes_mean(name: str) -> None:
    _, _, behind = rendered(f"nettools-{name}.1", 80).partition("\nEXIT STATUS\n")
    codes = re.findall(r"^ {5}(\d+(?:\+n)?) ", behind.partition("\n\n\n")[0], re.MULTILINE)
    if name in ("cat", "listen"):
        assert codes == ["0", "1", "2", "70", "128+n"]
    elif name in NEGATIVE_ANSWERS:
        assert codes == ["0", "1", "2", "3", "4", "70", "128+n"]
    else:
        assert codes == ["0", "2", "3", "70", "128+n"]


# -- nothing that is not so -----------------------------------------------------------------------------


@cache
def sources() -> str:
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in (PROJECT / "nettools").rglob("*.py")
        if path.name != "_help_topics.py"
    )


def test_every_command_of_the_tables_exists() -> None:
    named = {name for one in (*FILES, *ENVIRONMENT) for name in one.by}
    assert named | {*NEGATIVE_ANSWERS} | {*OWN_EXIT_CODES} | {*SEE_ALSO} <= {*COMMANDS}
    assert {*STANDARDS} <= {"nettools", *COMMANDS}


@pytest.mark.parametrize("number", TITLES)
def test_a_standard_that_is_named_is_one_that_the_code_follows(number: int) -> None:
    assert re.search(rf"RFC {number}\b", sources())
    assert any(number in numbers for numbers in STANDARDS.values())


@pytest.mark.parametrize("term", [one.term for one in (*ENVIRONMENT, *FILES)])
def test_a_variable_or_file_that_is_named_is_looked_at(term: str) -> None:
    if term == "TZ":  # datetime.astimezone looks at it
        assert "astimezone()" in sources()
        return
    for name in re.split(", ", term):
        assert name.rpartition("/")[2] in sources()


def test_the_variables_of_programs_are_those_that_are_set() -> None:
    for name, _ in PROGRAM_VARIABLES:
        assert name.removeprefix("NETTOOLS_") in sources()


def test_the_manual_is_not_older_than_the_newest_release() -> None:
    text = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = [date.fromisoformat(found) for found in re.findall(r"^## .*?(\d{4}-\d\d-\d\d)", text, re.MULTILINE)]
    assert all(one <= REVISED for one in released)
    assert all(f".Dd November {REVISED.day}, {REVISED.year}" in path.read_text() for path in PAGES)


# -- roff -----------------------------------------------------------------------------------------------

PRINTED = st.text(st.characters(exclude_categories=("C", "M", "Z")) | st.just(" "), min_size=1, max_size=30).map(
    str.strip
)
HOSTILE = st.sampled_from(
    [".Sh X", "'br", "\\fB", "-- -x", "a\\", '"q"', "`~^", "No", "Xr a 1", "... .", ". . .", "\\&"]
)
WORDS = (PRINTED | HOSTILE).filter(lambda text: bool(text))


@settings(max_examples=25, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=40))
def test_whatever_is_shown_as_it_is_comes_out_as_it_was(lines: list[str]) -> None:
    page = RENDERED_HEAD + "\n".join(literal(lines)) + "\n"
    shown = mandoc("-T", "utf8", "-O", "width=200", source=page)
    body = shown.partition("DESCRIPTION\n")[2].splitlines()
    assert [line.strip() for line in body if line.strip()][: len(lines)] == lines


@settings(max_examples=25, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=40))
def test_whatever_an_argument_is_it_comes_out_as_it_was(words: list[str]) -> None:
    rows = "".join(f".It Ar {argument(word)}\nx\n" for word in words)
    shown = mandoc("-T", "utf8", "-O", "width=200", source=f"{RENDERED_HEAD}.Bl -tag -width Ds\n{rows}.El\n")
    text = shown.partition("DESCRIPTION\n")[2]
    place = 0
    for word in words:
        place = text.find(f"     {word}", place)
        assert place >= 0, word


@given(WORDS)
def test_prose_has_no_request_and_no_blank_line(text: str) -> None:
    for line in prose(text):
        assert line
        assert line[0] not in ".'"


@pytest.mark.parametrize("character", ["\x1b", "\n", "\x7f", "\x9b", "\ud800"])
def test_a_control_character_has_no_place(character: str) -> None:
    with pytest.raises(ValueError, match="no place"):
        escaped(f"a{character}")


def test_a_sentence_begins_a_line() -> None:
    assert list(prose("Say --what. Then \u2026 why.")) == ["Say \\-\\-what.", "Then \\[u2026] why."]
