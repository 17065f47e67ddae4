"""The JSON Schemas of all documents and lines, generated from the record classes that they are made of.

    python tools/schemas.py write      rewrite nettools/schemas/ and tests/golden/keys/
    python tools/schemas.py --check    exit 1 and show the difference when a file is out of date

``write`` refuses to take a key away, or to change its type, within a version: there would be readers to break.
"""

import difflib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nettools.core.config.report import ConfigReport  # noqa: E402
from nettools.core.connect.report import CatReport  # noqa: E402
from nettools.core.error_report import ErrorReport  # noqa: E402
from nettools.core.ifaces.report import IfacesReport  # noqa: E402
from nettools.core.port_service import ServiceReport  # noqa: E402
from nettools.core.rdns.report import RdnsReport  # noqa: E402
from nettools.core.resolve.report import ResolveReport  # noqa: E402
from nettools.core.route.explanation import ExplainReport  # noqa: E402
from nettools.core.route.report import RouteReport  # noqa: E402
from nettools.core.scan.report import ScanReport  # noqa: E402
from nettools.core.schema_list import SchemaList  # noqa: E402
from nettools.core.subnet.lists import ComparisonReport, FilterReport, NetworkListReport, RelationReport  # noqa: E402
from nettools.core.subnet.mac import MacReport  # noqa: E402
from nettools.core.subnet.report import SubnetReport  # noqa: E402
from tools.line_schemas import LINES, lines_schema  # noqa: E402
from tools.record_schema import JsonSchema, document_schema  # noqa: E402
from tools.schema_keys import keys_text, lost_keys, read_keys  # noqa: E402

REPORTS: dict[str, type] = {
    "cat": CatReport,
    "config": ConfigReport,
    "error": ErrorReport,
    "ifaces": IfacesReport,
    "port-service": ServiceReport,
    "rdns": RdnsReport,
    "resolve": ResolveReport,
    "route": RouteReport,
    "route-explain": ExplainReport,
    "scan": ScanReport,
    "schemas": SchemaList,
    "subnet": SubnetReport,
    "subnet-compare": ComparisonReport,
    "subnet-filter": FilterReport,
    "subnet-list": NetworkListReport,
    "subnet-mac": MacReport,
    "subnet-relation": RelationReport,
}
FOLDER = ROOT / "nettools" / "schemas"
KEYS = ROOT / "tests" / "golden" / "keys"


def schemas() -> dict[str, JsonSchema]:
    """Name -> schema, of documents and of lines."""
    documents = {name: document_schema(name, report) for name, report in REPORTS.items()}
    return documents | {name: lines_schema(name) for name in LINES}


def _files() -> Iterator[tuple[Path, str]]:
    for name, schema in schemas().items():
        yield FOLDER / f"{name}.json", json.dumps(schema, indent=2) + "\n"
        yield KEYS / f"{name}.txt", keys_text(schema)


def main(arguments: list[str]) -> int:
    """``write`` or ``--check``."""
    if arguments not in (["write"], ["--check"]):
        sys.stderr.write(f"usage: {sys.argv[0]} write|--check\n")
        return 2
    stale = 0
    for path, text in _files():
        current = path.read_text() if path.exists() else ""
        if current == text:
            continue
        lost = lost_keys(read_keys(current), read_keys(text)) if path.suffix == ".txt" else []
        if arguments == ["write"] and not lost:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            continue
        stale = 1
        sys.stdout.writelines(f"{path}: {one}\n" for one in lost)
        lines = difflib.unified_diff(current.splitlines(True), text.splitlines(True), str(path), "generated")
        sys.stdout.writelines([] if lost else lines)
    return stale


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
