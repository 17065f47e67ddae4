"""The JSON Schemas of the lines of ``--format jsonl`` and of ``--events``: one for each kind of answer.

A line is a record with its ``type`` in front; which records a command writes stands in ``LINES``.
"""

from dataclasses import dataclass, field

from nettools.core.bulk_resolve.report import BulkSummary
from nettools.core.connect.report import CatReport, CatRow
from nettools.core.ifaces.events import MachineEvent
from nettools.core.ifaces.rates import InterfaceRate
from nettools.core.ifaces.report import IfacesReport, Interface
from nettools.core.outcome import Failure
from nettools.core.port_service import Service, ServiceReport
from nettools.core.prefix import Prefix
from nettools.core.rdns.report import AddressReport, RdnsReport, RdnsSummary
from nettools.core.record import column
from nettools.core.relay.events import RelayEvent
from nettools.core.resolve.compare_report import Comparison
from nettools.core.resolve.report import ResolveReport, Response
from nettools.core.resolve.watch_event import WatchEvent
from nettools.core.route.explanation import ExplainReport, Explanation
from nettools.core.route.report import Route, RouteReport, Rule
from nettools.core.scan.diff_report import ScanChange
from nettools.core.scan.expect_report import ExpectFinding
from nettools.core.scan.report import HostReport, PortReport, ResumePoint, ScanReport, ScanSettings, ScanSummary
from nettools.core.schema_list import SchemaEntry, SchemaList
from nettools.core.subnet.describe import Description
from nettools.core.subnet.lists import (
    ComparisonReport,
    FilteredLine,
    FilterReport,
    NetworkItem,
    NetworkListReport,
    RelationReport,
)
from nettools.core.subnet.mac import MacFacts, MacReport
from nettools.core.subnet.report import SubnetReport
from tools.record_schema import DIALECT, JsonSchema, identifier, object_schema, summary


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPart:
    """One network of a comparison."""

    part: str = field(metadata=column("Part"))
    """only_a, only_b or both."""
    network: Prefix = field(metadata=column("Network"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeNetwork:
    """One network that a split has left over."""

    network: Prefix = field(metadata=column("Network"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedPort:
    """Where a port was found."""

    target: str = field(metadata=column("Target"))
    """The word of the command line, or of a file."""
    address: str = field(metadata=column("Address"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One type of line: the records whose keys it has, one after the other."""

    kind: str
    records: tuple[type, ...]
    without: tuple[str, ...] = ()
    """Keys of a record that the line leaves out."""
    has_index: bool = True
    """Whether the number of the target, or of the line, stands in it."""
    schema_place: int | None = None
    """Where the schema of the document stands among its keys; None where it does not."""


_ERROR = Line(kind="error", records=(Failure,))

LINES: dict[str, tuple[type, str, tuple[Line, ...]]] = {
    "cat-lines": (CatReport, "nettools cat -z", (Line(kind="port", records=(CatRow,)), _ERROR)),
    "events": (
        RelayEvent,
        "nettools cat or listen --events",
        (Line(kind="event", records=(RelayEvent,), has_index=False, schema_place=0),),
    ),
    "ifaces-lines": (
        IfacesReport,
        "nettools ifaces",
        (
            Line(kind="interface", records=(Interface,)),
            Line(kind="event", records=(MachineEvent,)),
            Line(kind="event", records=(InterfaceRate,)),
            _ERROR,
        ),
    ),
    "port-service-lines": (ServiceReport, "nettools port-service", (Line(kind="service", records=(Service,)), _ERROR)),
    "rdns-lines": (
        RdnsReport,
        "nettools rdns",
        (
            Line(kind="address", records=(AddressReport,)),
            Line(kind="summary", records=(RdnsSummary,), has_index=False),
            _ERROR,
        ),
    ),
    "resolve-lines": (
        ResolveReport,
        "nettools resolve",
        (
            Line(kind="response", records=(Response,)),
            Line(kind="comparison", records=(Comparison,), has_index=False),
            Line(kind="event", records=(WatchEvent,), has_index=False),
            Line(kind="summary", records=(BulkSummary,), has_index=False),
            _ERROR,
        ),
    ),
    "route-explain-lines": (
        ExplainReport,
        "nettools route DESTINATION",
        (Line(kind="explanation", records=(Explanation,)), _ERROR),
    ),
    "route-lines": (
        RouteReport,
        "nettools route",
        (
            Line(kind="route", records=(Route,)),
            Line(kind="rule", records=(Rule,)),
            Line(kind="event", records=(MachineEvent,)),
            _ERROR,
        ),
    ),
    "scan-lines": (
        ScanReport,
        "nettools scan",
        (
            Line(kind="scan", records=(ScanSettings,), has_index=False, schema_place=1),
            Line(kind="port", records=(PlacedPort, PortReport)),
            Line(kind="host", records=(HostReport,), without=("ports",)),
            Line(kind="resume", records=(ResumePoint,), has_index=False),
            Line(kind="change", records=(ScanChange,), has_index=False),
            Line(kind="expectation", records=(ExpectFinding,), has_index=False),
            Line(kind="summary", records=(ScanSummary,), has_index=False),
            _ERROR,
        ),
    ),
    "schemas-lines": (SchemaList, "nettools schema", (Line(kind="schema", records=(SchemaEntry,)), _ERROR)),
    "subnet-compare-lines": (
        ComparisonReport,
        "nettools subnet compare",
        (Line(kind="subnet", records=(ComparedPart,), has_index=False), _ERROR),
    ),
    "subnet-filter-lines": (
        FilterReport,
        "nettools subnet filter",
        (Line(kind="line", records=(FilteredLine,), has_index=False), _ERROR),
    ),
    "subnet-lines": (SubnetReport, "nettools subnet", (Line(kind="subnet", records=(Description,)), _ERROR)),
    "subnet-list-lines": (
        NetworkListReport,
        "a verb of nettools subnet that lists networks or addresses,",
        (
            Line(kind="subnet", records=(NetworkItem,)),
            Line(kind="free", records=(FreeNetwork,), has_index=False),
            _ERROR,
        ),
    ),
    "subnet-mac-lines": (MacReport, "nettools subnet mac", (Line(kind="address", records=(MacFacts,)), _ERROR)),
    "subnet-relation-lines": (
        RelationReport,
        "nettools subnet relate",
        (Line(kind="subnet", records=(RelationReport,), has_index=False),),
    ),
}
"""Name -> the report whose version the lines share, who writes them, and their types."""


def lines_schema(name: str) -> JsonSchema:
    """The schema of one line."""
    report, writer, lines = LINES[name]
    title: str = report.SCHEMA  # type: ignore[attr-defined]
    definitions: JsonSchema = {}
    named = {_definition(line): _line_schema(line, title, definitions) for line in lines}
    of_what = writer if "--events" in writer else f"{writer} --format jsonl"
    types = ", ".join(dict.fromkeys(line.kind for line in lines))
    return {
        "$schema": DIALECT,
        "$id": identifier(name, title),
        "title": title if name == "events" else f"{title}, a line",
        "description": f"A line of {of_what}: {types}.",
        "oneOf": [{"$ref": f"#/$defs/{definition}"} for definition in named],
        "$defs": dict(sorted((definitions | named).items())),
    }


def _definition(line: Line) -> str:
    return f"{line.records[-1].__name__}Line"


def _line_schema(line: Line, title: str, definitions: JsonSchema) -> JsonSchema:
    head: list[tuple[str, JsonSchema]] = [("type", {"const": line.kind})]
    if line.schema_place is not None:
        head.insert(line.schema_place, ("schema", {"const": title}))
    properties: JsonSchema = dict(head)
    if line.has_index:
        properties["index"] = {"type": "integer", "minimum": 0, "description": "The number of the target, from 0."}
    for record in line.records:
        for key, schema in object_schema(record, definitions)["properties"].items():
            if key not in line.without:
                # The line has a type of its own, as render.data.write_json_line says.
                properties[f"{line.kind}_type" if key == "type" else key] = schema
    optional = {"index"} if line.kind == "error" else set()
    return {
        "description": summary(line.records[-1]),
        "type": "object",
        "properties": properties,
        "required": [key for key in properties if key not in optional],
    }
