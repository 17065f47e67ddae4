"""Generated files are what their generators write, and real documents are valid against the schemas."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.cli import run

ROOT = Path(__file__).parent.parent.parent
SCHEMAS = ROOT / "nettools" / "schemas"

DOCUMENTS: list[tuple[str, list[str]]] = [
    ("subnet", ["subnet", "192.0.2.12/30", "2001:db8::1/64", "0.0.0.0/0", "ff05::1:3", "fe80::5eff:fe10:1%lo", "bad"]),
    ("port-service", ["port-service", "80", "51820/udp", "no-such-service", "99999"]),
    ("scan", ["scan", "127.0.0.1", "010.0.0.1", "-p", "1-40"]),
    ("ifaces", ["ifaces", "lo", "no-such-interface"]),
    ("route", ["route", "--table", "local"]),
    ("route-explain", ["route", "127.0.0.1", "127.0.0.0/8", "010.0.0.1"]),
    ("error", ["subnet", "--no-such-option"]),
]


@pytest.mark.parametrize("generator", ["schemas.py", "pictures.py"])
def test_a_generated_file_is_current(generator: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / generator), "--check"],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(("name", "words"), DOCUMENTS, ids=[name for name, _ in DOCUMENTS])
def test_a_real_document_is_valid_and_has_no_key_that_the_schema_lacks(name: str, words: list[str]) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(closed(schema)).validate(run(*words, "--json").json)


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_nettools_schema_prints_the_file(path: Path) -> None:
    outcome = run("schema", path.stem)
    assert (outcome.status, outcome.stdout) == (0, path.read_text(encoding="utf-8"))


def closed(schema: Any) -> Any:
    """A copy in which every object forbids further keys."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: closed(value) for key, value in schema.items()}
    if "properties" in copy and "additionalProperties" not in copy:
        copy["additionalProperties"] = False
    return copy
