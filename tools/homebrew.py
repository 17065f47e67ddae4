"""The Homebrew formula of a release, out of packaging/homebrew/nettools.rb.in.

    uv pip compile --universal --extra full --constraint requirements/full.txt --format pylock.toml \\
      pyproject.toml --output-file pylock.toml
    python tools/homebrew.py --pylock pylock.toml --archive dist/nettools-0.1.0.tar.gz --homepage ADDRESS \\
      --address ADDRESS/{file} --resources 'ADDRESS/{initial}/{name}/{file}' > nettools.rb

Homebrew builds from source: each library is a resource, its source archive. pylock.toml (PEP 751) says which archive
that is; its hash must stand in requirements/full.txt, so that a formula has what was tested. Addresses are arguments,
with the fields {file}, {name} and {initial}: the project names no server.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final, Literal
from urllib.parse import urlsplit

ROOT: Final = Path(__file__).parent.parent
TEMPLATE: Final = ROOT / "packaging" / "homebrew" / "nettools.rb.in"
LOCK: Final = ROOT / "requirements" / "full.txt"
PROVIDED: Final = frozenset({"certifi", "cffi", "cryptography", "pycparser"})
"""Formulae of Homebrew's own, on which the template depends; cryptography brings cffi, and that pycparser."""

Where = Literal["everywhere", "macos", "nowhere"]
MARKERS: Final[Mapping[str, Where]] = {
    "": "everywhere",
    "sys_platform != 'linux'": "macos",
    "sys_platform == 'win32'": "nowhere",
    "python_full_version < '3.13'": "nowhere",  # the template depends on python@3.13
}
"""Where a library with this marker (PEP 508) is needed, among the systems that Homebrew runs on."""


class Unfillable(Exception):
    """Why there is no formula."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A library's source archive."""

    name: str
    version: str
    file: str
    hash: str
    where: Where


def resources(pylock: str, hashes: Mapping[tuple[str, str], set[str]]) -> Iterator[Resource]:
    """Those that the formula needs. Raises Unfillable for one that is not as the lock has it."""
    for package in tomllib.loads(pylock).get("packages", []):
        name, version = package["name"], package.get("version", "")
        marker = package.get("marker", "")
        if name in PROVIDED or name == "nettools":
            continue
        if marker not in MARKERS:
            raise Unfillable(
                f"{name} has the marker {marker!r}: MARKERS in tools/homebrew.py has to say where it holds"
            )
        if MARKERS[marker] == "nowhere":
            continue
        if "sdist" not in package:
            raise Unfillable(f"{name} {version} has no source archive")
        archive = package["sdist"]
        digest = archive["hashes"]["sha256"]
        if digest not in hashes.get((name, version), set()):
            raise Unfillable(f"the source archive of {name} {version} is none of those in requirements/full.txt")
        file = PurePosixPath(urlsplit(archive.get("url") or archive["path"]).path).name
        yield Resource(name=name, version=version, file=file, hash=digest, where=MARKERS[marker])


def hashes_of(lock: str) -> dict[tuple[str, str], set[str]]:
    """(name, version) -> the SHA-256 of its archives, out of a hashed requirements file."""
    found: dict[tuple[str, str], set[str]] = {}
    last: set[str] = set()
    for line in lock.splitlines():
        if pinned := re.match(r"([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", line):
            last = found.setdefault((pinned[1], pinned[2]), set())
        elif hashed := re.search(r"--hash=sha256:([0-9a-f]{64})", line):
            last.add(hashed[1])
    return found


def stanzas(found: list[Resource], address: str) -> str:
    """The resources in Ruby, those of one system alone in a block of their own."""
    everywhere = [_stanza(one, address) for one in found if one.where == "everywhere"]
    for one in found:
        if one.where == "macos":
            inner = _stanza(one, address).replace("\n", "\n  ")
            everywhere.append(f"on_macos do\n  {inner}\nend")
    return "\n\n".join(everywhere).replace("\n", "\n  ").replace("\n  \n", "\n\n")


def _stanza(one: Resource, address: str) -> str:
    return f'resource "{one.name}" do # {one.version}\n  url "{_filled(address, one)}"\n  sha256 "{one.hash}"\nend'


def _filled(address: str, one: Resource) -> str:
    fields = {"file": one.file, "name": one.name, "initial": one.name[0]}
    text = re.sub(r"\{(\w+)\}", lambda match: fields.get(match[1], match[0]), address)
    if re.search(r'["\\#{}\s]', text):
        raise Unfillable(f"{address!r} makes no address: the fields are {{file}}, {{name}} and {{initial}}")
    return text


def formula(*, pylock: str, archive: Path, homepage: str, address: str, resource_address: str) -> str:
    """The whole formula. Raises Unfillable."""
    found = re.fullmatch(r"nettools-(.+)\.tar\.gz", archive.name)
    if found is None:
        raise Unfillable(f"{archive} is no source archive of nettools")
    digest = sha256(archive.read_bytes()).hexdigest()
    ours = Resource(name="nettools", version=found[1], file=archive.name, hash=digest, where="everywhere")
    listed = list(resources(pylock, hashes_of(LOCK.read_text(encoding="utf-8"))))
    text = TEMPLATE.read_text(encoding="utf-8")
    for place, value in (
        ("@HOMEPAGE@", _filled(homepage, ours)),
        ("@URL@", _filled(address, ours)),
        ("@SHA256@", digest),
        ("@RESOURCES@", stanzas(listed, resource_address)),
    ):
        text = text.replace(place, value)
    return text.split("\n", 1)[1]  # the first line is about the template


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pylock", required=True, type=Path, help="pylock.toml with the source archives")
    parser.add_argument("--archive", required=True, type=Path, help="the source archive of nettools")
    parser.add_argument("--homepage", required=True)
    parser.add_argument("--address", required=True, help="where the source archive of nettools will be")
    parser.add_argument("--resources", required=True, help="where those of the libraries are")
    options = parser.parse_args()
    try:
        text = formula(
            pylock=options.pylock.read_text(encoding="utf-8"),
            archive=options.archive,
            homepage=options.homepage,
            address=options.address,
            resource_address=options.resources,
        )
    except (Unfillable, OSError, tomllib.TOMLDecodeError) as error:
        raise SystemExit(f"tools/homebrew.py: {error}") from None
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
