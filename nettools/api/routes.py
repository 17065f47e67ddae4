"""Routes and rules, and which way a destination goes, as data."""

from collections.abc import Iterable
from typing import Final, Literal

from nettools.api._call import (
    AddressLike,
    IpVersion,
    NetworkLike,
    Program,
    check_choice,
    in_our_terms,
    text_of,
    texts_of,
)
from nettools.core.outcome import failure_of
from nettools.core.route.explanation import ExplainReport, Explanation
from nettools.core.route.report import RouteReport
from nettools.errors import NettoolsError
from nettools.runs.machine import families_of, opened_platform
from nettools.runs.route_explain import opened_explainer
from nettools.runs.route_list import route_report
from nettools.runs.route_question import Asked, Names, read_packet
from nettools.runs.targets import Failed, Target

_NAMES: Final = Names(
    source="source",
    mark="mark",
    outgoing="interface",
    uid="uid",
    incoming="iif",
    tos="tos",
    protocol="protocol",
    source_port="sport",
    destination_port="dport",
)


def routes(*, ip_version: IpVersion | None = None, table: int | str = "main", netns: str | None = None) -> RouteReport:
    """The routes of a table and the policy rules, as ``nettools route``.

    ``table`` is a name or number, or ``"all"``; ``netns`` is looked into by the calling thread alone. Raises
    OptionError for a table that is none, LocalFault when the system refuses.

    >>> from nettools import routes
    >>> all(one.family == "inet6" for one in routes(ip_version=6, table="local").routes)
    True
    """
    check_choice(ip_version, "ip_version", IpVersion)
    families = families_of(ip_version == 4, ip_version == 6)
    with in_our_terms(), opened_platform(netns) as platform:
        return route_report(platform, families, None if table == "all" else str(table))


def route(
    destinations: NetworkLike | Iterable[NetworkLike],
    *,
    ip_version: IpVersion | None = None,
    source: AddressLike | None = None,
    mark: int | None = None,
    interface: str | None = None,
    uid: int | None = None,
    iif: str | None = None,
    tos: int | None = None,
    protocol: Literal["tcp", "udp", "icmp"] | None = None,
    sport: int | None = None,
    dport: int | None = None,
    netns: str | None = None,
) -> ExplainReport:
    """Which way a packet goes, by which rule, table and route, and why, as ``nettools route DESTINATION``.

    ``destinations`` are addresses, host names (an explanation for each address) and networks. The rest says what else
    the packet has: ``source`` is ``--from``, ``iif`` the interface that it came in by. Destinations without an
    explanation are in ``errors``. Raises OptionError, AddressError and LocalFault.

    >>> from nettools import route
    >>> [(one.verdict, one.nexthop.dev) for one in route("127.0.0.1").explained]
    [('local', 'lo')]
    """
    check_choice(ip_version, "ip_version", IpVersion)
    asked = Asked(
        source=None if source is None else text_of(source),
        mark=mark,
        outgoing=interface,
        uid=uid,
        incoming=iif,
        tos=tos,
        protocol=protocol,
        source_port=sport,
        destination_port=dport,
    )
    texts, program = texts_of(destinations), Program()
    found: list[Explanation] = []
    with in_our_terms():
        packet, families = read_packet(asked, _NAMES), families_of(ip_version == 4, ip_version == 6)
        with opened_explainer(program, packet, families, netns, is_for_many=len(texts) > 1) as explainer:
            for number, text in enumerate(texts):
                try:
                    for one in explainer.of_target(Target(number, text, None)):
                        if isinstance(one, Failed):
                            program.failed(one.failure)
                        else:
                            found.append(one)
                except NettoolsError as error:
                    program.failed(failure_of(error, input=text))
    return ExplainReport(explained=tuple(found), errors=tuple(program.failures))
