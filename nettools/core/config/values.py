"""What the file and the environment say: each value with the place where it stands, and whether it can be used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Final, Literal

from nettools.core.config.setting import VARIABLE_PREFIX, Setting, Surroundings
from nettools.core.config.table import BY_NAME, BY_VARIABLE, SECTIONS, SETTINGS
from nettools.core.config.toml_places import key_lines
from nettools.core.record import column
from nettools.core.text import quoted, safe, with_hint
from nettools.errors import NettoolsError, SettingError

OriginKind = Literal["built-in", "environment", "file"]

_LARGEST_NUMBER: Final = 1 << 63
_SURE: Final = 0.85
"""How alike a variable must be to a setting's to be taken for a slip; others may use our prefix too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a value comes from."""

    kind: OriginKind
    source: str
    """The path of the file, or the name of the variable."""
    line: int | None = None

    @property
    def place(self) -> str:
        """``/home/me/.config/nettools/config.toml:3``, ``NETTOOLS_SCAN_TIMEOUT``; safe to print."""
        shown = safe(self.source)
        return shown if self.line is None else f"{shown}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingWarning:
    """Something that is no setting, and is passed over."""

    place: str = field(metadata=column("Place"))
    """``FILE:LINE``, or the name of the variable."""
    message: str = field(metadata=column("Message"))
    hint: str | None = field(metadata=column("Hint"))

    @property
    def sentence(self) -> str:
        return with_hint(f"{self.place}: {self.message}", self.hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetValue:
    """A setting that is set."""

    setting: Setting
    text: str
    """As it was written, a number or a flag as text."""
    value: str | bool | None
    """What the option is given; None when it cannot be used."""
    origin: Origin
    error: SettingError | None = None

    @property
    def shown(self) -> str:
        """The text, unless it may hold a password."""
        return "(not shown)" if self.setting.key == "proxy" and "@" in self.text else self.text

    @property
    def default(self) -> object:
        """As a parameter of the command takes it."""
        return [self.value] if self.setting.kind == "repeatable" else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingSource:
    """All that a file, or the environment, says."""

    values: Mapping[str, SetValue]
    """By the name of the setting."""
    errors: tuple[NettoolsError, ...] = ()
    """What is wrong, the values' own errors too, in the order of the places."""
    warnings: tuple[SettingWarning, ...] = ()


NOTHING_SET: Final = SettingSource(values={})


def settings_of_file(document: Mapping[str, object], text: str, path: str, surroundings: Surroundings) -> SettingSource:
    """What a file says; ``document`` is what tomllib reads in ``text``."""
    reading = _FileReading(path, key_lines(text), surroundings)
    for key, value in document.items():
        if key in SECTIONS and isinstance(value, dict):
            for inner, one in value.items():
                reading.take(f"{key}.{inner}", one, (key, inner))
        elif key in SECTIONS:
            reading.refuse((key,), f"{key} is {_kind_of(value)} and no table", f"write [{key}] above its settings")
        else:
            reading.take(key, value, (key,))
    return SettingSource(
        values=reading.values,
        errors=tuple(error for _, error in sorted(reading.errors, key=lambda one: one[0])),
        warnings=tuple(warning for _, warning in sorted(reading.warnings, key=lambda one: one[0])),
    )


class _FileReading:
    """Collects what stands in one file."""

    def __init__(self, path: str, lines: Mapping[tuple[str, ...], int], surroundings: Surroundings) -> None:
        self.values: dict[str, SetValue] = {}
        self.errors: list[tuple[int, SettingError]] = []
        self.warnings: list[tuple[int, SettingWarning]] = []
        self._path = path
        self._lines = lines
        self._surroundings = surroundings

    def refuse(self, place: tuple[str, ...], message: str, hint: str | None) -> SettingError:
        origin = self._origin(place)
        error = SettingError(f"{origin.place}: {message}", hint=hint)
        self.errors.append((origin.line or 0, error))
        return error

    def take(self, name: str, value: object, place: tuple[str, ...]) -> None:
        setting = BY_NAME.get(name)
        origin = self._origin(place)
        if setting is None:
            what = "table" if isinstance(value, dict) else "setting"
            message = f"there is no {what} {quoted(name)}"
            told = SettingWarning(place=origin.place, message=message, hint=nearest_setting(name))
            self.warnings.append((origin.line or 0, told))
            return
        text = _as_text(value)
        usable: str | bool | None = None
        error: SettingError | None = None
        if text is None or isinstance(value, bool) is not (setting.kind == "flag"):
            wanted = "true or false" if setting.kind == "flag" else "a text in quotes or a number"
            error = self.refuse(place, f"{name} is {_kind_of(value)}, not {wanted}", None)
        else:
            try:
                usable = setting.read(text, self._surroundings, name=name)
            except SettingError as failure:
                error = self.refuse(place, failure.message, failure.hint)
        shown = _kind_of(value) if text is None else text
        self.values[name] = SetValue(setting=setting, text=shown, value=usable, origin=origin, error=error)

    def _origin(self, place: tuple[str, ...]) -> Origin:
        return Origin(kind="file", source=self._path, line=self._lines.get(place))


def settings_of_environment(variables: Mapping[str, str], surroundings: Surroundings) -> SettingSource:
    """What the environment says; a variable that is empty is as one that is not there."""
    values: dict[str, SetValue] = {}
    errors: list[SettingError] = []
    warnings: list[SettingWarning] = []
    for variable, text in sorted(variables.items()):
        setting = BY_VARIABLE.get(variable)
        if setting is None:
            if _looks_like_a_slip(variable):
                near = get_close_matches(variable, BY_VARIABLE, n=1, cutoff=0.7)
                warnings.append(
                    SettingWarning(place=safe(variable), message="no setting has this name", hint=_did_you_mean(near))
                )
        elif text:
            value, error = None, None
            try:
                value = setting.read(text, surroundings, name=variable)
            except SettingError as failure:
                error = failure
                errors.append(failure)
            origin = Origin(kind="environment", source=variable)
            values[setting.name] = SetValue(setting=setting, text=text, value=value, origin=origin, error=error)
    return SettingSource(values=values, errors=tuple(errors), warnings=tuple(warnings))


def _looks_like_a_slip(variable: str) -> bool:
    """Whether a variable is meant to be a setting: it names a command, or differs by a letter or two."""
    if not variable.startswith(VARIABLE_PREFIX) or variable == f"{VARIABLE_PREFIX}CONFIG":
        return False
    commands = tuple(f"{VARIABLE_PREFIX}{section.replace('-', '_').upper()}_" for section in SECTIONS)
    return variable.startswith(commands) or bool(get_close_matches(variable, BY_VARIABLE, n=1, cutoff=_SURE))


def nearest_setting(name: str) -> str:
    """A hint: the settings of that key elsewhere, or those whose names look most like it."""
    key = name.rpartition(".")[2]
    same = [one.name for one in SETTINGS if one.key == key]
    near = same or get_close_matches(name, [*BY_NAME, *SECTIONS], n=1, cutoff=0.7)
    return _did_you_mean(near) or "nettools config lists them"


def _did_you_mean(names: list[str]) -> str | None:
    return f"did you mean {' or '.join(names)}?" if names else None


def _as_text(value: object) -> str | None:
    """A value of TOML as it would stand behind an option; None for what cannot stand there."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if abs(value) < _LARGEST_NUMBER else None
    if isinstance(value, float):
        return repr(value)
    return value if isinstance(value, str) else None


def _kind_of(value: object) -> str:
    """What a value of TOML is, in words; a bool is an int too, and a datetime a date."""
    names: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        (int, "a number" if isinstance(value, int) and abs(value) < _LARGEST_NUMBER else "a number beyond all limits"),
        (float, "a number"),
        (str, "a text"),
        (dict, "a table"),
        (list, "a list"),
        ((datetime, date, time), "a date or time"),
    )
    return next(word for types, word in names if isinstance(value, types))
