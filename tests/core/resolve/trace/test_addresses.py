"""Servers without glue: found by the trace itself, and circles of them told from what is merely missing."""

from dataclasses import replace
from ipaddress import ip_address
from itertools import pairwise

from nettools.core.resolve.trace.result import trace_response
from tests.core.resolve.fake_internet import Internet, Zone
from tests.core.resolve.trace.worlds import (
    ALL_ZONE,
    HOSTS,
    NS1,
    NS2,
    OTHER,
    SETTINGS,
    TEST_SERVER,
    TEST_ZONE,
    delegation,
    limited,
    servers_of,
    steps_of,
    traced,
    with_other,
    zones_of,
)

OTHER_ZONE: Zone = {"www.other.test. A": ["198.51.100.9"]}


def without_glue(*names: str, other: Zone = OTHER_ZONE, hosts: dict[str, object] | None = None) -> Internet:
    """``other.test.`` at servers of these names, for which ``test.`` has no addresses."""
    internet = with_other(other, **(hosts or {}))  # type: ignore[arg-type]
    internet.hosts[ip_address(TEST_SERVER)] = {"test.": {**TEST_ZONE, "other.test. NS": list(names)}}
    return internet


def test_a_server_without_glue_is_found_by_a_walk_of_its_own() -> None:
    zone = {**ALL_ZONE, "ns.all.test. A": [OTHER], "ns.all.test. AAAA": ["2001:db8::5"]}
    internet = without_glue("ns.all.test.", hosts={NS1: {"all.test.": zone}, NS2: {"all.test.": zone}})
    internet.hosts[ip_address("2001:db8::5")] = internet.hosts[ip_address(OTHER)]
    found = traced("www.other.test", internet=internet)
    assert trace_response(found).status == "answered"
    (search,) = steps_of(found)[-1].searches
    assert search.zones == ("test.", "all.test.")
    assert [str(one) for one in search.addresses] == [OTHER, "2001:db8::5"]
    assert set(servers_of(found, "other.test.")) == {OTHER, "2001:db8::5"}


def test_a_server_with_glue_helps_to_find_one_of_its_zone_without() -> None:
    other = {**OTHER_ZONE, "other.test. NS": ["ns.other.test.", "ns2.other.test."], "ns2.other.test. A": [NS2]}
    internet = with_other(other, **{NS2: {"other.test.": OTHER_ZONE, "all.test.": ALL_ZONE}})
    test = {**TEST_ZONE, **delegation("other.test.", ns=OTHER, ns2="")}
    internet.hosts[ip_address(TEST_SERVER)] = {"test.": test}
    found = traced("www.other.test", internet=internet)
    assert set(servers_of(found, "other.test.")) == {OTHER, NS2}


def test_a_server_in_the_zone_that_it_serves_needs_glue() -> None:
    internet = without_glue("ns.other.test.")
    found = traced("www.other.test", internet=internet)
    response = trace_response(found)
    assert response.status == "unreachable"
    assert response.warnings == (
        "no server of other.test. has a known address",
        "ns.other.test. it lies in the zone that it serves, and the delegation has no glue",
    )
    assert zones_of(found)[-1] == "other.test."
    assert len(internet.asked) == 8  # the root and test. are asked, and nobody for the name of the server


def test_two_zones_whose_servers_lie_in_each_other_are_a_circle() -> None:
    internet = without_glue("ns.third.test.")
    test = {**TEST_ZONE, "other.test. NS": ["ns.third.test."], "third.test. NS": ["ns.other.test."]}
    internet.hosts[ip_address(TEST_SERVER)] = {"test.": test}
    (search,) = steps_of(traced("www.other.test", internet=internet))[-1].searches
    assert search.reason is not None
    assert (
        "a circle of delegations without glue: ns.third.test. needs ns.other.test. needs ns.third.test."
        in search.reason
    )


def test_a_long_chain_of_servers_without_glue_stops_at_the_limit() -> None:
    names = [f"z{number}.test." for number in range(12)]
    test: dict[str, list[str]] = {**TEST_ZONE, "other.test. NS": ["ns.z0.test."]}  # type: ignore[dict-item]
    test |= {f"{name} NS": [f"ns.{below}"] for name, below in pairwise(names)}
    internet = without_glue()
    internet.hosts[ip_address(TEST_SERVER)] = {"test.": test}
    found = traced("www.other.test", internet=internet, settings=limited(depth=4))
    (search,) = steps_of(found)[-1].searches
    assert search.reason is not None
    assert "the search stops 4 servers without glue deep" in search.reason


def test_a_server_whose_name_does_not_exist_is_said() -> None:
    found = traced("www.other.test", internet=without_glue("nothing.all.test.", "ns.other.test."))
    reasons = [one.reason for one in steps_of(found)[-1].searches]
    assert reasons[0] == "it does not exist, says all.test."


def test_a_server_whose_name_has_no_address_is_said() -> None:
    found = traced("www.other.test", internet=without_glue("all.test."))
    assert [one.reason for one in steps_of(found)[-1].searches] == ["it has no address, says all.test."]


def test_a_server_whose_name_is_an_alias_is_used_and_said() -> None:
    zone = {**ALL_ZONE, "ns.all.test. CNAME": ["real.all.test."], "real.all.test. A": [OTHER]}
    hosts: dict[str, object] = {NS1: {"all.test.": zone}, NS2: {"all.test.": zone}}
    found = traced("www.other.test", internet=without_glue("ns.all.test.", hosts=hosts))
    (search,) = steps_of(found)[-1].searches
    assert "RFC 2181 §10.3" in str(search.reason)
    assert trace_response(found).status == "answered"


def test_dead_servers_on_the_way_to_a_name_do_not_end_the_search() -> None:
    zone = {**ALL_ZONE, "ns.all.test. A": [OTHER]}
    hosts: dict[str, object] = {NS1: "timeout", NS2: {"all.test.": zone}}
    found = traced("www.other.test", internet=without_glue("ns.all.test.", hosts=hosts))
    assert trace_response(found).status == "answered"


def test_searches_run_together() -> None:
    zone = {**ALL_ZONE, "ns.all.test. A": [OTHER], "nt.all.test. A": [OTHER]}
    hosts: dict[str, object] = {NS1: {"all.test.": zone}, NS2: {"all.test.": zone}}
    internet = without_glue("ns.all.test.", "nt.all.test.", hosts=hosts)
    traced("www.other.test", internet=internet)
    # root, test., both searches in test. and in all.test. (two servers, A and AAAA, two names), then the zone itself
    assert internet.rounds == [4, 4, 4, 8, 4]


def test_a_hostile_web_of_delegations_is_bounded() -> None:
    names = [f"a{number}.test." for number in range(14)]
    test: dict[str, list[str]] = dict(TEST_ZONE)  # type: ignore[arg-type]
    test |= {
        f"{name} NS": [f"ns{place}.{other}" for place, other in enumerate(names) if other != name] for name in names
    }
    internet = Internet({**HOSTS, TEST_SERVER: {"test.": test}})
    found = traced(
        "www.a0.test", internet=internet, settings=replace(SETTINGS, limits=replace(SETTINGS.limits, lookups=200))
    )
    assert sum(internet.rounds) <= 200
    assert trace_response(found).status in ("unreachable", "referral")
