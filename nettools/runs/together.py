"""Which options go together: what would have no effect is refused, never ignored.

``options`` is a dataclass: of a command's options, how each is spelled stands in its annotation; the parameters of a
function are called what its fields are.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

from nettools.errors import OptionError


def is_given(options: object, name: str) -> bool:
    """Whether the option is given, by a person or a program; ``--no-search`` is honoured everywhere.

    Options of a command tell in ``from_settings`` those of which a setting has moved the default: nobody gave them.
    """
    return is_present(options, name) and name not in getattr(options, "from_settings", ())


def is_present(options: object, name: str) -> bool:
    """Whether the option has an effect, given or set; whoever asks may not have it at all."""
    value = getattr(options, name, None)
    return value is not None and value is not False


def given(options: object, names: Iterable[str]) -> Iterator[str]:
    """Those of the names that are given."""
    return (name for name in names if is_given(options, name))


def spelled(options: object, name: str) -> str:
    """The option as it is written: its first long form; a parameter of a function is written as it is called."""
    declared = next(one for one in fields(options) if one.name == name).type  # type: ignore[arg-type]
    return next((word.partition("/")[0] for word in spellings(declared) if word.startswith("--")), name)


def spellings(annotation: object) -> list[str]:
    """All forms of an option that is declared so; none of an argument.

    Typer takes the first form for the default until it reads the signature.
    """
    declared = getattr(annotation, "__metadata__", (None,))[0]
    words = (getattr(declared, "default", None), *(getattr(declared, "param_decls", None) or ()))
    return [word for word in words if isinstance(word, str) and word.startswith("-")]


def refuse_several(options: object, names: Iterable[str]) -> None:
    """Raise OptionError when more than one of these is given: each asks for something else."""
    chosen = tuple(given(options, names))
    if len(chosen) > 1:
        raise OptionError(f"{spelled(options, chosen[0])} and {spelled(options, chosen[1])} exclude each other")


def refuse_without_effect(options: object, table: Mapping[str, Iterable[str]]) -> None:
    """Raise OptionError for an option that has no use beside another: of each key, those that do not go with it."""
    for mode in given(options, table):
        for name in given(options, table[mode]):
            raise OptionError(f"{spelled(options, name)} does not go with {spelled(options, mode)}")


def refuse_alone(options: object, table: Mapping[str, Iterable[str]]) -> None:
    """Raise OptionError for an option that only says how another is done, when none of those is given."""
    for name in given(options, table):
        others = tuple(table[name])
        if not any(is_present(options, one) for one in others):
            *more, last = (spelled(options, one) for one in others)
            named = f"{', '.join(more)} and {last}" if more else last
            raise OptionError(f"{spelled(options, name)} is for {named}")
