"""What runs on a port, and which port a service has, as data."""

from collections.abc import Iterable
from typing import Literal, cast

from nettools.api._call import in_our_terms
from nettools.api._services import service_table
from nettools.core.outcome import Failure, failure_of
from nettools.core.port_service import TRANSPORTS, Service, ServiceReport, parse_transport
from nettools.errors import NettoolsError, OptionError


def port_service(
    queries: int | str | Iterable[int | str] = (),
    *,
    search: str | None = None,
    protocol: Literal["tcp", "udp", "sctp", "dccp"] | None = None,
) -> ServiceReport:
    """Which services are registered for ports, and which ports services have, as ``nettools port-service``.

    ``queries`` are ports, ranges (``"8000-8010"``) or names, perhaps with ``/tcp``; ``search`` lists the services whose
    name holds these words. Nothing found is an empty list. Raises OptionError when nothing is asked.

    >>> from nettools import port_service
    >>> [(one.name, one.in_practice) for one in port_service(9092, protocol="tcp").services]
    [('XmlIpcRegSvc', 'Kafka')]
    """
    is_several = isinstance(queries, Iterable) and not isinstance(queries, (str, bytes))
    given = cast("Iterable[object]", queries if is_several else (queries,))
    texts = [_query_of(one) for one in given]
    with in_our_terms():
        if not texts and search is None:
            raise OptionError("nothing to look up", hint="name a port or a service, as in port_service(443)")
        transports = TRANSPORTS if protocol is None else [parse_transport(protocol)]
        table = service_table()
        found: list[Service] = []
        failures: list[Failure] = []
        for text in texts:
            try:
                found += table.lookup(text, transports=transports)
            except NettoolsError as error:
                failures.append(failure_of(error, input=text))
        if search is not None:
            found += table.search(search, transports=transports)
    return ServiceReport(services=tuple(found), errors=tuple(failures))


def _query_of(value: object) -> str:
    """A port or a text as a command would be given it. Raises TypeError for what is neither."""
    if not isinstance(value, (int, str)) or isinstance(value, bool):
        raise TypeError(f"{type(value).__name__} is no port and no text")
    return str(value)
