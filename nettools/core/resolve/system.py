"""What this machine's own resolver says of a name, which of its sources said it, and how that differs from DNS.

getaddrinfo(3) does not tell its source. It is inferred from what each source is known to hold: the lines of the hosts
file, the answer of DNS, the names that a module answers for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from nettools.core.address import Address
from nettools.core.dns.types import TYPES
from nettools.core.resolve.hosts_file import HostsEntry
from nettools.core.resolve.lookup import Outcome
from nettools.core.resolve.nsswitch import NssSource
from nettools.core.resolve.system_report import SystemAnswer
from nettools.core.text import quoted, safe


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemLookup:
    """What getaddrinfo(3) gave."""

    addresses: tuple[Address, ...]
    error: str | None
    duration_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known beside the answer."""

    name: str
    sources: tuple[NssSource, ...]
    hosts: tuple[HostsEntry, ...]
    """The lines of the hosts file that have the name."""
    dns: tuple[Address, ...] | None
    """What DNS says; None when it was not asked for addresses."""
    dns_versions: frozenset[int] = frozenset({4, 6})
    """The IP versions that it was asked for: of others it says nothing."""
    host_name: str = ""
    """gethostname(2)'s."""


def dns_addresses(outcomes: Iterable[Outcome]) -> tuple[Address, ...]:
    """All addresses in the answers."""
    found: list[Address] = []
    for outcome in outcomes:
        for record in outcome.message.answer if outcome.message else ():
            if record.type == TYPES["A"] and len(record.rdata) == 4:
                found.append(IPv4Address(record.rdata))
            elif record.type == TYPES["AAAA"] and len(record.rdata) == 16:
                found.append(IPv6Address(record.rdata))
    return tuple(dict.fromkeys(found))


def asked_versions(outcomes: Iterable[Outcome]) -> frozenset[int]:
    """The IP versions of the addresses that DNS was asked for."""
    types = {outcome.lookup.question.type for outcome in outcomes}
    return frozenset(version for version, name in ((4, "A"), (6, "AAAA")) if types & {TYPES[name], TYPES["ANY"]})


def system_answer(lookup: SystemLookup, evidence: Evidence) -> SystemAnswer:
    """The system's answer with its source, and the difference to DNS."""
    here, there = _keys(lookup.addresses), _keys(evidence.dns or ())
    source, reason = _source_of(here, there, evidence) if here else (None, _why_nothing(evidence))
    lines = [one.line for one in evidence.hosts if _key(one.address) in here]
    told = evidence.dns_versions if evidence.dns is not None else frozenset[int]()
    return SystemAnswer(
        addresses=lookup.addresses,
        source=source,
        reason=reason,
        sources=tuple(one.text for one in evidence.sources),
        hosts_line=lines[0] if lines else None,
        only_system=tuple(one for one in lookup.addresses if one.version in told and _key(one) not in there),
        only_dns=tuple(one for one in evidence.dns or () if _key(one) not in here),
        error=lookup.error,
        duration_ms=round(lookup.duration_ms, 3),
    )


def _key(address: Address) -> tuple[int, int]:
    """What makes two addresses the same: DNS has no zones."""
    return address.version, int(address)


def _keys(addresses: Iterable[Address]) -> frozenset[tuple[int, int]]:
    return frozenset(map(_key, addresses))


_Keys = frozenset[tuple[int, int]]


def _source_of(here: _Keys, there: _Keys, evidence: Evidence) -> tuple[str | None, str | None]:
    """The first source that is known to hold what was answered; else the first that nothing speaks against."""
    for source in evidence.sources:
        reason = _proof(source, here, there, evidence)
        if reason is not None:
            return source.name, reason
    possible = [one.name for one in evidence.sources if _may_know(one.name, evidence)]
    if possible:
        others = f" ({', '.join(map(safe, possible[1:]))} may, too)" if possible[1:] else ""
        return possible[0], f"neither the hosts file nor DNS has this answer, and {safe(possible[0])} may{others}"
    if any(one.name == "dns" for one in evidence.sources):
        asked = "was not asked" if evidence.dns is None else "gave other addresses" if there else "gave none"
        return "dns", f"no other source could have it; DNS {asked} when it was asked here"
    return None, "none of the sources in nsswitch.conf is known to have this answer"


def _proof(source: NssSource, here: _Keys, there: _Keys, evidence: Evidence) -> str | None:
    """Why this source is the one; None when that is not known."""
    in_hosts = _keys(one.address for one in evidence.hosts)
    compared = frozenset((version, number) for version, number in here if version in evidence.dns_versions)
    if source.name == "files" and here <= in_hosts:
        line = next(one for one in evidence.hosts if _key(one.address) in here)
        return f"line {line.line} of the hosts file has it: {quoted(line.text)}"
    if source.name in ("dns", "resolve") and compared and compared <= there:
        return "DNS says the same" if compared == there else "DNS says the same, and more"
    if source.name == "resolve" and here <= in_hosts:
        return "systemd-resolved reads the hosts file, too"
    if source.name == "myhostname" and _is_own_name(evidence):
        return "it answers for this machine's own names"
    if source.name.startswith("mdns") and _is_local(evidence.name):
        return "it answers for names under .local"
    return None


def _may_know(source: str, evidence: Evidence) -> bool:
    if source in ("files", "dns"):
        return False  # what these hold is known
    if source == "myhostname":
        return _is_own_name(evidence)
    if source.startswith("mdns") and "minimal" in source:
        return _is_local(evidence.name)
    return True


def _is_own_name(evidence: Evidence) -> bool:
    """The names of nss-myhostname(8)."""
    name = evidence.name.rstrip(".").lower()
    fixed = ("localhost", "localhost.localdomain", "_gateway", "_outbound", evidence.host_name.lower())
    return name in fixed or name.endswith((".localhost", ".localhost.localdomain"))


def _is_local(name: str) -> bool:
    """Under .local, which mDNS answers for: RFC 6762 §3."""
    return name.rstrip(".").lower().endswith(".local")


def _why_nothing(evidence: Evidence) -> str | None:
    """Why the system has no answer where DNS, or the hosts file, has one."""
    if evidence.hosts and not any(one.name == "files" for one in evidence.sources):
        return f"line {evidence.hosts[0].line} of the hosts file has the name, but files is no source for hosts"
    if not evidence.dns:
        return None
    before = _before_dns(evidence.sources)
    if before is None:
        return "dns is no source for hosts in nsswitch.conf"
    for source in before:
        # nss-mdns: the minimal modules are unavailable, not without result, for names that are not under .local.
        answers = not (source.name.startswith("mdns") and "minimal" in source.name) or _is_local(evidence.name)
        if answers and source.action_after("notfound") == "return":
            return f"{safe(source.text)} ends the search before dns"
    return None


def _before_dns(sources: Sequence[NssSource]) -> Sequence[NssSource] | None:
    """The sources that come before DNS; None when it is none of them."""
    place = next((place for place, one in enumerate(sources) if one.name in ("dns", "resolve")), None)
    return None if place is None else sources[:place]
