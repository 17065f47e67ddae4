"""Whether there are settings at all, found out for next to nothing: most runs have none.

Every run asks, so nothing is imported here that is not there already.
"""

import errno
import os
from collections.abc import Mapping
from typing import Final

PREFIX: Final = "NETTOOLS_"
FILE_VARIABLE: Final = "NETTOOLS_CONFIG"
"""Names another file; ``none`` says that there is to be none."""
NO_FILE: Final = "none"
_NAME: Final = ("nettools", "config.toml")
_IS_WINDOWS: Final = os.name == "nt"


def has_settings(variables: Mapping[str, str]) -> bool:
    """Whether a variable may be a setting, or a file is there."""
    if any(name.startswith(PREFIX) for name in variables):
        return True
    path = settings_path(variables)
    return path is not None and is_there(path)


def settings_path(variables: Mapping[str, str]) -> str | None:
    """The file that is read if it is there; None where there is no place for one.

    XDG Base Directory Specification 0.8: ``$XDG_CONFIG_HOME``, which counts only when it is absolute, else
    ``$HOME/.config``. Windows has its own place for such files, APPDATA; macOS is as other Unix systems are.
    """
    named = variables.get(FILE_VARIABLE)
    if named:
        return None if named == NO_FILE else named
    base = variables.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(base):
        base = variables.get("APPDATA", "") if _IS_WINDOWS else _below_home(variables)
    return os.path.join(base, *_NAME) if os.path.isabs(base) else None


def home_directory(variables: Mapping[str, str]) -> str | None:
    """HOME where it is an absolute path, else what the password database says, if anything."""
    home = variables.get("USERPROFILE" if _IS_WINDOWS else "HOME", "")
    if os.path.isabs(home):
        return home
    if _IS_WINDOWS:
        return None
    import pwd

    try:
        home = pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:  # a user id without a name, as in many containers
        return None
    return home if os.path.isabs(home) else None


def _below_home(variables: Mapping[str, str]) -> str:
    home = home_directory(variables)
    return "" if home is None else os.path.join(home, ".config")


def is_there(path: str) -> bool:
    """Whether there is something of that name: what cannot be found, or not be looked for, is not.

    A home directory that we may not enter (``sudo -u nobody`` with root's HOME) has no file for us.
    """
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError, PermissionError, ValueError):
        return False
    except OSError as error:
        return error.errno != errno.ENAMETOOLONG
    return True
