"""The system's answer beside that of DNS: which source gave it, and the difference."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.address import Address, parse_address
from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import TYPES
from nettools.core.resolve.hosts_file import HostsEntry
from nettools.core.resolve.nsswitch import parse_nsswitch
from nettools.core.resolve.system import Evidence, SystemLookup, asked_versions, dns_addresses, system_answer
from nettools.core.resolve.system_report import SystemAnswer
from tests.core.resolve.outcomes import answered, lookup_of
from tests.core.strategies import controls_in

HERE, THERE = "192.0.2.250", "192.0.2.2"


def addresses(*texts: str) -> tuple[Address, ...]:
    return tuple(map(parse_address, texts))


def line(number: int, *texts: str, name: str = "www.test") -> tuple[HostsEntry, ...]:
    return tuple(HostsEntry(line=number, address=parse_address(one), text=f"{one} {name}") for one in texts)


def answer(
    *system: str,
    dns: tuple[str, ...] | None = (),
    hosts: tuple[HostsEntry, ...] = (),
    sources: str = "files dns",
    name: str = "www.test",
    host_name: str = "me",
    error: str | None = None,
    versions: frozenset[int] = frozenset({4, 6}),
) -> SystemAnswer:
    return system_answer(
        SystemLookup(addresses=addresses(*system), error=error, duration_ms=1.23456),
        Evidence(
            name=name,
            sources=parse_nsswitch(f"hosts: {sources}\n"),
            hosts=hosts,
            dns=None if dns is None else addresses(*dns),
            dns_versions=versions,
            host_name=host_name,
        ),
    )


def test_an_address_of_the_hosts_file_comes_from_files_and_its_line_is_named() -> None:
    found = answer(HERE, dns=(THERE,), hosts=line(3, HERE))
    assert (found.source, found.hosts_line) == ("files", 3)
    assert found.reason == "line 3 of the hosts file has it: '192.0.2.250 www.test'"
    assert (found.only_system, found.only_dns) == (addresses(HERE), addresses(THERE))
    assert (found.sources, found.duration_ms) == (("files", "dns"), 1.235)


def test_the_answer_of_dns_comes_from_dns() -> None:
    found = answer(THERE, "2001:db8::2", dns=("2001:db8::2", THERE))
    assert (found.source, found.reason) == ("dns", "DNS says the same")
    assert (found.hosts_line, found.only_system, found.only_dns) == (None, (), ())


def test_a_part_of_what_dns_says_comes_from_dns() -> None:
    found = answer(THERE, dns=(THERE, "2001:db8::2"))
    assert (found.source, found.only_dns) == ("dns", addresses("2001:db8::2"))


@pytest.mark.parametrize(("sources", "expected"), [("files dns", "files"), ("dns files", "dns"), ("dns", "dns")])
def test_of_two_that_have_it_the_first_source_gave_it(sources: str, expected: str) -> None:
    assert answer(HERE, dns=(HERE,), hosts=line(1, HERE), sources=sources).source == expected


def test_of_a_version_that_dns_was_not_asked_for_it_says_nothing() -> None:
    found = answer(THERE, "2001:db8::2", dns=(THERE,), versions=frozenset({4}))
    assert (found.source, found.reason, found.only_system) == ("dns", "DNS says the same", ())
    found = answer("2001:db8::2", dns=(), versions=frozenset({4}))
    assert (found.source, found.only_system) == ("dns", ())


def test_the_line_that_is_told_is_one_of_the_answer() -> None:
    found = answer(HERE, hosts=(*line(1, "::1"), *line(2, HERE)))
    assert (found.hosts_line, (found.reason or "")[:7]) == (2, "line 2 ")


def test_a_zone_makes_no_difference_to_dns() -> None:
    found = answer("fe80::1%eth0", dns=("fe80::1",))
    assert (found.source, found.only_system, found.only_dns) == ("dns", (), ())


@pytest.mark.parametrize(
    ("name", "sources", "expected"),
    [
        ("me", "files dns myhostname", "myhostname"),
        ("ME.", "files dns myhostname", "myhostname"),
        ("localhost", "dns myhostname", "myhostname"),
        ("a.localhost", "dns myhostname", "myhostname"),
        ("_gateway", "dns myhostname", "myhostname"),
        ("printer.local", "files mdns4_minimal [NOTFOUND=return] dns", "mdns4_minimal"),
        ("printer.local", "files mdns dns", "mdns"),
        ("vm.test", "files mymachines dns", "mymachines"),
        ("vm.test", "files mdns4_minimal libvirt_guest dns myhostname", "libvirt_guest"),
    ],
)
def test_what_neither_file_nor_dns_has_comes_from_a_module_that_may_know_it(
    name: str, sources: str, expected: str
) -> None:
    assert answer(HERE, sources=sources, name=name).source == expected


def test_systemd_resolved_answers_with_what_dns_or_the_hosts_file_has() -> None:
    sources = "resolve [!UNAVAIL=return] files dns"
    assert answer(THERE, dns=(THERE,), sources=sources).source == "resolve"
    assert answer(HERE, dns=(THERE,), hosts=line(1, HERE), sources=sources).source == "resolve"


@pytest.mark.parametrize(
    ("dns", "said"), [((THERE,), "gave other addresses"), ((), "gave none"), (None, "was not asked")]
)
def test_what_only_dns_can_have_comes_from_dns_although_it_says_otherwise_now(
    dns: tuple[str, ...] | None, said: str
) -> None:
    found = answer(HERE, dns=dns)
    assert found.source == "dns"
    assert said in (found.reason or "")
    assert found.only_system == (addresses(HERE) if dns is not None else ())


def test_an_answer_of_no_known_source_has_none() -> None:
    found = answer(HERE, dns=(THERE,), sources="files")
    assert found.source is None
    assert found.reason


@pytest.mark.parametrize(
    ("sources", "name", "reason"),
    [
        (
            "files mdns4_minimal [NOTFOUND=return] dns",
            "a.local",
            "mdns4_minimal [NOTFOUND=return] ends the search before dns",
        ),
        ("files [NOTFOUND=return] dns", "www.test", "files [NOTFOUND=return] ends the search before dns"),
        ("files", "www.test", "dns is no source for hosts in nsswitch.conf"),
        ("files mdns4_minimal [NOTFOUND=return] dns", "www.test", None),
        ("files dns", "www.test", None),
    ],
)
def test_why_the_system_has_no_answer_where_dns_has_one(sources: str, name: str, reason: str | None) -> None:
    found = answer(dns=(THERE,), sources=sources, name=name, error="no address")
    assert (found.source, found.reason, found.error) == (None, reason, "no address")
    assert found.only_dns == addresses(THERE)


def test_a_line_of_the_hosts_file_that_nobody_reads_is_told() -> None:
    found = answer(hosts=line(7, HERE), sources="dns")
    assert found.reason == "line 7 of the hosts file has the name, but files is no source for hosts"


def test_the_text_of_a_line_is_escaped() -> None:
    hostile = (HostsEntry(line=1, address=IPv4Address(HERE), text="192.0.2.250 www.test \x1b[31m\udcff"),)
    assert not controls_in(answer(HERE, hosts=hostile).reason)


def test_the_addresses_of_dns_are_those_of_all_answers() -> None:
    name = name_from_text("www.test")
    outcomes = [
        answered(lookup_of(name, TYPES["A"]), "answered", "192.0.2.1", "192.0.2.2", alias="www.test"),
        answered(lookup_of(name, TYPES["AAAA"]), "answered", "2001:db8::1"),
        answered(lookup_of(name, TYPES["A"]), "nxdomain"),
        answered(lookup_of(name, TYPES["A"]), "timeout"),
    ]
    assert dns_addresses(outcomes) == addresses("192.0.2.1", "192.0.2.2", "2001:db8::1")


def test_the_versions_that_dns_was_asked_for_are_those_of_the_types() -> None:
    def versions(*types: str) -> list[int]:
        name = name_from_text("www.test")
        return sorted(asked_versions(answered(lookup_of(name, TYPES[one]), "nodata") for one in types))

    assert (versions("A", "AAAA", "MX"), versions("A"), versions("AAAA")) == ([4, 6], [4], [6])
    assert (versions("ANY"), versions("MX", "TXT"), versions()) == ([4, 6], [], [])


_few = st.lists(st.sampled_from(["192.0.2.1", "192.0.2.2", "2001:db8::1", "fe80::1%lo"]), unique=True).map(tuple)


@given(
    system=_few,
    dns=st.none() | _few,
    hosts=_few,
    sources=st.lists(st.sampled_from(["files", "dns", "resolve", "mdns", "myhostname [NOTFOUND=return]"]), max_size=4),
)
def test_every_address_is_on_one_side_or_on_both(
    system: tuple[str, ...], dns: tuple[str, ...] | None, hosts: tuple[str, ...], sources: list[str]
) -> None:
    bare = tuple(one.partition("%")[0] for one in dns or ())
    found = answer(*system, dns=None if dns is None else bare, hosts=line(1, *hosts), sources=" ".join(sources))
    here = {(one.version, int(one)) for one in found.addresses}
    there = {(one.version, int(one)) for one in addresses(*bare)}
    assert {(one.version, int(one)) for one in found.only_dns} == there - here
    if dns is not None:
        assert {(one.version, int(one)) for one in found.only_system} == here - there
    assert found.source is None or found.addresses
    assert found.source is None or found.source in [one.partition(" ")[0] for one in sources]
    assert all(isinstance(one, IPv4Address | IPv6Address) for one in found.only_system)
