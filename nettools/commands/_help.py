"""Help: the tool's own page without importing a command, a command's page from its definition, and topics."""

import textwrap
from collections.abc import Mapping
from typing import Any

from nettools.core.text import quoted
from nettools.errors import OptionError

_WIDEST = 80
_NARROWEST = 50
_SUMMARY_COLUMN = 16

TOPICS: dict[str, str] = {
    "exit-codes": """\
Exit codes (the first that holds):

  128+n  ended by signal n; Ctrl-C is 130, and what was found is printed
  4      partly answered: some targets failed, or the work was cut short
  2      the request is wrong: no target could be read, an unknown option
  3      could not find out: SERVFAIL, a timeout, an answer not written
  0      answered, at least one with yes: a name resolves, a port is open
  1      ran to the end, and the answer is no: NXDOMAIN, nothing open
  70     a bug of nettools

cat and listen have ncat's: 0 fine, 1 a network error, 2 anything else.

A reader that goes away (nettools … | head) ends the run silently.
""",
    "formats": """\
Formats (-f, --format):

  table  for people; folds on a terminal, never cuts; the default
  plain  one record a line, tabs between the values, no header, - for absent
  json   one document: {"schema": "nettools.COMMAND/1", …, "errors": []}
  jsonl  one JSON record a line as it is found, each with "type" and "index"
  csv    RFC 4180 with a header; text that a spreadsheet would run is defused

resolve has two more: dig prints as dig does, rfc8427 is JSON of messages.

--json is --format json. The bytes do not depend on terminal, locale or
colour. nettools schema COMMAND prints the JSON Schema. -o FILE replaces FILE
in one step at the end of the run.
""",
    "environment": """\
Environment variables:

  NO_COLOR                     not empty: no colour
  FORCE_COLOR, CLICOLOR_FORCE  not empty and not 0: colour in tables
  CLICOLOR=0, TERM=dumb        no colour
  COLUMNS                      the width of the terminal
  NETTOOLS_PROXY_AUTH          USER:PASSWORD for the proxy of cat and listen;
                               NCAT_PROXY_AUTH is looked at after it

--color comes before all of them.
""",
}


def help_text(words: list[str], commands: Mapping[str, str], *, columns: int | None) -> str:
    """The page for these words, for a terminal of that width. Raises OptionError when there is none."""
    width = max(_NARROWEST, min(_WIDEST, columns or _WIDEST))
    subject = [word for word in words if word not in ("-h", "--help", "help")]
    name = subject[0] if subject and not subject[0].startswith("-") else None
    if name is None:
        return _root_page(commands, width)
    if name in TOPICS:
        return TOPICS[name]
    if name in commands:
        return _command_page(name, subject[1:], commands, width)
    known = ", ".join([*commands, *TOPICS])
    raise OptionError(f"there is no help on {quoted(name)}", hint=f"there is on {known}")


def _root_page(commands: Mapping[str, str], width: int) -> str:
    topics = f"More on {', '.join(list(TOPICS)[:-1])}, {list(TOPICS)[-1]}."
    more = {"COMMAND --help": "Options and examples of a command.", "help TOPIC": topics, "--version": "The version."}
    return f"""\
Usage: nettools COMMAND [ARGUMENT...] [OPTION...]

{_wrapped("Network diagnostics whose answers are tables for people and JSON for scripts.", width)}

Commands:
{_rows(commands, width)}
More:
{_rows(more, width)}
Examples:
  nettools scan localhost 1-1024
  nettools subnet 192.0.2.12/30 --json
"""


def _rows(table: Mapping[str, str], width: int) -> str:
    indent = " " * (_SUMMARY_COLUMN + 4)
    return "".join(
        _wrapped(summary, width, first=f"  {name:<{_SUMMARY_COLUMN}}  ", then=indent) + "\n"
        for name, summary in table.items()
    )


def _wrapped(text: str, width: int, *, first: str = "", then: str = "") -> str:
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=then, break_on_hyphens=False)


def _command_page(name: str, rest: list[str], commands: Mapping[str, str], width: int) -> str:
    from nettools.commands._group import LazyGroup, VerbGroup, choose_verb

    command: Any = LazyGroup("nettools", "nettools.commands", commands).get_command(None, name)
    path = f"nettools {name}"
    verbs = ""
    if isinstance(command, VerbGroup):
        verb, _ = choose_verb(rest, command.table, command.default)
        if verb == command.default:
            verbs = f"\nVerbs, each with --help of its own ({verb} when none is named):\n{_rows(command.table, width)}"
        else:
            path = f"{path} {verb}"
        command = command.get_command(None, verb)
    context = command.make_context(path, [], resilient_parsing=True, terminal_width=width, max_content_width=width)
    usage, newline, page = str(command.get_help(context)).partition("\n\n")
    # Typer marks a required argument with braces, which nothing else in this field does.
    return f"{usage.replace('{', '').replace('}', '')}{newline}{page}\n{verbs}"
