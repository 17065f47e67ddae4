"""How this nettools was installed, as its environment's files tell; read only when an extra is missing."""

import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec

from nettools.core.installation import Place, command_that_adds, requirements_of


def command_adding(extra: str) -> str:
    """The shell command that adds the extra to this installation."""
    main = getattr(sys.modules["__main__"], "__file__", None)
    place = place_of(
        sys.prefix,
        interpreter=sys.executable,
        main=main if isinstance(main, str) else "",
        variables=os.environ,
        has_pip=find_spec("pip") is not None,
    )
    return command_that_adds(extra, place, requirements_of(extra, _required()))


def place_of(prefix: str, *, interpreter: str, main: str, variables: Mapping[str, str], has_pip: bool) -> Place:
    """What the environment's own files say. ``main`` is the file that is run."""
    settings = _read(os.path.join(prefix, "pyvenv.cfg")) or ""
    return Place(
        prefix=prefix,
        interpreter=interpreter,
        is_activated=variables.get("VIRTUAL_ENV") == prefix,
        has_pip=has_pip,
        is_single_file=os.path.isfile(os.path.dirname(main)),
        is_by_pipx=os.path.exists(os.path.join(prefix, "pipx_metadata.json")),
        is_by_uv=any(line.partition("=")[0].strip() == "uv" for line in settings.splitlines()),
        uv_receipt=_read(os.path.join(prefix, "uv-receipt.toml")),
    )


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return None


def _required() -> list[str]:
    from importlib.metadata import PackageNotFoundError, requires

    try:
        return requires("nettools") or []
    except PackageNotFoundError:  # run out of a checkout that nobody installed
        return []
