"""Help: the tool's own page without importing a command, a command's page from its definition, and topics."""

import textwrap
from collections.abc import Mapping
from typing import Any

from nettools.core.text import safe
from nettools.errors import OptionError

_WIDTH = 80
_SUMMARY_COLUMN = 16

TOPICS: dict[str, str] = {
    "exit-codes": """\
Exit codes (the first that holds):

  128+n  ended by signal n; Ctrl-C is 130, and what was found is printed
  4      partly answered: some targets failed, or the work was cut short
  2      the request is wrong: no target could be read, an unknown option
  3      could not find out: no target could be asked, an answer not written
  0      answered, at least one with yes: a port is open, a service exists
  1      ran to the end, and the answer is no
  70     a bug of nettools

A reader that goes away (nettools … | head) ends the run silently.
""",
    "formats": """\
Formats (-f, --format):

  table  for people; folds on a terminal, never cuts; the default
  plain  one record a line, tabs between the values, no header, - for absent
  json   one document: {"schema": "nettools.COMMAND/1", …, "errors": []}
  jsonl  one JSON record a line as it is found, each with "type" and "index"
  csv    RFC 4180 with a header; text that a spreadsheet would run is defused

--json is --format json. The bytes do not depend on terminal, locale or
colour. nettools schema COMMAND prints the JSON Schema. -o FILE replaces FILE
in one step when the answer is complete.
""",
    "environment": """\
Environment variables:

  NO_COLOR                     not empty: no colour
  FORCE_COLOR, CLICOLOR_FORCE  not empty and not 0: colour in tables
  CLICOLOR=0, TERM=dumb        no colour
  COLUMNS                      the width of the terminal

--color comes before all of them.
""",
}


def help_text(words: list[str], commands: Mapping[str, str]) -> str:
    """The page for these words. Raises OptionError when there is none."""
    subject = [word for word in words if word not in ("-h", "--help", "help")]
    name = subject[0] if subject and not subject[0].startswith("-") else None
    if name is None:
        return _root_page(commands)
    if name in TOPICS:
        return TOPICS[name]
    if name in commands:
        return _command_page(name, subject[1:], commands)
    known = ", ".join([*commands, *TOPICS])
    raise OptionError(f"there is no help on '{safe(name)}'", hint=f"there is on {known}")


def _root_page(commands: Mapping[str, str]) -> str:
    rows = "".join(_row(name, summary) for name, summary in commands.items())
    topics = "".join(_row(f"help {name}", text.partition("\n")[0].rstrip(":")) for name, text in TOPICS.items())
    return f"""\
Usage: nettools COMMAND [ARGUMENT...] [OPTION...]

Network diagnostics whose answers are tables for people and JSON for scripts.

Commands:
{rows}
More:
{_row("COMMAND --help", "Options and examples of a command.")}{topics}{_row("--version", "The version.")}
Examples:
  nettools scan localhost 1-1024
  nettools subnet 192.0.2.12/30
  nettools port-service 443 --json
"""


def _row(name: str, summary: str) -> str:
    lines = textwrap.wrap(summary, _WIDTH - _SUMMARY_COLUMN - 4)
    start = f"  {name:<{_SUMMARY_COLUMN}}  "
    return start + ("\n" + " " * len(start)).join(lines) + "\n"


def _command_page(name: str, rest: list[str], commands: Mapping[str, str]) -> str:
    from nettools.commands._group import LazyGroup, VerbGroup, choose_verb

    command: Any = LazyGroup("nettools", "nettools.commands", commands).get_command(None, name)
    path = f"nettools {name}"
    verbs = ""
    if isinstance(command, VerbGroup):
        verb, _ = choose_verb(rest, command.table, command.default)
        if verb == command.default:
            rows = "".join(_row(name, summary) for name, summary in command.table.items())
            verbs = f"\nVerbs, each with --help of its own ({verb} when none is named):\n{rows}"
        else:
            path = f"{path} {verb}"
        command = command.get_command(None, verb)
    context = command.make_context(path, [], resilient_parsing=True)
    return f"{command.get_help(context)}\n{verbs}"
