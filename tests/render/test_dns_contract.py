"""The keys of the documents of resolve and rdns: those that are promised, in that order, others only behind them."""

import json
from io import BytesIO
from typing import Any

import pytest

from nettools.core.rdns.report import RdnsReport
from nettools.core.resolve.report import ResolveReport
from nettools.render import data
from nettools.render.output import Output
from tests.dns_reports import RDNS, REPORT

RESPONSE = "query server status rcode flags answer authority additional edns query_time_ms size tries dnssec search"
PROMISED = {
    "responses": f"{RESPONSE} warnings discarded",
    "responses.query": "name unicode type class",
    "responses.server": "address port transport name",
    "responses.answer": "name type class ttl data hex",
    "responses.authority": "name type class ttl data hex",
    "responses.edns": "version udp flags nsid cookie ecs ede",
    "responses.edns.ede": "code name text",
    "responses.tries": "server transport result ms",
    "responses.dnssec": "status reason chain",
    "addresses": "address ptr names verdict cname_path error",
    "addresses.names": "name forward verdict",
    "summary": "asked named confirmed errors",
}


def document(report: ResolveReport | RdnsReport) -> Any:
    raw = BytesIO()
    output = Output(raw, name="it")
    data.write_document(output, report.SCHEMA, report)
    output.flush()
    return json.loads(raw.getvalue())


def found(value: Any, path: list[str]) -> list[dict[str, Any]]:
    """Every object at the path, through lists; what is null has no keys."""
    if isinstance(value, list):
        return [one for item in value for one in found(item, path)]
    if value is None:
        return []
    return found(value[path[0]], path[1:]) if path else [value]


@pytest.mark.parametrize("path", PROMISED)
def test_the_promised_keys_come_first_and_in_their_order(path: str) -> None:
    report = document(REPORT if path.startswith("responses") else RDNS)
    objects = found(report, path.split("."))
    promised = PROMISED[path].split()
    assert objects
    for one in objects:
        assert list(one)[: len(promised)] == promised


def test_a_document_begins_with_its_schema_and_ends_with_its_errors() -> None:
    assert list(document(REPORT)) == ["schema", "responses", "comparison", "errors"]
    assert list(document(RDNS)) == ["schema", "addresses", "summary", "warnings", "errors"]
