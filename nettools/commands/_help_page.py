"""The page of a command: usage, what it does, arguments, options, verbs, examples; drawn from the catalog."""

from collections.abc import Iterable, Sequence

from nettools.commands._catalog import DescribedArgument, DescribedCommand, DescribedOption
from nettools.commands._command import COMMON_GROUP
from nettools.commands._examples import Example, folded
from nettools.commands._help_layout import INDENT, rows_text, wrapped
from nettools.commands._help_topics import Row


def command_text(page: DescribedCommand, width: int) -> str:
    """The page of a command or of a verb: usage, what it does, arguments, options in their groups, examples."""
    parts = [
        wrapped(f"Usage: {usage_of(page)}", width, then=" " * 7) + "\n",
        *(wrapped(paragraph, width) + "\n" for paragraph in page.description),
    ]
    if page.arguments:
        parts.append("Arguments:\n" + rows_text(((one.metavar, one.help) for one in page.arguments), width))
    for group, options in option_groups(page.options):
        parts.append(f"{group}:\n" + rows_text((_option_row(one) for one in options), width))
    if page.verbs:
        title = f"Verbs, each with --help of its own ({page.default_verb} when none is named):"
        parts.append(wrapped(title, width) + "\n" + rows_text(((one.name, one.summary) for one in page.verbs), width))
    parts.append(examples_text(page.worked_examples, width))
    return "\n".join(part for part in parts if part)


def usage_of(page: DescribedCommand) -> str:
    """How the command is written: options may stand anywhere behind its name."""
    return " ".join(["nettools", page.path, *map(usage_word, page.arguments), "[OPTION...]"])


def usage_word(one: DescribedArgument) -> str:
    """An argument as usage has it: in brackets when it may be left out; its name may say so itself."""
    return one.metavar if one.required or one.metavar.startswith("[") else f"[{one.metavar}]"


def option_groups(options: Sequence[DescribedOption]) -> list[tuple[str, list[DescribedOption]]]:
    """The options by the headings of help, in the order of their first; those of every command at the end."""
    groups: dict[str, list[DescribedOption]] = {}
    for one in options:
        groups.setdefault(one.group, []).append(one)
    return sorted(groups.items(), key=lambda group: group[0] == COMMON_GROUP)


def option_term(option: DescribedOption) -> str:
    """How the option is written, with all of its forms and its value."""
    forms = ", ".join(option.spellings)
    if option.negations:
        forms += f" / {', '.join(option.negations)}"
    if option.choices:
        return f"{forms} <{'|'.join(option.choices)}>"
    return f"{forms} {option.metavar}" if option.metavar and option.takes_value else forms


def _option_row(option: DescribedOption) -> Row:
    text = option.help if option.default is None else f"{option.help}  [default: {option.default}]"
    return option_term(option), text


def examples_text(examples: Iterable[Example], width: int) -> str:
    """Each line with what it answers above it, as a comment: both may be typed as they stand."""
    lines: list[str] = []
    for example in examples:
        if example.purpose:
            lines.append(wrapped(example.purpose, width, first=f"{INDENT}# ", then=f"{INDENT}# "))
        lines += [INDENT + piece for piece in folded(example.line, width - len(INDENT))]
    return "Examples:\n" + "".join(f"{line}\n" for line in lines) if lines else ""
