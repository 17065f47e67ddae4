"""The trace on a small Internet of dicts: which zones it asks, whom it follows, what it says, where it stops."""

from dataclasses import replace
from ipaddress import ip_address
from itertools import pairwise

import pytest

from nettools.core.dns.edns import EXTENDED_ERROR, Edns
from nettools.core.dns.message import Message, Question
from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import RA, TYPES
from nettools.core.resolve.trace.cut import NameServer
from nettools.core.resolve.trace.result import trace_outcome, trace_response
from tests.core.resolve.fake_internet import MS, Host, Internet, Zone, message, record, serve
from tests.core.resolve.trace.worlds import (
    ALL_ZONE,
    HOSTS,
    NS1,
    NS2,
    OTHER,
    ROOT_CUT,
    ROOT_SERVER,
    ROOT_ZONE,
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

DOWN = [".", "test.", "all.test."]


def addresses(found_answer: list[str]) -> set[str]:
    return {str(ip_address(bytes.fromhex(one))) for one in found_answer}


def answered(trace: object) -> set[str]:
    response = trace_response(trace)  # type: ignore[arg-type]
    return addresses([one.hex for one in response.answer if one.type == "A"])


def test_a_name_is_followed_from_the_root_to_its_zone_with_all_servers_of_each() -> None:
    internet = Internet(HOSTS)
    found = traced("www.all.test", internet=internet)
    assert zones_of(found) == DOWN
    assert answered(found) == {"198.51.100.1"}
    assert [one.referral_to for one in steps_of(found)] == ["test.", "all.test.", None]
    assert {one.status for one in servers_of(found, "all.test.").values()} == {"answered"}
    wanted = name_from_text("www.all.test")
    assert [address for address, name, _ in internet.asked if name == wanted] == [ROOT_SERVER, TEST_SERVER, NS1, NS2]


def test_each_zone_is_one_round_and_takes_as_long_as_its_slowest_server() -> None:
    internet = Internet(HOSTS)
    found = traced("www.all.test", internet=internet)
    assert internet.rounds == [4, 4, 7]  # question, SOA and NS for each server, DNSKEY once
    assert [one.duration_ms for one in steps_of(found)] == [MS, MS, MS]


def test_recursion_is_never_desired_and_dnssec_records_always_are() -> None:
    internet = Internet(HOSTS)
    traced("www.all.test", internet=internet)
    assert {(one.options.recursion_desired, one.options.dnssec_ok) for one in internet.lookups} == {(False, True)}
    assert {server.port for one in internet.lookups for server in one.servers} == {5300}


@pytest.mark.parametrize(
    ("name", "status", "rcode"), [("nothing.all.test", "nxdomain", "NXDOMAIN"), ("all.test", "nodata", "NOERROR")]
)
def test_what_is_not_there_is_the_answer_of_the_zone(name: str, status: str, rcode: str) -> None:
    response = trace_response(traced(name))
    assert (response.status, response.rcode) == (status, rcode)
    assert response.server is not None
    assert str(response.server.address) == NS1


def test_glue_is_used_without_a_question_for_it() -> None:
    internet = Internet(HOSTS)
    traced("www.all.test", internet=internet)
    assert not any(name == name_from_text("ns1.all.test") for _, name, _ in internet.asked)


def test_glue_for_names_outside_of_the_referring_zone_is_not_believed() -> None:
    def lie(asked: Question) -> Message:
        ns = record("test.", "NS", "ns.elsewhere.")
        return message(asked, authority=[ns], additional=[record("ns.elsewhere.", "A", NS1)], aa=False)

    def lie_below(asked: Question) -> Message:
        ns = record("all.test.", "NS", "ns.elsewhere.")
        return message(asked, authority=[ns], additional=[record("ns.elsewhere.", "A", NS1)], aa=False)

    hosts = {**HOSTS, TEST_SERVER: lie_below}
    found = traced("www.all.test", internet=Internet(hosts))
    assert zones_of(found) == DOWN
    assert steps_of(found)[-1].searches[0].name == "ns.elsewhere."
    assert not steps_of(found)[-1].servers
    # The root may vouch for any name.
    found = traced("www.all.test", internet=Internet({**HOSTS, ROOT_SERVER: lie}))
    assert str(steps_of(found)[1].servers[0].address) == NS1


# ------------------------------------------------------------------ aliases


def test_aliases_inside_a_zone_are_taken_from_one_answer() -> None:
    found = traced("cname.all.test")
    assert zones_of(found) == DOWN
    assert answered(found) == {"198.51.100.1"}
    (alias,) = steps_of(found)[-1].aliases
    assert (alias.name, alias.type, alias.target) == ("cname.all.test.", "CNAME", "www.all.test.")


def test_an_alias_into_another_zone_goes_on_from_the_deepest_zone_that_is_known() -> None:
    internet = with_other({"www.other.test. A": ["198.51.100.9"]})
    found = traced("away.all.test", internet=internet)
    assert zones_of(found) == [*DOWN, "test.", "other.test."]
    assert [one.name for one in steps_of(found)][-1] == "www.other.test."
    response = trace_response(found)
    assert response.query.name == "away.all.test."
    assert [one.type for one in response.answer] == ["CNAME", "A"]
    assert answered(found) == {"198.51.100.9"}
    assert [one.dnssec is None for one in steps_of(found)] == [False, False, False, True, False]


def test_what_a_server_says_of_another_zone_is_not_believed() -> None:
    def all_server(asked: Question) -> Message:
        forged = record("www.other.test.", "A", "203.0.113.66")
        alias = record("away.all.test.", "CNAME", "www.other.test.")
        return message(asked, answer=[alias, forged] if asked.type == TYPES["A"] else [])

    internet = with_other({"www.other.test. A": ["198.51.100.9"]}, **{NS1: all_server, NS2: all_server})
    assert answered(traced("away.all.test", internet=internet)) == {"198.51.100.9"}


def test_dname_is_followed_and_named() -> None:
    found = traced("x.dname.all.test")
    assert answered(found) == {"198.51.100.2"}
    (alias,) = steps_of(found)[-1].aliases
    assert (alias.type, alias.target) == ("DNAME", "x.target.all.test.")


def test_dname_out_of_the_zone_is_followed_without_a_synthesized_cname_too() -> None:
    def all_server(asked: Question) -> Message:
        return message(asked, answer=[record("d.all.test.", "DNAME", "other.test.")])

    internet = with_other({"www.other.test. A": ["198.51.100.9"]}, **{NS1: all_server, NS2: all_server})
    found = traced("www.d.all.test", internet=internet)
    assert answered(found) == {"198.51.100.9"}


def test_a_dangling_alias_ends_with_the_denial_of_the_zone_that_it_leads_to() -> None:
    response = trace_response(traced("gone.all.test", internet=with_other({})))
    assert (response.status, [one.type for one in response.answer]) == ("nxdomain", ["CNAME"])


def test_a_loop_inside_a_zone_is_said() -> None:
    response = trace_response(traced("loop.all.test"))
    assert response.status == "nodata"
    assert response.warnings == ("the aliases of loop.all.test. are a loop",)


def test_a_loop_over_two_zones_is_said_and_ends() -> None:
    internet = with_other({"back.other.test. CNAME": ["there.all.test."]})
    for address in (NS1, NS2):
        zone = {**ALL_ZONE, "there.all.test. CNAME": ["back.other.test."]}
        internet.hosts[ip_address(address)] = {"all.test.": zone}
    response = trace_response(traced("there.all.test", internet=internet))
    assert response.status == "nodata"
    assert response.warnings == ("the aliases of there.all.test. are a loop",)
    assert [one.type for one in response.answer] == ["CNAME", "CNAME"]


def test_the_type_cname_asks_for_the_alias_itself() -> None:
    found = traced("away.all.test", "CNAME", with_other({}))
    assert zones_of(found) == DOWN
    assert trace_response(found).status == "answered"


def test_signatures_stand_in_the_answer_only_when_they_are_wanted() -> None:
    signature = "#0001080000000e10"
    zone = {**ALL_ZONE, "www.all.test. RRSIG": [signature]}

    def signed(asked: Question) -> Message:
        reply = serve({"all.test.": zone}, asked)
        return replace(reply, answer=(*reply.answer, record("www.all.test.", "RRSIG", signature)))

    internet = Internet({**HOSTS, NS1: signed, NS2: signed})
    wanting = replace(SETTINGS, options=replace(SETTINGS.options, dnssec_ok=True))
    for asked, kind, types in ((SETTINGS, "A", ["A"]), (wanting, "A", ["A", "RRSIG"])):
        response = trace_response(traced("www.all.test", kind, internet, asked))
        assert [one.type for one in response.answer] == types
    assert {one.type for one in trace_response(traced("www.all.test", "RRSIG", internet)).answer} == {"RRSIG"}


# ------------------------------------------------------------------ servers that are no use


def of_the_zone(host: object, kind: str = "A") -> dict[str, object]:
    internet = Internet({**HOSTS, NS2: host})  # type: ignore[dict-item]
    found = traced("www.all.test", kind, internet)
    assert answered(found) == {"198.51.100.1"}
    server = servers_of(found, "all.test.")[NS2]
    return {"status": server.status, "reason": server.reason, "rcode": server.rcode, "ms": server.ms}


def test_a_silent_server_is_named_and_the_others_are_used() -> None:
    told = of_the_zone("timeout")
    assert told == {"status": "timeout", "reason": "no answer to 1 query in 2 s", "rcode": None, "ms": None}


def test_a_closed_port_is_named() -> None:
    told = of_the_zone("refused-connection")
    assert (told["status"], told["reason"]) == ("unreachable", "nothing listens there")


def test_an_upward_referral_is_lame() -> None:
    def lame(asked: Question) -> Message:
        return message(asked, authority=[record(".", "NS", "ns.root.")], aa=False)

    told = of_the_zone(lame)
    assert (told["status"], told["reason"]) == ("lame", "it refers upward, to .")


def test_a_referral_to_the_zone_itself_is_lame() -> None:
    def lame(asked: Question) -> Message:
        return message(asked, authority=[record("all.test.", "NS", "ns1.all.test.")], aa=False)

    assert of_the_zone(lame)["status"] == "lame"


def test_a_referral_that_does_not_lead_to_the_name_is_lame() -> None:
    def lame(asked: Question) -> Message:
        return message(asked, authority=[record("elsewhere.all.test.", "NS", "ns.all.test.")], aa=False)

    assert of_the_zone(lame)["reason"] == "it refers elsewhere, to elsewhere.all.test."


def test_an_answer_without_authority_is_lame() -> None:
    def resolver(asked: Question) -> Message:
        return message(asked, answer=[record("www.all.test.", "A", "203.0.113.66")], aa=False, flags=RA)

    told = of_the_zone(resolver)
    assert told["status"] == "lame"
    assert "no authority over all.test." in str(told["reason"])


def test_a_refusal_is_named_with_the_extended_error() -> None:
    def refusing(asked: Question) -> Message:
        error = (EXTENDED_ERROR, (18).to_bytes(2, "big") + b"not \x1bfor you")
        edns = Edns(version=0, udp=1232, flags=0, extended_rcode=0, options=(error,))
        return message(asked, aa=False, rcode="REFUSED", edns=edns)

    told = of_the_zone(refusing)
    assert told == {"status": "refused", "rcode": "REFUSED", "ms": MS, "reason": 'Prohibited "not \x1bfor you"'}


@pytest.mark.parametrize("rcode", ["SERVFAIL", "NOTIMP", "FORMERR"])
def test_an_error_is_named(rcode: str) -> None:
    assert of_the_zone(lambda asked: message(asked, rcode=rcode))["status"] == rcode.lower()


def test_when_no_server_is_of_use_the_most_telling_failure_is_the_outcome() -> None:
    hosts = {**HOSTS, NS1: "timeout", NS2: lambda asked: message(asked, rcode="SERVFAIL")}
    found = traced("www.all.test", internet=Internet(hosts))
    assert trace_response(found).status == "servfail"
    assert "no server of all.test. is of use" in steps_of(found)[-1].warnings


def test_a_dead_zone_is_a_timeout_within_the_time_of_one_server() -> None:
    found = traced("www.all.test", internet=Internet({**HOSTS, NS1: "timeout", NS2: "timeout"}))
    assert trace_response(found).status == "timeout"
    # The DNSKEY lookup of the fake tries both servers, one after the other.
    assert steps_of(found)[-1].duration_ms <= 2 * SETTINGS.timeout_s * 1000


def test_a_useless_server_is_asked_last_when_the_zone_is_asked_again() -> None:
    test = {**TEST_ZONE, **delegation("other.test.", ns=OTHER)}
    other = {"other.test. SOA": ["4"], "back.other.test. CNAME": ["www.all.test."]}
    hosts = {**HOSTS, NS1: "timeout", TEST_SERVER: {"test.": test}, OTHER: {"other.test.": other}}
    zone = {**ALL_ZONE, "there.all.test. CNAME": ["back.other.test."]}
    found = traced("there.all.test", internet=Internet({**hosts, NS2: {"all.test.": zone}}))
    assert zones_of(found)[-1] == "all.test."
    assert [str(one.address) for one in steps_of(found)[-1].servers] == [NS2, NS1]


# ------------------------------------------------------------------ servers that disagree


def test_serials_that_differ_are_named_with_their_servers() -> None:
    hosts = {**HOSTS, NS2: {"all.test.": {**ALL_ZONE, "all.test. SOA": ["7"]}}}
    found = traced("www.all.test", internet=Internet(hosts))
    told = f"the servers disagree about the serial: 3 at ns1.all.test. ({NS1}); 7 at ns2.all.test. ({NS2})"
    assert steps_of(found)[-1].warnings == (told,)
    assert [one.serial for one in steps_of(found)[-1].servers] == [3, 7]


def test_a_question_for_soa_says_the_difference_of_serials_once() -> None:
    hosts = {**HOSTS, NS2: {"all.test.": {**ALL_ZONE, "all.test. SOA": ["7"]}}}
    warnings = steps_of(traced("all.test", "SOA", Internet(hosts)))[-1].warnings
    assert len(warnings) == 1
    assert "3 at ns1.all.test." in warnings[0]


def test_answers_that_differ_are_named_and_most_servers_win() -> None:
    test = {**TEST_ZONE, "all.test. NS": ["ns1.all.test.", "ns2.all.test.", "ns3.all.test."]}
    test |= {"ns3.all.test. A": [OTHER]}
    stale = {**ALL_ZONE, "www.all.test. A": ["198.51.100.77"]}
    hosts = {**HOSTS, TEST_SERVER: {"test.": test}, NS1: {"all.test.": stale}, OTHER: {"all.test.": ALL_ZONE}}
    found = traced("www.all.test", internet=Internet(hosts))
    assert answered(found) == {"198.51.100.1"}
    (told,) = [one for one in steps_of(found)[-1].warnings if "the answer" in one]
    assert told.index(NS2) < told.index(NS1)


def test_ns_records_that_differ_between_servers_are_named() -> None:
    hosts = {**HOSTS, NS2: {"all.test.": {**ALL_ZONE, "all.test. NS": ["ns2.all.test."]}}}
    (told,) = steps_of(traced("www.all.test", internet=Internet(hosts)))[-1].warnings
    assert told.startswith("the servers disagree about the NS records: ns1.all.test. ns2.all.test. at ns1.all.test.")


def test_ns_records_that_differ_between_parent_and_child_are_named() -> None:
    zone = {**ALL_ZONE, "all.test. NS": ["ns1.all.test.", "ns9.all.test."]}
    hosts = {**HOSTS, NS1: {"all.test.": zone}, NS2: {"all.test.": zone}}
    warnings = steps_of(traced("www.all.test", internet=Internet(hosts)))[-1].warnings
    assert warnings == (
        "the parent names ns2.all.test., and the other side does not",
        "the zone names ns9.all.test., and the other side does not",
    )


def test_referrals_that_differ_are_named_and_their_servers_put_together() -> None:
    test = {**TEST_ZONE, "all.test. NS": ["ns1.all.test."]}
    root = {**ROOT_ZONE, "test. NS": ["ns.test.", "ns.more.test."], "ns.more.test. A": [OTHER]}
    hosts = {**HOSTS, ROOT_SERVER: {".": root}, TEST_SERVER: {"test.": test}, OTHER: {"test.": TEST_ZONE}}
    found = traced("www.all.test", internet=Internet(hosts))
    assert any("the answer" in one for one in steps_of(found)[1].warnings)
    assert steps_of(found)[2].ns == ("ns1.all.test.", "ns2.all.test.")


def test_the_order_the_case_and_the_ttl_of_records_are_no_difference() -> None:
    swapped = {**ALL_ZONE, "all.test. NS": ["NS2.all.test.", "ns1.ALL.test."]}
    hosts = {**HOSTS, NS2: {"all.test.": swapped}}
    assert steps_of(traced("www.all.test", internet=Internet(hosts)))[-1].warnings == ()


def test_a_server_of_the_zone_below_may_answer_where_the_others_refer() -> None:
    child: Zone = {
        "sub.all.test. SOA": ["9"],
        "sub.all.test. NS": ["ns1.all.test."],
        "www.sub.all.test. A": ["198.51.100.3"],
    }
    parent: Zone = {**ALL_ZONE, "sub.all.test. NS": ["ns1.all.test."]}
    hosts = {**HOSTS, NS1: {"all.test.": parent, "sub.all.test.": child}, NS2: {"all.test.": parent}}
    found = traced("www.sub.all.test", internet=Internet(hosts))
    assert zones_of(found) == [*DOWN, "sub.all.test."]
    assert answered(found) == {"198.51.100.3"}
    both = servers_of(found, "all.test.")
    assert (both[NS1].status, both[NS1].reason) == ("answered", "it serves sub.all.test. as well")
    assert both[NS2].status == "referral"
    assert steps_of(found)[2].warnings == ()


def test_of_two_referrals_the_one_to_the_nearer_zone_is_followed() -> None:
    deep: Zone = {"a.sub.all.test. SOA": ["9"], "www.a.sub.all.test. A": ["198.51.100.3"]}
    child: Zone = {"sub.all.test. SOA": ["9"], **delegation("a.sub.all.test.", ns=OTHER)}
    parent: Zone = {**ALL_ZONE, **delegation("sub.all.test.", ns=NS1)}
    hosts: dict[str, Host] = {NS1: {"all.test.": parent, "sub.all.test.": child}, NS2: {"all.test.": parent}}
    for first, second in ((NS1, NS2), (NS2, NS1)):
        test: Zone = {**TEST_ZONE, **delegation("all.test.", ns1=first, ns2=second)}
        world = {**HOSTS, **hosts, OTHER: {"a.sub.all.test.": deep}, TEST_SERVER: {"test.": test}}
        found = traced("www.a.sub.all.test", internet=Internet(world))
        assert zones_of(found) == [*DOWN, "sub.all.test.", "a.sub.all.test."]


def test_a_zone_whose_servers_all_serve_the_child_shows_it_in_the_remark() -> None:
    child: Zone = {
        "sub.all.test. SOA": ["9"],
        "sub.all.test. NS": ["ns1.all.test."],
        "www.sub.all.test. A": ["198.51.100.3"],
    }
    host: Host = {"all.test.": {**ALL_ZONE, "sub.all.test. NS": ["ns1.all.test."]}, "sub.all.test.": child}
    found = traced("www.sub.all.test", internet=Internet({**HOSTS, NS1: host, NS2: host}))
    assert zones_of(found) == DOWN
    assert {one.reason for one in steps_of(found)[-1].servers} == {"it serves sub.all.test. as well"}


# ------------------------------------------------------------------ IP versions


def test_both_ip_versions_are_asked_and_one_alone_on_request() -> None:
    test = {**TEST_ZONE, "ns1.all.test. AAAA": ["2001:db8::3"]}
    hosts = {**HOSTS, TEST_SERVER: {"test.": test}, "2001:db8::3": {"all.test.": ALL_ZONE}}
    assert set(servers_of(traced("www.all.test", internet=Internet(hosts)), "all.test.")) == {NS1, "2001:db8::3", NS2}
    only_four = replace(SETTINGS, versions=frozenset({4}))
    found = traced("www.all.test", internet=Internet(hosts), settings=only_four)
    assert set(servers_of(found, "all.test.")) == {NS1, NS2}


def test_without_a_way_to_an_ip_version_its_addresses_are_given_up_with_a_word() -> None:
    six = tuple(ip_address(f"2001:db8::{number}") for number in (1, 2))
    server = NameServer(name=name_from_text("ns.root."), addresses=(ip_address(ROOT_SERVER), *six))
    test = {**TEST_ZONE, "ns1.all.test. AAAA": ["2001:db8::3"]}
    settings = replace(SETTINGS, root=replace(ROOT_CUT, servers=(server,)))
    found = traced("www.all.test", internet=Internet({**HOSTS, TEST_SERVER: {"test.": test}}), settings=settings)
    told = "nothing is reachable over IPv6 from here: such addresses are not asked any more"
    assert steps_of(found)[0].warnings == (told,)
    assert set(servers_of(found, "all.test.")) == {NS1, NS2}


# ------------------------------------------------------------------ limits


def test_the_limit_of_zones_ends_the_trace_with_a_warning() -> None:
    found = traced("www.all.test", settings=limited(cuts=2))
    assert zones_of(found) == DOWN[:2]
    response = trace_response(found)
    assert response.status == "referral"
    assert response.warnings == ("stopped: more than 2 zones on the way",)


def test_the_limit_of_lookups_ends_the_trace_with_a_warning() -> None:
    internet = Internet(HOSTS)
    found = traced("www.all.test", internet=internet, settings=limited(lookups=9))
    assert sum(internet.rounds) <= 9
    assert zones_of(found) == DOWN[:2]
    assert "stopped: the trace needs more than 9 lookups" in trace_response(found).warnings


def test_the_limit_of_aliases_ends_the_trace_with_a_warning() -> None:
    names = [f"n{number}.{zone}.test." for number in range(20) for zone in ("all", "other")]
    chain = dict(pairwise(names))
    zones = {
        zone: {f"{name} CNAME": [target] for name, target in chain.items() if name.endswith(f".{zone}.test.")}
        for zone in ("all", "other")
    }
    internet = with_other(zones["other"])
    for address in (NS1, NS2):
        internet.hosts[ip_address(address)] = {"all.test.": {**ALL_ZONE, **zones["all"]}}
    response = trace_response(traced("n0.all.test", internet=internet, settings=limited(aliases=5)))
    assert response.warnings == ("stopped: more than 5 aliases one behind the other",)
    assert [one.type for one in response.answer] == ["CNAME"] * 5


def test_a_trace_that_was_stopped_before_anything_was_asked_has_an_outcome() -> None:
    outcome = trace_outcome(traced("www.all.test", settings=limited(lookups=1)))
    assert (outcome.status, outcome.message) == ("unreachable", None)
    assert outcome.warnings == ("stopped: the trace needs more than 1 lookups",)
