"""Settings that rest: a setting that does not go with what was asked has no effect, where an option is refused.

What a run works with says of each option whether it was given (``runs/together``); programs have no settings.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from nettools.runs.together import given, is_present


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOptions:
    """The options of a command that takes them as one value."""

    from_settings: frozenset[str] = frozenset()
    """Those that nobody gave: a setting stands in for their default. No option itself."""


Options = TypeVar("Options", bound=CommandOptions)


def at_rest(
    options: Options,
    *,
    exclude: Iterable[Iterable[str]] = (),
    without_effect: Mapping[str, Iterable[str]] | None = None,
    alone: Mapping[str, Iterable[str]] | None = None,
) -> Options:
    """The options without the settings that do not go with what was asked: an option is refused, a setting rests.

    The tables are those of ``refuse_several``, ``refuse_without_effect`` and ``refuse_alone``.
    """
    resting: set[str] = set()
    for names in exclude:
        if any(given(options, names)):
            resting |= options.from_settings & set(names)
    for mode, names in (without_effect or {}).items():
        if mode in options.from_settings and any(given(options, names)):
            resting.add(mode)
        elif is_present(options, mode) and mode not in resting:
            resting |= options.from_settings & set(names)
    for name, others in (alone or {}).items():
        if not any(is_present(options, other) and other not in resting for other in others):
            resting |= options.from_settings & {name}
    return without_settings(options, resting)


def without_settings(options: Options, names: Iterable[str]) -> Options:
    """The options with the built-in defaults where one of these is only set."""
    resting = options.from_settings & set(names)
    if not resting:
        return options
    built_in = {one.name: one.default for one in fields(options) if one.name in resting}
    return replace(options, from_settings=options.from_settings - resting, **built_in)
