"""Who agrees with whom: replies compared as sets of canonical records, and every authoritative server asked."""

from collections.abc import Mapping
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.dns.message import Message, Question, ResourceRecord
from nettools.core.dns.name import ROOT, name_from_text, name_text
from nettools.core.dns.types import RA, TYPES
from nettools.core.resolve.agreement import canonical_set, grouped, serial_of
from nettools.core.resolve.all_ns import AllNs, all_ns
from nettools.core.resolve.compare import ask_all, comparison_of, lameness
from nettools.core.resolve.compare_report import Comparison
from nettools.core.resolve.lookup import Lookup, Outcome, Procedure, Server
from nettools.core.resolve.together import side_by_side, timed
from tests.core.resolve.fake_internet import MS, Host, Internet, Reply, message, question, rdata, record
from tests.core.resolve.trace.worlds import ALL_ZONE, HOSTS, NS1, NS2, OTHER, SETTINGS, TEST_SERVER, TEST_ZONE

RESOLVER = "192.0.2.53"
labels = st.binary(min_size=1, max_size=12)
names = st.lists(labels, max_size=5).map(lambda parts: b"".join(bytes([len(one)]) + one for one in parts) + ROOT)


# ------------------------------------------------------------------ canonical form


def raw(kind: int, octets: bytes) -> ResourceRecord:
    return ResourceRecord(name=ROOT, type=kind, class_=1, ttl=60, rdata=octets)


@given(st.integers(0, 65535), names)
def test_names_in_rdata_are_one_whatever_their_case_and_text_is_not(number: int, name: bytes) -> None:
    head = number.to_bytes(2, "big")
    upper, lower = head + name.upper(), head + name.lower()
    assert canonical_set([raw(TYPES["MX"], upper)]) == canonical_set([raw(TYPES["MX"], lower)])
    assert (canonical_set([raw(731, upper)]) == canonical_set([raw(731, lower)])) == (upper == lower)


@given(st.sampled_from(sorted(TYPES.values())), st.binary(max_size=40))
def test_damaged_rdata_is_compared_without_a_fault(kind: int, octets: bytes) -> None:
    (one,) = canonical_set([raw(kind, octets), raw(kind, octets)])
    assert one.rdata.lower() == octets.lower()


@given(st.lists(st.sampled_from(["192.0.2.1", "192.0.2.2", "192.0.2.3"]), max_size=5), st.randoms())
def test_order_case_ttl_and_repetition_make_no_difference(addresses: list[str], random: object) -> None:
    one = [record("www.test.", "A", address) for address in addresses]
    other = [record("WWW.Test.", "A", address, ttl=7) for address in reversed([*addresses, *addresses])]
    assert canonical_set(one) == canonical_set(other)


def test_groups_are_ordered_by_size_then_as_they_came() -> None:
    assert grouped([("b", 1), ("a", 2), ("c", 3), ("c", 4)]) == [("c", [3, 4]), ("b", [1]), ("a", [2])]


def test_the_serial_of_a_damaged_soa_is_unknown() -> None:
    assert serial_of([record("test.", "SOA", "4294967295")]) == 4_294_967_295
    assert serial_of([record("test.", "SOA", "#0000")]) is None
    assert serial_of([record("test.", "A", "192.0.2.1")]) is None


# ------------------------------------------------------------------ --compare


def compared(hosts: dict[str, Host], name: str = "www.test", kind: str = "A") -> Comparison:
    asked = question(name, kind)
    lookups = [Lookup(question=asked, servers=(Server(address=ip_address(address)),)) for address in hosts]
    return comparison_of(asked, Internet(hosts).run(ask_all(lookups)))


def saying(*records: ResourceRecord, rcode: str = "NOERROR", nsid: str | None = None) -> Reply:
    def reply(asked: Question) -> Message:
        soa = [record("test.", "SOA", "1")] if not records and rcode in ("NOERROR", "NXDOMAIN") else []
        return message(asked, answer=records, authority=soa, aa=False, flags=RA, rcode=rcode, nsid=nsid)

    return reply


ONE, TWO = record("www.test.", "A", "198.51.100.1"), record("www.test.", "A", "198.51.100.2")


def test_servers_that_say_the_same_are_one_group_whatever_the_ttl() -> None:
    older = record("WWW.test.", "A", "198.51.100.1", ttl=7)
    found = compared({"192.0.2.1": saying(ONE, TWO), "192.0.2.2": saying(TWO, older)})
    assert found.agree
    assert [one.servers for one in found.groups] == [("192.0.2.1", "192.0.2.2")]
    assert found.differences == ("the TTLs differ: 300 at 192.0.2.1, 7 at 192.0.2.2",)
    assert [one.ttl for one in found.servers] == [300, 7]


def test_signatures_make_no_difference_unless_they_are_asked_for() -> None:
    signed = record("www.test.", "RRSIG", "#0001080000000e10")
    assert compared({"192.0.2.1": saying(ONE), "192.0.2.2": saying(ONE, signed)}).agree
    assert not compared({"192.0.2.1": saying(signed), "192.0.2.2": saying()}, kind="RRSIG").agree


def test_servers_that_differ_are_groups_the_largest_first_and_a_sentence() -> None:
    hosts: dict[str, Host] = {"192.0.2.1": saying(TWO), "192.0.2.2": saying(ONE), "192.0.2.3": saying(ONE)}
    found = compared(hosts)
    assert not found.agree
    assert [(one.servers, one.status) for one in found.groups] == [
        (("192.0.2.2", "192.0.2.3"), "answered"),
        (("192.0.2.1",), "answered"),
    ]
    (told,) = found.differences
    assert told.startswith("192.0.2.2 and 192.0.2.3: A ")
    assert "; 192.0.2.1: A " in told


@pytest.mark.parametrize(
    ("other", "status"),
    [
        (saying(rcode="NXDOMAIN"), "nxdomain"),
        (saying(), "nodata"),
        (saying(rcode="SERVFAIL"), "servfail"),
        (saying(rcode="REFUSED"), "refused"),
    ],
)
def test_another_status_is_a_difference(other: Reply, status: str) -> None:
    found = compared({"192.0.2.1": saying(ONE), "192.0.2.2": other})
    assert not found.agree
    assert found.groups[1].status == status
    assert f"192.0.2.2: {status}" in found.differences[0]


def test_silence_is_no_disagreement_and_is_said() -> None:
    found = compared({"192.0.2.1": saying(ONE), "192.0.2.2": "timeout", "192.0.2.3": "refused-connection"})
    assert found.agree
    assert found.differences == (
        "192.0.2.2 did not answer: no answer to 1 query in 5 s",
        "192.0.2.3 did not answer: nothing listens there",
    )
    assert [one.status for one in found.groups] == ["answered", "timeout", "unreachable"]


def test_nobody_who_answers_is_no_agreement() -> None:
    assert not compared({"192.0.2.1": "timeout", "192.0.2.2": "timeout"}).agree


def test_nsids_are_told() -> None:
    found = compared({"192.0.2.1": saying(ONE, nsid="here"), "192.0.2.2": saying(ONE, nsid="\x01")})
    assert found.agree
    assert found.differences == ("the NSIDs differ: here at 192.0.2.1, 01 at 192.0.2.2",)


# ------------------------------------------------------------------ --all-ns


def resolver(zones: dict[str, Message | list[ResourceRecord]], denied: str = "all.test.") -> Reply:
    """Answers from a dict ``"name TYPE"``; says NODATA with the SOA of ``denied`` for all else."""

    def reply(asked: Question) -> Message:
        known = {(name_from_text(key.split()[0]), TYPES[key.split()[1]]): value for key, value in zones.items()}
        found = known.get((asked.name, asked.type))
        if isinstance(found, Message):
            return found
        if found is not None:
            return message(asked, answer=found, aa=False, flags=RA)
        return message(asked, authority=[record(denied, "SOA", "3")], aa=False, flags=RA)

    return reply


NS_RECORDS: dict[str, Message | list[ResourceRecord]] = {
    "all.test. NS": [record("all.test.", "NS", "ns2.all.test."), record("all.test.", "NS", "ns1.all.test.")],
    "ns1.all.test. A": [record("ns1.all.test.", "A", NS1)],
    "ns2.all.test. A": [record("ns2.all.test.", "A", NS2)],
    "test. NS": [record("test.", "NS", "ns.test.")],
    "ns.test. A": [record("ns.test.", "A", TEST_SERVER)],
}


def all_of(
    name: str,
    *types: str,
    known: dict[str, Message | list[ResourceRecord]] | None = None,
    hosts: Mapping[str, Host] | None = None,
) -> tuple[AllNs, Internet]:
    internet = Internet({**HOSTS, RESOLVER: resolver(known or NS_RECORDS), **(hosts or {})})
    ask = Lookup(question=question("."), servers=(Server(address=ip_address(RESOLVER)),))
    return internet.run(all_ns(name_from_text(name), [TYPES[one] for one in types], ask, SETTINGS)), internet


def test_every_server_of_the_zone_is_asked_for_its_soa_without_recursion_and_with_nsid() -> None:
    found, internet = all_of("www.all.test")
    assert found.zone == name_from_text("all.test.")
    assert [(one.name, one.type, one.zone) for one in found.comparisons] == [("all.test.", "SOA", "all.test.")]
    assert found.comparisons[0].agree
    assert [one.name for one in found.comparisons[0].servers] == ["ns1.all.test.", "ns2.all.test."]
    for lookup in internet.lookups[-2:]:
        assert not lookup.options.recursion_desired
        assert lookup.options.nsid
        assert lookup.servers[0].port == SETTINGS.port


def test_both_ip_versions_of_a_server_are_asked() -> None:
    known = {**NS_RECORDS, "ns1.all.test. AAAA": [record("ns1.all.test.", "AAAA", "2001:db8::3")]}
    found, _ = all_of("all.test", known=known, hosts={"2001:db8::3": {"all.test.": ALL_ZONE}})
    assert len(found.comparisons[0].servers) == 3


def test_types_are_asked_of_the_name_itself() -> None:
    found, _ = all_of("www.all.test", "A", "TXT")
    assert [(one.name, one.type) for one in found.comparisons] == [("www.all.test.", "A"), ("www.all.test.", "TXT")]
    assert [one.groups[0].status for one in found.comparisons] == ["answered", "nodata"]
    assert [one.lookup.question.type for one in found.outcomes] == [TYPES["A"]] * 2 + [TYPES["TXT"]] * 2


def test_serials_that_differ_are_told_once() -> None:
    found, _ = all_of("all.test", hosts={NS2: {"all.test.": {**ALL_ZONE, "all.test. SOA": ["8"]}}})
    (told,) = found.comparisons[0].differences
    assert told == f"the serials differ: 3 at ns1.all.test. ([{NS1}]:5300), 8 at ns2.all.test. ([{NS2}]:5300)".replace(
        "[", ""
    ).replace("]", "")
    assert not found.comparisons[0].agree


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (lambda asked: message(asked, authority=[record(".", "NS", "ns.root.")], aa=False), "lame"),
        (lambda asked: message(asked, answer=[record("all.test.", "SOA", "3")], aa=False), "lame"),
        (lambda asked: message(asked, aa=False, rcode="REFUSED"), "refused"),
        ("timeout", "timeout"),
    ],
)
def test_servers_that_are_no_use_are_named(host: Host, status: str) -> None:
    found, _ = all_of("all.test", hosts={NS2: host})
    (comparison,) = found.comparisons
    assert [one.status for one in comparison.servers] == ["answered", status]
    assert comparison.agree == (status == "timeout")
    assert any("ns2.all.test." in one for one in comparison.differences)
    told = lameness(comparison.servers[1])
    assert (told is not None and told.startswith("lame: ")) == (status != "timeout")
    assert lameness(comparison.servers[0]) is None


def test_a_server_that_declines_is_lame_only_where_the_zone_names_it() -> None:
    refusing = saying(rcode="REFUSED")
    found, _ = all_of("all.test", hosts={NS2: lambda asked: message(asked, aa=False, rcode="REFUSED")})
    lame = found.comparisons[0].servers[1]
    assert lame.reason == "lame: the NS records of all.test. name it, and it does not serve the zone"
    assert found.comparisons[0].differences[0].endswith("refused, lame")
    given = compared({"192.0.2.1": saying(ONE), "192.0.2.2": refusing}).servers[1]
    assert (given.status, given.reason, lameness(given)) == ("refused", None, None)


def test_an_alias_does_not_hide_the_zone_of_the_name() -> None:
    alias = [record("away.all.test.", "CNAME", "www.other.test.")]
    known = {
        **NS_RECORDS,
        "away.all.test. NS": message(question("away.all.test", "NS"), answer=alias, aa=False, flags=RA),
    }
    found, _ = all_of("away.all.test", known=known)
    assert found.zone == name_from_text("all.test.")


def test_a_server_that_only_the_glue_knows_is_asked_too() -> None:
    known = {key: value for key, value in NS_RECORDS.items() if key != "ns2.all.test. A"}
    found, _ = all_of("all.test", known=known)
    assert [one.name for one in found.comparisons[0].servers] == ["ns1.all.test.", "ns2.all.test."]
    assert found.warnings == ("ns2.all.test. has an address in the glue of test. alone",)


def test_a_server_without_any_address_is_said() -> None:
    test = {key: value for key, value in TEST_ZONE.items() if key != "ns2.all.test. A"}
    known = {key: value for key, value in NS_RECORDS.items() if key != "ns2.all.test. A"}
    found, _ = all_of("all.test", known=known, hosts={TEST_SERVER: {"test.": test}})
    assert found.warnings == ("ns2.all.test. has no address",)
    assert found.comparisons[0].warnings == found.warnings


def test_a_dead_zone_is_found_at_its_parent() -> None:
    dead = {f"{name} NS": message(question(name, "NS"), rcode="SERVFAIL") for name in ("www.dead.test.", "dead.test.")}
    test = {**TEST_ZONE, "dead.test. NS": ["ns.dead.test."], "ns.dead.test. A": [OTHER]}
    hosts: dict[str, Host] = {TEST_SERVER: {"test.": test}, OTHER: "timeout"}
    found, _ = all_of("www.dead.test", known={**NS_RECORDS, **dead}, hosts=hosts)
    assert found.zone == name_from_text("dead.test.")
    assert [(one.name, one.status) for one in found.comparisons[0].servers] == [("ns.dead.test.", "timeout")]
    assert not found.comparisons[0].agree
    assert found.warnings[0] == "the resolver says servfail for the NS records of www.dead.test."


def test_a_resolver_that_knows_nothing_ends_with_words() -> None:
    found, internet = all_of("a.b.test", hosts={RESOLVER: "timeout"})
    assert (found.zone, found.outcomes, found.comparisons) == (None, (), ())
    assert [name_text(name) for _, name, _ in internet.asked] == ["a.b.test.", "b.test.", "test.", "."]
    assert len(found.warnings) == 4


# ------------------------------------------------------------------ procedures together


def counting(rounds: int, lookup: Lookup) -> Procedure[list[Outcome]]:
    found: list[Outcome] = []
    for _ in range(rounds):
        found += yield [lookup]
    return found


@given(st.lists(st.integers(0, 4), max_size=5))
def test_procedures_side_by_side_get_their_own_outcomes_in_as_many_rounds_as_the_longest(rounds: list[int]) -> None:
    internet = Internet({"192.0.2.1": saying(ONE)})
    lookups = [
        Lookup(question=question(f"n{place}.test"), servers=(Server(address=ip_address("192.0.2.1")),))
        for place in range(len(rounds))
    ]
    procedures = [counting(count, lookup) for count, lookup in zip(rounds, lookups, strict=True)]
    results = internet.run(side_by_side(procedures))
    assert [[one.lookup for one in result] for result in results] == [
        [lookup] * count for count, lookup in zip(rounds, lookups, strict=True)
    ]
    assert len(internet.rounds) == max(rounds, default=0)


def test_a_procedure_takes_the_sum_of_its_rounds() -> None:
    lookup = Lookup(question=question("www.test"), servers=(Server(address=ip_address("192.0.2.1")),))
    found, duration_ms = Internet({"192.0.2.1": saying(ONE)}).run(timed(counting(3, lookup)))
    assert len(found) == 3
    assert duration_ms == 3 * MS


def test_rdata_of_the_fake_internet_is_what_it_says() -> None:
    assert rdata("MX", "10 mx.test.") == b"\x00\x0a\x02mx\x04test\x00"
