"""The settings of a run: read from the environment and the file, checked, and put where options were not given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from nettools.commands._settings import FILE_VARIABLE, home_directory, is_there, settings_path
from nettools.core.config.effective import Settings
from nettools.core.config.setting import Surroundings, is_absolute
from nettools.core.config.table import SECTIONS
from nettools.core.config.values import (
    NOTHING_SET,
    SettingSource,
    SetValue,
    settings_of_environment,
    settings_of_file,
)
from nettools.core.ports import PortNames
from nettools.core.text import quoted, safe
from nettools.errors import NettoolsError, SettingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What stands in for options that were not given."""

    values: Mapping[str, SetValue]
    """By the parameter of the option."""
    warnings: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.values)

    def without(self, parameter: str) -> "Defaults":
        kept = {name: value for name, value in self.values.items() if name != parameter}
        return Defaults(values=kept, warnings=self.warnings)

    def told(self) -> tuple[str, ...]:
        """Which they are and where each comes from, a line for each."""
        return tuple(
            f"{one.setting.name} is {quoted(one.shown)}, by {one.origin.place}" for one in self.values.values()
        )


NO_DEFAULTS: Final = Defaults(values={})


def defaults_for(command: str, variables: Mapping[str, str], *, is_given: Callable[[str], bool]) -> Defaults:
    """The settings that a command uses. Raises SettingError, InputError for what is wrong, whoever would use it.

    ``command`` may have a verb behind it. What is about the tool itself must work with the worst of files: it takes
    what can be used, and says nothing of the rest.
    """
    section = command.partition(" ")[0]
    settings = read_settings(variables)
    is_about_the_tool = section not in SECTIONS
    if settings.errors and not is_about_the_tool:
        first, *more = settings.errors
        if more:
            further = f"and {len(more)} more {'is' if len(more) == 1 else 'are'} wrong: nettools config shows all"
            first = type(first)(first.message, hint=f"{first.hint}; {further}" if first.hint else further)
        raise first
    found = settings.for_command(section)
    return Defaults(
        values={name: one for name, one in found.items() if one.error is None and not is_given(name)},
        warnings=() if is_about_the_tool else tuple(one.sentence for one in settings.warnings),
    )


def read_settings(variables: Mapping[str, str]) -> Settings:
    """All settings, with what is wrong and what is unknown. Raises nothing."""
    surroundings = Surroundings(home=home_directory(variables), port_names=_port_names)
    return Settings(
        environment=settings_of_environment(variables, surroundings),
        file=_settings_of_file(variables, surroundings),
    )


def _settings_of_file(variables: Mapping[str, str], surroundings: Surroundings) -> SettingSource:
    path = settings_path(variables)
    if path is None:
        return NOTHING_SET
    is_named = bool(variables.get(FILE_VARIABLE))
    try:
        if is_named and not is_absolute(path):
            hint = "name it from /, or say none: no file is taken from the current directory"
            raise SettingError(f"{FILE_VARIABLE} {quoted(path)} is a relative path", hint=hint)
        if not is_named and not is_there(path):
            return NOTHING_SET
        from nettools.core.config.document import read_document
        from nettools.net.config_file import read_settings_file

        document = read_document(read_settings_file(path), path)
    except NettoolsError as error:
        return SettingSource(values={}, errors=(error,))
    return settings_of_file(document.values, document.text, path, surroundings)


def _port_names() -> PortNames:
    from nettools.runs.services import port_names, service_table

    return port_names(service_table())


def with_origin(error: NettoolsError, defaults: Defaults) -> NettoolsError:
    """The error, with the place of the setting whose value it names: nobody typed that value just now."""
    for one in defaults.values.values():
        if len(one.text) > 1 and one.text in error.message:
            said = f"{one.setting.name} is set by {one.origin.place}"
            error.hint = f"{error.hint}; {said}" if error.hint else said
            break
    return error


def moved_defaults(command: str, variables: Mapping[str, str]) -> Mapping[str, str]:
    """The defaults that settings have moved, as help tells them, by parameter; what is wrong is told elsewhere.

    ``2s, by config.toml:3``: the built-in one stands behind it.
    """
    found = read_settings(variables).for_command(command.partition(" ")[0])
    return {
        name: f"{safe(one.shown)}, by {one.origin.place.rpartition('/')[2]}"
        for name, one in found.items()
        if one.error is None
    }


def default_format(command: str, variables: Mapping[str, str]) -> str | None:
    """The format that a command answers in when none is named, where a setting says so."""
    found = read_settings(variables).for_command(command).get("format")
    return found.text if found is not None and found.error is None else None
