"""The one loader of the registries that ship as data files beside this module.

Each file is UTF-8 text: comment lines that begin with ``#`` state source, date and columns, then one
tab-separated record a line.
"""

import os
from collections.abc import Iterator


def lines(name: str) -> list[str]:
    """The record lines of the data file ``name``, comments and blank lines left out."""
    return [line for line in text(name).splitlines() if line and not line.startswith("#")]


def rows(name: str) -> list[list[str]]:
    """The records of the data file ``name``, each as its tab-separated cells."""
    return [line.split("\t") for line in lines(name)]


def text(name: str) -> str:
    """The data file ``name`` as it is, for those that have a form of their own (``root.hints`` is a zone file)."""
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
        return file.read()


def files(folder: str, suffix: str) -> Iterator[tuple[str, str]]:
    """(name without suffix, text) of the files in a folder of this one, in the order of their names."""
    for name in sorted(os.listdir(os.path.join(os.path.dirname(__file__), folder))):
        if name.endswith(suffix):
            yield name.removesuffix(suffix), text(os.path.join(folder, name))
