"""What ``nettools config`` answers: each setting, its value, and where it came from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Final

from nettools.core.config.effective import Settings
from nettools.core.config.setting import Setting
from nettools.core.config.values import OriginKind, SettingWarning
from nettools.core.outcome import Failure
from nettools.core.record import column
from nettools.core.text import safe

NOT_SHOWN: Final = "(set, not shown)"
CREDENTIALS: Final = "proxy-auth"
"""No setting, since a file of settings is no place for a password; shown because the environment may hold it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """One setting as it holds now."""

    name: str = field(metadata=column("Setting"))
    value: str | None = field(metadata=column("Value"))
    """As it is written; None where nothing is set and the built-in default is nothing."""
    origin: OriginKind = field(metadata=column("Origin"))
    file: str | None = field(metadata=column("File"))
    line: int | None = field(metadata=column("Line", align="right"))
    variable: str = field(metadata=column("Variable"))
    """The variable of the environment that sets it, or set it where ``origin`` says so."""
    built_in: str | None = field(metadata=column("Built in"))
    """The default of the option where nothing is set, in words."""
    usable: bool = field(metadata=column("Usable"))
    """Whether the value can be used; ``errors`` says why not."""

    @property
    def place(self) -> str:
        """Where the value stands, in one word; safe to print."""
        if self.origin == "environment":
            return safe(self.variable)
        if self.file is None:
            return "built in"
        return safe(self.file) if self.line is None else f"{safe(self.file)}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigReport:
    """The answer of ``nettools config``."""

    SCHEMA: ClassVar[str] = "nettools.config/1"

    file: str | None = field(metadata=column("File"))
    """The file that is read if it is there; None where there is no place for one."""
    exists: bool = field(metadata=column("Exists"))
    settings: tuple[SettingRow, ...] = field(metadata=column("Settings"))
    warnings: tuple[SettingWarning, ...] = field(metadata=column("Warnings"))
    errors: tuple[Failure, ...] = field(metadata=column("Errors"))


def setting_row(setting: Setting, settings: Settings, built_in: str | None) -> SettingRow:
    """The setting as it holds now."""
    found = settings.effective(setting)
    if found is None:
        return SettingRow(
            name=setting.name,
            value=built_in,
            origin="built-in",
            file=None,
            line=None,
            variable=setting.variable,
            built_in=built_in,
            usable=True,
        )
    origin = found.origin
    is_variable = origin.kind == "environment"
    return SettingRow(
        name=setting.name,
        value=found.shown,
        origin=origin.kind,
        file=None if is_variable else origin.source,
        line=origin.line,
        variable=origin.source if is_variable else setting.variable,
        built_in=built_in,
        usable=found.error is None,
    )


def secret_row(variables: Mapping[str, str], names: Iterable[str]) -> SettingRow:
    """The password for proxies, which the environment alone may hold: whether it is there, never what it is."""
    known = tuple(names)
    holding = next((name for name in known if variables.get(name)), None)
    return SettingRow(
        name=CREDENTIALS,
        value=None if holding is None else NOT_SHOWN,
        origin="built-in" if holding is None else "environment",
        file=None,
        line=None,
        variable=holding or known[0],
        built_in=None,
        usable=True,
    )
