"""The hashed locks of requirements/."""

import re
from dataclasses import dataclass, field

from tests.cli import PROJECT

FOLDER = PROJECT / "requirements"
_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)\s*(?:;\s*([^\\]*?))?\s*\\?$")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(slots=True)
class Pin:
    """A version of a package, and the archives of it that may be installed."""

    version: str
    marker: str
    hashes: set[str] = field(default_factory=set)


def pins(lock: str) -> dict[str, Pin]:
    """Name -> pin. Raises ValueError at a line that is none of a hashed lock."""
    found: dict[str, Pin] = {}
    last: Pin | None = None
    for line in (FOLDER / lock).read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if matched := _PIN.fullmatch(text):
            last = found[matched[1].lower()] = Pin(matched[2], matched[3] or "")
        elif last is not None and (matched := _HASH.search(text)):
            last.hashes.add(matched[1])
        else:
            raise ValueError(f"requirements/{lock}: {line!r}")
    return found
