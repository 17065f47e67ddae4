"""Answers of the DNS as they could have come, composed of records instead of messages, for golden files and pictures.

Names and addresses are those reserved for documentation (RFC 2606, RFC 5737, RFC 3849).
"""

from dataclasses import replace
from ipaddress import ip_address

from nettools.core.dns.message import Question
from nettools.core.dns.name import name_from_text
from nettools.core.dns.query import QueryOptions
from nettools.core.dns.types import TYPES
from nettools.core.rdns.report import AddressReport, NameReport, NameVerdict, RdnsReport, RdnsSummary, Verdict
from nettools.core.resolve.lookup import Lookup, Outcome
from nettools.core.resolve.report import (
    AskedQuestion,
    AskedServer,
    ChainLink,
    DnsRecord,
    DnssecStatus,
    DnssecVerdict,
    EdnsRecord,
    ExtendedErrorRecord,
    ResolveReport,
    Response,
    SearchStep,
    TryRecord,
)
from nettools.core.subnet.reverse import ptr_name

RESOLVER = AskedServer(address=ip_address("192.0.2.53"), port=53, transport="udp", name=None)
OTHER = AskedServer(address=ip_address("2001:db8::53"), port=8853, transport="tls", name="dns.example.net")
SIGNATURE = (
    "20261218054255 20261120054255 41450 example.com. " + "HviGN0XZG6dSbALrFszNxmpSOHyoY+S40IfMTME6xBRkZUi8tLazjpeY"
)
SIGNATURE += " hKW7DAPPnDQD2UZ6TtvKrL79J12Bkg=="
EDNS = EdnsRecord(version=0, udp=1232, flags=(), nsid=None, cookie=None, ecs=None, ede=(), options=())


def record(name: str, kind: str, ttl: int, data: str) -> DnsRecord:
    """A record; its octets do not matter to what is drawn."""
    return DnsRecord(name=name, type=kind, class_="IN", ttl=ttl, data=data, hex="")


SOA = record("example.com.", "SOA", 3600, "ns1.example.com. hostmaster.example.com. 2026112001 7200 3600 1209600 300")


def response(
    name: str, kind: str, *answer: DnsRecord, status: str = "answered", rcode: str | None = "NOERROR"
) -> Response:
    """What the resolver says, without anything out of the ordinary."""
    question = Question(name=name_from_text(name), type=TYPES[kind], class_=1)
    lookup = Lookup(question=question, servers=(), options=QueryOptions(), timeout_s=5.0, tries=2)
    outcome = Outcome(
        lookup=lookup,
        status=status,
        message=None,
        server=None,
        transport=None,
        tries=(),
        discarded=(),
        warnings=(),
        query_time_ms=None,
    )
    return Response(
        query=AskedQuestion(name=name, unicode=None, type=kind, class_="IN"),
        server=RESOLVER,
        status=status,
        rcode=rcode,
        flags=() if rcode is None else ("qr", "rd", "ra"),
        answer=answer,
        authority=(SOA,) if status in ("nodata", "nxdomain") else (),
        additional=(),
        edns=None if rcode is None else EDNS,
        query_time_ms=None if rcode is None else 3.21,
        size=None if rcode is None else 97,
        tries=(TryRecord(server="192.0.2.53", transport="udp", result=rcode or status, ms=3.21),),
        dnssec=None,
        search=(),
        warnings=(),
        discarded=(),
        outcome=outcome,
    )


def proved(status: DnssecStatus, reason: str, *links: ChainLink) -> DnssecVerdict:
    """A verdict whose last step is told with it."""
    return DnssecVerdict(status=status, reason=reason, chain=links)


def link(zone: str, what: str, detail: str, status: DnssecStatus = "secure") -> ChainLink:
    """A step of a chain, which holds unless it is said otherwise."""
    return ChainLink(zone=zone, what=what, status=status, detail=detail)


SIGNED = "RRSIG by ECDSAP256SHA256 key 41450 over A www.example.com. is valid until 2026-12-18"
UNLISTED = "NSEC www.example.com. does not list AAAA"
CHAIN = (
    link(".", "DNSKEY", "the trust anchor of . names RSASHA256 key 20326, which signs the 3 DNSKEYs of ."),
    link("com.", "DS", "RRSIG by RSASHA256 key 53148 over DS com. is valid until 2026-12-03"),
    link("com.", "DNSKEY", "the DS of com. names ECDSAP256SHA256 key 19718, which signs the 2 DNSKEYs of com."),
    link("example.com.", "DS", "RRSIG by ECDSAP256SHA256 key 29942 over DS example.com. is valid until 2026-11-27"),
    link(
        "example.com.",
        "DNSKEY",
        "the DS of example.com. names ECDSAP256SHA256 key 16746, which signs the 2 DNSKEYs of example.com.",
    ),
)

VALIDATED = (
    replace(
        response(
            "www.example.com.",
            "A",
            record("www.example.com.", "A", 300, "192.0.2.101"),
            record("www.example.com.", "RRSIG", 300, f"A 13 3 300 {SIGNATURE}"),
        ),
        dnssec=proved("secure", SIGNED, *CHAIN, link("example.com.", "A www.example.com.", SIGNED)),
    ),
    replace(
        response("www.example.com.", "AAAA", status="nodata"),
        dnssec=proved("secure", UNLISTED, *CHAIN, link("example.com.", "no AAAA www.example.com.", UNLISTED)),
    ),
)
MAIL = replace(
    response(
        "example.com.",
        "MX",
        record("example.com.", "MX", 3600, "10 mx1.example.com."),
        record("example.com.", "MX", 3600, "20 mx2.example.net."),
    ),
    server=OTHER,
    flags=("qr", "aa", "rd"),
    edns=replace(EDNS, nsid="fra1", ecs="198.51.100.0/24"),
)
SHORT_NAME = replace(
    response("intranet.example.com.", "A", record("intranet.example.com.", "A", 60, "192.0.2.80")),
    search=(
        SearchStep(name="intranet.lab.example.com.", status="nxdomain"),
        SearchStep(name="intranet.example.com.", status="answered"),
    ),
)
IDN = response("xn--bcher-kva.example.com.", "A", status="nxdomain", rcode="NXDOMAIN")
MISSING = replace(IDN, query=replace(IDN.query, unicode="bücher.example.com."))
BROKEN = replace(
    response("broken.example.com.", "A", status="servfail", rcode="SERVFAIL"),
    edns=replace(EDNS, ede=(ExtendedErrorRecord(code=7, name="Signature Expired", text="RRSIG over A is over"),)),
    tries=(
        TryRecord(server="192.0.2.53", transport="udp", result="SERVFAIL", ms=412.0),
        TryRecord(server="198.51.100.53", transport="udp", result="timeout", ms=1500.0),
    ),
)
SILENT = replace(
    response("example.com.", "SOA", status="timeout", rcode=None),
    server=replace(RESOLVER, address=ip_address("203.0.113.53")),
    tries=(TryRecord(server="203.0.113.53", transport="udp", result="timeout", ms=5000.0),),
)
RESPONSES = (*VALIDATED, MAIL, SHORT_NAME, MISSING, BROKEN, SILENT)
REPORT = ResolveReport(responses=RESPONSES, errors=())


def address(text: str, verdict: Verdict, *names: NameReport, path: tuple[str, ...] = ()) -> AddressReport:
    """One address with its names."""
    parsed = ip_address(text)
    error = "timeout: no answer came in time" if verdict == "error" else None
    return AddressReport(
        address=parsed,
        ptr=ptr_name(parsed.version, int(parsed)) + ".",
        names=names,
        verdict=verdict,
        cname_path=path,
        error=error,
    )


def name(text: str, verdict: NameVerdict, *forward: str) -> NameReport:
    """A name and the addresses that it has."""
    return NameReport(name=text, forward=tuple(map(ip_address, forward)), verdict=verdict)


ADDRESSES = (
    address("192.0.2.1", "confirmed", name("gw.example.com.", "confirmed", "192.0.2.1")),
    address(
        "192.0.2.25",
        "multiple",
        name("mx1.example.com.", "confirmed", "192.0.2.25"),
        name("old-mail.example.com.", "dangling"),
    ),
    address(
        "192.0.2.66",
        "confirmed",
        name("cust66.example.net.", "confirmed", "192.0.2.66"),
        path=("66.64/26.2.0.192.in-addr.arpa.",),
    ),
    address("192.0.2.80", "mismatch", name("www.example.com.", "mismatch", "198.51.100.80", "198.51.100.81")),
    address("192.0.2.200", "dangling", name("retired.example.com.", "dangling")),
    address("192.0.2.254", "error"),
    address("2001:db8::25", "confirmed", name("mx1.example.com.", "confirmed", "2001:db8::25")),
)
SUMMARY = RdnsSummary(asked=257, named=6, confirmed=3, errors=1, interrupted=False)
RDNS = RdnsReport(addresses=ADDRESSES, summary=SUMMARY, warnings=(), errors=())
