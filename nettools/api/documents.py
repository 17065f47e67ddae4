"""Records as the command line prints them."""

from io import BytesIO
from typing import ClassVar, Protocol

from nettools.core.record import Json
from nettools.core.record import to_json as _to_json
from nettools.render.data import write_document
from nettools.render.output import Output


class Report(Protocol):
    """The answer of a function of this library: a record that is a document."""

    SCHEMA: ClassVar[str]


def to_json(record: object) -> Json:
    """A record, or a part of one, as values that ``json.dumps`` takes; the same that ``--json`` prints.

    A report is the whole document, with its ``schema``. Addresses, networks and times are text, counts that can pass
    2^53 decimal strings (RFC 7493 §2.2). Raises TypeError for what is no record.

    >>> from nettools import subnet, to_json
    >>> to_json(subnet("192.0.2.12/30").subnets[0].network)
    '192.0.2.12/30'
    >>> to_json(subnet("192.0.2.12/30"))["schema"]
    'nettools.subnet/1'
    """
    values = _to_json(record)
    schema = getattr(type(record), "SCHEMA", None)
    return {"schema": schema, **values} if isinstance(schema, str) and isinstance(values, dict) else values


def document(report: Report) -> str:
    """The text of the JSON document that the command prints for the same answer, to the octet, with its final newline.

    Its schema is what ``nettools schema`` prints for the command. Raises TypeError for what is no report.

    >>> from nettools import document, port_service
    >>> print(document(port_service("853/tcp")), end="")
    {"schema":"nettools.port-service/1","services":[
    {"query":"853/tcp","port":853,"protocol":"tcp","name":"domain-s","aliases":[],"in_practice":"DNS over TLS",\
"range":"well-known","source":"iana"}
    ],"errors":[]}
    """
    schema = getattr(type(report), "SCHEMA", None)
    if not isinstance(schema, str):
        raise TypeError(f"{type(report).__name__} is no report: to_json takes any record")
    room = BytesIO()
    output = Output(room, name="memory")
    write_document(output, schema, report)
    output.flush()
    return room.getvalue().decode("ascii")
