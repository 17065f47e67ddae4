"""Which value of a setting holds: the command line, else the environment, else the file, else the built-in one.

Within one source a command's own setting comes before the one of several commands: ``[scan] timeout`` before
``timeout``, and ``NETTOOLS_TIMEOUT`` before both, since the environment is nearer to the run than the file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nettools.core.config.setting import Setting
from nettools.core.config.table import general, settings_of
from nettools.core.config.values import NOTHING_SET, SettingSource, SettingWarning, SetValue
from nettools.errors import NettoolsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment and the file say together."""

    environment: SettingSource = NOTHING_SET
    file: SettingSource = NOTHING_SET

    @property
    def errors(self) -> tuple[NettoolsError, ...]:
        """The nearest to the run first."""
        return (*self.environment.errors, *self.file.errors)

    @property
    def warnings(self) -> tuple[SettingWarning, ...]:
        return (*self.environment.warnings, *self.file.warnings)

    def effective(self, setting: Setting) -> SetValue | None:
        """The value that holds; None when the built-in one does."""
        broader = general(setting)
        names = (setting.name,) if broader is None else (setting.name, broader.name)
        return next(iter(self._found(names)), None)

    def _found(self, names: tuple[str, ...]) -> Iterator[SetValue]:
        for source in (self.environment, self.file):
            yield from (source.values[name] for name in names if name in source.values)

    def for_command(self, section: str) -> Mapping[str, SetValue]:
        """What a command finds set, by the parameter of the option."""
        found = ((one.parameter, self.effective(one)) for one in settings_of(section))
        return {parameter: value for parameter, value in found if value is not None}
