"""A file of settings in which everything is commented out: each setting with its help and its built-in value."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from textwrap import wrap

from nettools.core.config.setting import Setting, Surroundings
from nettools.errors import NettoolsError

_HEAD = """\
# The settings of nettools. Each line that begins with #name = is a setting with its built-in value, or an example of
# one; take the # away to set it. Options on the command line and variables of the environment come before this file.
# nettools config shows what holds; nettools help settings says more.
"""


def template(
    settings: Iterable[Setting], help_of: Mapping[str, str], built_in: Mapping[str, str], surroundings: Surroundings
) -> str:
    """The text; ``help_of`` and ``built_in`` are by the name of the setting."""
    return "".join(_lines(settings, help_of, built_in, surroundings))


def _lines(
    settings: Iterable[Setting], help_of: Mapping[str, str], built_in: Mapping[str, str], surroundings: Surroundings
) -> Iterator[str]:
    yield _HEAD
    for section, group in groupby(settings, key=lambda one: one.section):
        yield f"\n[{section}]\n" if section else ""
        for setting in group:
            words = built_in.get(setting.name)
            value = None if words is None else _as_value(setting, words, surroundings)
            about = help_of.get(setting.name, "")
            if value is None:
                about += f" Built in: {words}." if words else " Built in: none."
            yield "\n"
            yield from (f"# {line}\n" for line in wrap(about.strip(), 118, break_on_hyphens=False))
            yield f"#{setting.key} = {value or setting.sample}\n"


def _as_value(setting: Setting, words: str, surroundings: Surroundings) -> str | None:
    """The built-in default as TOML has it; None where it is words about one."""
    try:
        setting.read(words, surroundings, name=setting.name)
    except NettoolsError:
        return None
    return words if words.isdigit() or setting.kind == "flag" else f'"{words}"'
