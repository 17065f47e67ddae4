"""What a setting is: a default of an option that a person or a site may move once for all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from nettools.core.ports import PortNames
from nettools.core.text import quoted
from nettools.errors import NettoolsError, OptionError, SettingError

VARIABLE_PREFIX: Final = "NETTOOLS_"

Kind = Literal["text", "flag", "file", "repeatable"]
"""What the option takes: one value, none, the name of a file that is read, or values again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a value may refer to."""

    home: str | None
    """The home directory, for which ``~/`` stands."""
    port_names: Callable[[], PortNames]
    """The names of ports and groups of them; asked for when a list of ports has to be read."""


Check = Callable[[str, str, Surroundings], object]
"""Reads a text as the option does, under the name that an error tells; raises NettoolsError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting and the option whose default it is."""

    section: str
    """The command, and the table of the file; empty for what holds for several commands."""
    key: str
    """The option's long form without its hyphens."""
    check: Check
    sample: str
    """A value as the file has it, for the template, where the built-in default is none that can be written."""
    kind: Kind = "text"
    built_in: str | None = None
    """The built-in default in words, where the help of the option does not tell it as one."""
    help: str | None = None
    """What it says, where there is no one option that says it."""

    @property
    def name(self) -> str:
        """``scan.timeout``."""
        return f"{self.section}.{self.key}" if self.section else self.key

    @property
    def variable(self) -> str:
        """``NETTOOLS_SCAN_TIMEOUT``."""
        return VARIABLE_PREFIX + self.name.replace(".", "_").replace("-", "_").upper()

    @property
    def option(self) -> str:
        """``--timeout``."""
        return f"--{self.key}"

    @property
    def parameter(self) -> str:
        """The field of a command's options that it stands in for."""
        return self.key.replace("-", "_")

    def read(self, text: str, surroundings: Surroundings, *, name: str) -> str | bool:
        """What the option would be given. Raises SettingError, in which ``name`` says whose value is wrong."""
        try:
            if self.kind == "flag":
                return read_flag(text, name)
            if self.kind == "file":
                return read_path(text, name, surroundings.home)
            self.check(text, name, surroundings)
        except NettoolsError as error:
            named = error.message if error.message.startswith(name) else f"{name}: {error.message}"
            raise SettingError(named, hint=error.hint) from None
        return text


def read_flag(text: str, name: str) -> bool:
    """True or false. Raises OptionError."""
    values = {"true": True, "1": True, "false": False, "0": False}
    if text not in values:
        raise OptionError(f"{name} {quoted(text)} is neither true nor false")
    return values[text]


def read_path(text: str, name: str, home: str | None) -> str:
    """The path of a file, which does not depend on the directory that somebody happens to be in. Raises OptionError.

    Where ``/`` or a drive does not begin it, only ``~/`` may: in the current directory others may have put files.
    """
    if text.startswith("~/") and home is not None:
        return f"{home.rstrip('/')}/{text[2:]}"
    if not is_absolute(text):
        raise OptionError(f"{name} {quoted(text)} is a relative path", hint="write it from / or from ~/")
    if "\0" in text:
        raise OptionError(f"{name} {quoted(text)} holds a NUL")
    return text


def is_absolute(path: str) -> bool:
    r"""Whether a path names the same file in every directory: ``/x``, ``C:\x``, ``\\server\x``.

    >>> is_absolute("/etc/x"), is_absolute("x/y"), is_absolute("C:/x"), is_absolute("C:x"), is_absolute("")
    (True, False, True, False, False)
    """
    has_drive = path[:1].isascii() and path[:1].isalpha() and path[1:2] == ":" and path[2:3] in ("/", "\\")
    return path.startswith(("/", "\\\\")) or (has_drive and len(path) > 2)
