"""The Internet that the tests of the trace change as they need: a root, ``test.``, ``all.test.`` with two servers."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address

from nettools.core.dns.name import ROOT, name_from_text
from nettools.core.resolve.trace.cut import Cut, NameServer
from nettools.core.resolve.trace.result import trace_response
from nettools.core.resolve.trace.settings import TraceSettings
from nettools.core.resolve.trace.walk import Trace, trace
from nettools.core.resolve.trace_report import TraceServer, TraceStep
from tests.core.resolve.fake_internet import Host, Internet, Zone, question

ROOT_SERVER, TEST_SERVER, NS1, NS2, OTHER = (f"192.0.2.{number}" for number in (1, 2, 3, 4, 5))

ROOT_ZONE: Zone = {
    ". SOA": ["1"],
    ". NS": ["ns.root."],
    "test. NS": ["ns.test."],
    "ns.test. A": [TEST_SERVER],
}
TEST_ZONE: Zone = {
    "test. SOA": ["2"],
    "test. NS": ["ns.test."],
    "ns.test. A": [TEST_SERVER],
    "all.test. NS": ["ns1.all.test.", "ns2.all.test."],
    "ns1.all.test. A": [NS1],
    "ns2.all.test. A": [NS2],
}
ALL_ZONE: Zone = {
    "all.test. SOA": ["3"],
    "all.test. NS": ["ns1.all.test.", "ns2.all.test."],
    "ns1.all.test. A": [NS1],
    "ns2.all.test. A": [NS2],
    "www.all.test. A": ["198.51.100.1"],
    "cname.all.test. CNAME": ["www.all.test."],
    "loop.all.test. CNAME": ["loop2.all.test."],
    "loop2.all.test. CNAME": ["loop.all.test."],
    "dname.all.test. DNAME": ["target.all.test."],
    "x.target.all.test. A": ["198.51.100.2"],
    "away.all.test. CNAME": ["www.other.test."],
    "gone.all.test. CNAME": ["nothing.other.test."],
}
HOSTS: Mapping[str, Host] = {
    ROOT_SERVER: {".": ROOT_ZONE},
    TEST_SERVER: {"test.": TEST_ZONE},
    NS1: {"all.test.": ALL_ZONE},
    NS2: {"all.test.": ALL_ZONE},
}

ROOT_CUT = Cut(zone=ROOT, servers=(NameServer(name=name_from_text("ns.root."), addresses=(ip_address(ROOT_SERVER),)),))
SETTINGS = TraceSettings(root=ROOT_CUT, port=5300)


def delegation(zone: str, **servers: str) -> dict[str, list[str]]:
    """The NS records of a zone, ``ns1="192.0.2.3"`` with glue below the zone, or ``""`` for none."""
    names = {name if "." in name else f"{name}.{zone}": address for name, address in servers.items()}
    glue = {f"{name} A": [address] for name, address in names.items() if address}
    return {f"{zone} NS": list(names), **glue}


def with_other(other: Zone, **hosts: Host) -> Internet:
    """The usual Internet with ``other.test.`` delegated to a server of its own."""
    test = {**TEST_ZONE, **delegation("other.test.", ns=OTHER)}
    soa: Zone = {"other.test. SOA": ["4"], "other.test. NS": ["ns.other.test."], "ns.other.test. A": [OTHER]}
    return Internet({**HOSTS, TEST_SERVER: {"test.": test}, OTHER: {"other.test.": {**soa, **other}}, **hosts})


def traced(name: str, kind: str = "A", internet: Internet | None = None, settings: TraceSettings = SETTINGS) -> Trace:
    return (internet or Internet(HOSTS)).run(trace(question(name, kind), settings))


def steps_of(found: Trace) -> tuple[TraceStep, ...]:
    steps = trace_response(found).trace
    assert steps is not None
    return steps


def zones_of(found: Trace) -> list[str]:
    return [step.zone for step in steps_of(found)]


def servers_of(found: Trace, zone: str) -> dict[str, TraceServer]:
    """The servers of the last step at the zone, by address."""
    step = [one for one in steps_of(found) if one.zone == zone][-1]
    return {str(one.address): one for one in step.servers}


def limited(**limits: int) -> TraceSettings:
    return replace(SETTINGS, limits=replace(SETTINGS.limits, **limits))
