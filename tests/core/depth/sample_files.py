"""The sample answers beside this module, one file for each probe: what came, and what it has to tell."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from nettools import data
from nettools.core.depth.catalog import Catalog

FOLDER = Path(__file__).with_name("samples")
CATALOG = Catalog(dict(data.files("probes", ".toml")))


@dataclass(frozen=True)
class Sample:
    """One answer."""

    probe: str
    about: str
    answer: bytes
    asked: str | None
    port: int
    in_udp: bool
    expected: dict[str, str]


def samples() -> list[Sample]:
    """All of them, in the order of their files."""
    return [one for path in sorted(FOLDER.glob("*.toml")) for one in _read(path)]


def _read(path: Path) -> list[Sample]:
    probe = CATALOG.probes[path.stem]
    found = []
    for table in tomllib.loads(path.read_text("utf-8"))["sample"]:
        hexadecimal = "".join(line.partition("#")[0] for line in table.get("hex", "").splitlines())
        answer = table["text"].encode("latin-1") if "text" in table else bytes.fromhex(hexadecimal)
        heard = next((name for name in sorted(probe.hears) if name != "greeting"), None)
        asked = table.get("asked", probe.name if probe.says is not None else heard)
        found.append(
            Sample(
                probe=path.stem,
                about=table["about"],
                answer=answer,
                asked=None if asked == "greeting" else asked,
                port=table.get("port", min(probe.ports | probe.tls_ports, default=54321)),
                in_udp="tcp" not in probe.transports,
                expected=table["expected"],
            )
        )
    return found
