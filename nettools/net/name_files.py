"""The names that this machine gives to routing tables, protocols, scopes and interface groups."""

import os
from collections.abc import Iterator, Mapping
from typing import Final

from nettools.core.netlink.names import parse_names

_FOLDERS: Final = ("/usr/share/iproute2", "/etc/iproute2")
"""Where iproute2 keeps them: the distribution's, then this machine's own, which come last and win."""

_MOST_BYTES: Final = 1 << 20


def read_name_file(name: str, folders: tuple[str, ...] = _FOLDERS) -> Mapping[int, str]:
    """``rt_tables``, ``rt_protos``, ``rt_scopes`` or ``group``, each with the files of ``NAME.d/``."""
    found: dict[int, str] = {}
    for folder in folders:
        for path in _paths(os.path.join(folder, name)):
            found |= parse_names(_text(path))
    return found


def _paths(path: str) -> Iterator[str]:
    yield path
    try:
        inside = sorted(os.listdir(f"{path}.d"))
    except OSError:
        return
    yield from (os.path.join(f"{path}.d", one) for one in inside if one.endswith(".conf"))


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "surrogateescape")
    except OSError:
        return ""
