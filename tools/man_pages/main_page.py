"""The page of the tool itself: nettools(1)."""

from collections.abc import Collection, Iterator, Sequence

from nettools.commands._catalog import DescribedCommand
from nettools.commands._help_topics import TOPICS
from tools.man_pages.command_page import paragraphs
from tools.man_pages.roff import argument, literal, prose, tagged
from tools.man_pages.sections import cross_references, environment, exit_status, head, standards

_DESCRIPTION = (
    "nettools answers questions about a network, each with one command. To a person it prints tables; to a script the "
    "same facts as JSON, CSV or plain lines. No command needs root unless its page says so.",
    "Options stand behind the command, in any order with its arguments. Most commands take several targets; - reads "
    "them from standard input, one a line, where # begins a comment. One target that fails stops no other: it is told "
    "on standard error, and stands in the errors of a JSON document.",
    "Data goes to standard output and nothing else does; messages and progress go to standard error.",
)
_EXAMPLES = (
    ("Which ports of this machine are open:", "nettools scan localhost 1-1024"),
    ("What a network is, as data:", "nettools subnet 192.0.2.12/30 --json | jq -r '.subnets[].usable'"),
    ("Which way a packet goes, and why:", "nettools route 127.0.0.1"),
)


def main_page(commands: Sequence[DescribedCommand], about: Collection[str]) -> str:
    """The mdoc source of ``nettools.1``; ``about`` are the commands that answer about nettools itself."""
    lines = [
        *head("nettools", "Network diagnostics whose answers are tables for people and JSON for scripts."),
        ".Sh SYNOPSIS",
        ".Nm",
        ".Ar COMMAND",
        ".Op Ar ARGUMENT ...",
        ".Op Ar OPTION ...",
        ".Nm",
        ".Cm help",
        ".Op Ar COMMAND | TOPIC",
        ".Nm",
        ".Fl Fl version",
        ".Sh DESCRIPTION",
        *paragraphs(_DESCRIPTION),
        ".Ss Commands",
        *_listed([one for one in commands if one.name not in about]),
        ".Ss About the tool",
        *_listed([one for one in commands if one.name in about]),
        ".Pp",
        *prose(f"nettools help COMMAND shows options and examples; nettools help TOPIC is on {', '.join(TOPICS)}."),
        *_formats(),
        *environment("nettools"),
        ".Pp",
        *prose("Some commands look at more variables: their pages have them, and nettools help environment all."),
        ".Sh FILES",
        *prose("The pages of the commands name the files of the system that each reads; nettools help files has all."),
        *exit_status("nettools"),
        ".Pp",
        *prose("cat and listen have the codes of ncat: see their pages."),
        ".Sh EXAMPLES",
        *_examples(),
        ".Sh SEE ALSO",
        *cross_references([(f"nettools-{name}", "1") for name in sorted(one.name for one in commands)]),
        *standards("nettools"),
    ]
    return "\n".join(lines) + "\n"


def _listed(commands: Sequence[DescribedCommand]) -> Iterator[str]:
    return tagged((f"Xr nettools-{one.name} 1", one.summary) for one in commands)


def _formats() -> Iterator[str]:
    yield ".Sh FORMATS"
    for number, section in enumerate(TOPICS["formats"]):
        if number:
            yield ".Pp"
            yield from prose(f"{section.title}:")
        yield from tagged((f"Cm {argument(term)}", f"{text[:1].upper()}{text[1:]}.") for term, text in section.rows)
        for note in section.notes:
            yield ".Pp"
            yield from prose(note)


def _examples() -> Iterator[str]:
    for number, (purpose, line) in enumerate(_EXAMPLES):
        if number:
            yield ".Pp"
        yield from prose(purpose)
        yield from literal([line])
