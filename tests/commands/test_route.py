"""``nettools route``: the list in every format, explanations of destinations, and how a run ends."""

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest

from nettools.core.address import Address
from nettools.core.ifaces.events import MachineEvent
from nettools.core.ifaces.report import Warned
from nettools.core.netlink.events import lost
from nettools.core.record import flat_header
from nettools.core.route.question import SystemAnswer
from nettools.core.route.rows import ExplanationRow, HopRow
from nettools.errors import LocalFault
from tests.cli import is_harmless, run
from tests.commands.machine_runs import end_after
from tests.core.ifaces.machines import interface
from tests.core.route.machines import FIRST_RULES, route, rule
from tests.fake_platform import LAPTOP_ROUTES, LAPTOP_RULES, USER, FakePlatform, laptop

FORMATS = ["table", "plain", "json", "jsonl", "csv"]
ROUTE_KEYS = [
    "family", "type", "dst", "gateway", "via_family", "dev", "protocol", "scope", "prefsrc", "metric", "table", "flags",
    "mtu", "nexthops", "nhid", "pref", "tos", "from", "expires", "encap", "metrics",
]  # fmt: skip
HOP_KEYS = ["gateway", "dev", "weight", "flags", "encap"]
RULE_KEYS = [
    "family", "priority", "not", "from", "to", "tos", "fwmark", "fwmask", "iif", "oif", "uidrange", "ipproto", "sport",
    "dport", "suppress_prefixlength", "suppress_ifgroup", "goto", "protocol", "l3mdev", "table", "action", "dscp",
    "tun_id", "flowlabel", "realms",
]  # fmt: skip
EXPLANATION_KEYS = [
    "destination", "verdict", "summary", "route", "source", "nexthop", "steps", "kernel", "warnings",
]  # fmt: skip
STEP_KEYS = ["rule", "table", "matched", "reason", "candidates"]
CANDIDATE_KEYS = ["dst", "type", "gateway", "dev", "metric", "chosen", "reason"]
KERNEL_KEYS = ["agrees", "dev", "gateway", "source", "error"]

WORLD, REFUSED = "203.0.114.9", "10.9.1.1"
BY_DEFAULT = SystemAnswer(
    type="unicast", table="main", dev="eth0", gateway=ip_address("192.0.2.1"), source=ip_address("192.0.2.5")
)
HOSTILE = "e\x1b[2J\u202e"


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> FakePlatform:
    """The laptop is this machine, and its kernel sends everything to its default gateway."""
    made = laptop().install(monkeypatch)
    made.answer = BY_DEFAULT
    return made


def destinations(*argv: str) -> list[str]:
    return [one["dst"] for one in run("route", *argv, "--json").json["routes"]]


def expected(*tables: str, family: str = "inet inet6") -> list[str]:
    return [str(one.dst) for one in LAPTOP_ROUTES if one.table in tables and one.family in family.split()]


# The list: what is in the document.


def test_a_document_has_every_key_in_the_promised_order() -> None:
    document = run("route", "--json", "--table", "all").json
    assert list(document) == ["schema", "routes", "rules", "warnings", "errors"]
    assert document["schema"] == "nettools.route/1"
    for one in document["routes"]:
        assert list(one) == ROUTE_KEYS
        for hop in one["nexthops"]:
            assert list(hop) == HOP_KEYS
    for one in document["rules"]:
        assert list(one) == RULE_KEYS
    assert (document["warnings"], document["errors"]) == ([], [])
    assert len(document["rules"]) == len(LAPTOP_RULES)


def test_everything_that_is_known_is_in_the_document() -> None:
    many = next(one for one in run("route", "--json").json["routes"] if one["nexthops"])
    assert (many["dst"], many["gateway"], many["dev"], many["metric"]) == ("172.16.0.0/12", None, None, 0)
    assert many["nexthops"] == [
        {"gateway": "192.0.2.9", "dev": "eth0", "weight": 3, "flags": [], "encap": None},
        {"gateway": "198.51.100.9", "dev": "br0", "weight": 1, "flags": ["linkdown"], "encap": None},
    ]


@pytest.mark.parametrize(
    ("argv", "found"),
    [
        ((), expected("main")),
        (("--table", "main"), expected("main")),
        (("--table", "local"), expected("local")),
        (("--table", "51820"), expected("51820")),
        (("--table", "all"), expected("main", "local", "51820")),
        (("-4",), expected("main", family="inet")),
        (("-6",), expected("main", family="inet6")),
        (("-4", "-6"), expected("main")),
        (("-6", "--table", "all"), expected("main", "local", family="inet6")),
    ],
)
def test_table_and_family_choose(argv: tuple[str, ...], found: list[str]) -> None:
    assert destinations(*argv) == found


def test_rules_of_one_family_are_of_that_family() -> None:
    assert {one["family"] for one in run("route", "-6", "--json").json["rules"]} == {"inet6"}


def test_an_unknown_table_is_status_2() -> None:
    outcome = run("route", "--table", "nosuch", "--json")
    assert outcome.status == 2
    assert outcome.json["schema"] == "nettools.error/1"
    assert "there is no routing table 'nosuch'" in outcome.stderr


@pytest.mark.parametrize("answer_format", FORMATS)
def test_a_table_without_routes_is_status_1_and_said(answer_format: str) -> None:
    outcome = run("route", "--table", "77", "-f", answer_format)
    assert outcome.status == 1
    assert "there are no routes in table 77" in outcome.stderr


def test_a_machine_without_routes_is_status_1(fake: FakePlatform) -> None:
    fake.made_routes = []
    outcome = run("route", "--table", "all", "--json")
    assert (outcome.status, outcome.json["routes"]) == (1, [])
    assert "there are no routes" in outcome.stderr


def test_a_system_without_rules_has_an_empty_list_of_them(fake: FakePlatform) -> None:
    fake.rules = None
    assert run("route", "--json").json["rules"] == []
    for argv in (("--rules",), ("--rules", "-f", "jsonl")):
        assert run("route", *argv).status == 0


@pytest.mark.parametrize("argv", [(), ("--json",), (WORLD,)])
def test_routes_that_cannot_be_had_are_status_3(fake: FakePlatform, argv: tuple[str, ...]) -> None:
    fake.made_routes = LocalFault("the kernel does not tell the routes")
    outcome = run("route", *argv)
    assert outcome.status == 3
    assert "the kernel does not tell the routes" in outcome.stderr
    assert fake.is_closed


def test_a_warning_is_told_and_stands_in_the_document(fake: FakePlatform) -> None:
    fake.route_warnings = (Warned(kind="no-rules", message="rules are unknown", hint=None),)
    outcome = run("route", "--json")
    assert outcome.json["warnings"] == [{"kind": "no-rules", "message": "rules are unknown", "hint": None}]
    assert outcome.stderr == "nettools route: rules are unknown\n"
    assert run("route", "--json", "--quiet").stderr == ""


# The list: how it is told.


def test_a_table_is_for_people_and_has_the_rules_where_they_were_asked_for() -> None:
    plain = run("route")
    assert (plain.status, plain.stderr) == (0, "")
    assert plain.stdout.splitlines()[0].split()[:3] == ["Destination", "Gateway", "Interface"]
    assert "Table" not in plain.stdout
    both = run("route", "--table", "all", "--rules").stdout
    assert "suppress" not in plain.stdout
    assert "table main, no prefix up to /0" in both
    assert "Table" in both


def test_json_lines_carry_their_type_and_the_routes_own_beside_it() -> None:
    lines = run("route", "-f", "jsonl").json_lines
    assert {line["type"] for line in lines} == {"route"}
    assert [line["index"] for line in lines] == list(range(len(expected("main"))))
    assert {line["route_type"] for line in lines} == {"unicast", "blackhole", "unreachable"}
    assert list(lines[0]) == ["type", "index", *("route_type" if key == "type" else key for key in ROUTE_KEYS)]


def test_rules_are_lines_after_the_routes() -> None:
    lines = run("route", "-f", "jsonl", "--rules").json_lines
    kinds = [line["type"] for line in lines]
    assert kinds == ["route"] * len(expected("main")) + ["rule"] * len(LAPTOP_RULES)
    assert [line["index"] for line in lines] == list(range(len(lines)))
    assert list(lines[-1]) == ["type", "index", *RULE_KEYS]


def test_csv_has_a_row_for_each_next_hop() -> None:
    rows = list(csv.DictReader(io.StringIO(run("route", "--table", "all", "-f", "csv").stdout, newline="")))
    assert list(rows[0]) == flat_header(HopRow)
    assert len(rows) == sum(len(one.nexthops) or 1 for one in LAPTOP_ROUTES)
    many = [(row["gateway"], row["dev"], row["weight"]) for row in rows if row["dst"] == "172.16.0.0/12"]
    assert many == [("192.0.2.9", "eth0", "3"), ("198.51.100.9", "br0", "1")]


def test_plain_has_the_rows_of_csv_with_tabs_and_no_head() -> None:
    lines = run("route", "-f", "plain", "--table", "51820").stdout.splitlines()
    assert [line.split("\t")[:5] for line in lines] == [["inet", "unicast", "0.0.0.0/0", "-", "wg0"]]


@pytest.mark.parametrize("answer_format", ["csv", "plain"])
def test_rules_have_no_place_among_the_rows_of_routes(answer_format: str) -> None:
    outcome = run("route", "--rules", "-f", answer_format)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert "rules" in outcome.stderr


@pytest.mark.parametrize("argv", [("--table", "all"), (WORLD, REFUSED)])
def test_an_answer_may_go_to_a_file(tmp_path: Path, argv: tuple[str, ...]) -> None:
    for answer_format in FORMATS:
        path = tmp_path / answer_format
        outcome = run("route", *argv, "-f", answer_format, "-o", str(path), columns=60)
        assert (outcome.status, outcome.stdout) == (0, "")
        assert path.read_bytes() == run("route", *argv, "-f", answer_format).raw_stdout


def test_a_refused_request_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_text("before")
    assert run("route", "--table", "nosuch", "--json", "-o", str(path)).status == 2
    assert path.read_text() == "before"


# What contradicts.


@pytest.mark.parametrize("option", [("--table", "main"), ("--rules",), ("--watch",)])
def test_what_is_for_listing_goes_with_no_destination(option: tuple[str, ...]) -> None:
    outcome = run("route", WORLD, *option)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert "without a DESTINATION" in outcome.stderr


QUESTIONS = [
    ("--from", "192.0.2.5"), ("--mark", "1"), ("--interface", "eth0"), ("--uid", "0"), ("--iif", "eth0"),
    ("--tos", "8"), ("--protocol", "tcp"), ("--sport", "1"), ("--dport", "1"),
]  # fmt: skip


@pytest.mark.parametrize("option", QUESTIONS)
def test_what_is_said_of_a_packet_needs_a_destination(option: tuple[str, ...]) -> None:
    outcome = run("route", *option, "--json")
    assert outcome.status == 2
    assert "there is no DESTINATION" in outcome.stderr
    assert outcome.json["schema"] == "nettools.error/1"


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (("--from", "192.0.2.256"), "192.0.2.256"),
        (("--from", "::1"), "other IP version"),
        (("--mark", "0x100000000"), "--mark"),
        (("--mark", "-1"), "--mark"),
        (("--uid", "root"), "--uid"),
        (("--uid", "4294967295"), "--uid"),
        (("--tos", "256"), "--tos"),
        (("--tos", "0xfff"), "--tos"),
        (("--protocol", "sctp"), "--protocol 'sctp' is none of tcp, udp and icmp"),
        (("--sport", "65536"), "--sport"),
        (("--dport", "x"), "--dport"),
        (("--interface", "eth1"), "there is no interface 'eth1'; did you mean eth0"),
        (("--iif", "eth1", "--from", "192.0.2.9"), "there is no interface 'eth1'"),
        (("--iif", "eth0"), "--from"),
        (("--iif", "eth0", "--from", "192.0.2.9", "--interface", "br0"), "contradict"),
    ],
)
def test_a_packet_that_cannot_be_is_refused_in_one_line(argv: tuple[str, ...], why: str) -> None:
    outcome = run("route", WORLD, *argv)
    assert (outcome.status, outcome.stdout) == (2, "")
    assert why in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_multicast_that_comes_in_is_not_for_routes() -> None:
    outcome = run("route", "224.0.0.5", "--iif", "eth0", "--from", "192.0.2.9")
    assert outcome.status == 2
    assert "multicast" in outcome.stderr


@pytest.mark.parametrize("answer_format", ["json", "csv", "plain"])
def test_watching_has_no_end_and_neither_has_its_answer(answer_format: str) -> None:
    outcome = run("route", "--watch", "-f", answer_format)
    assert outcome.status == 2
    assert "--watch never ends" in outcome.stderr


# Explanations.


def test_an_explanation_has_every_key_in_the_promised_order() -> None:
    document = run("route", WORLD, "--json").json
    assert list(document) == ["schema", "explained", "errors"]
    assert document["schema"] == "nettools.route-explain/1"
    [one] = document["explained"]
    assert [key for key in one if key != "input"] == EXPLANATION_KEYS
    assert list(one["route"]) == ROUTE_KEYS
    assert list(one["nexthop"]) == ["gateway", "dev"]
    assert list(one["kernel"]) == KERNEL_KEYS
    for step in one["steps"]:
        assert list(step) == STEP_KEYS
        for candidate in step["candidates"]:
            assert list(candidate) == CANDIDATE_KEYS


def test_an_explanation_says_which_way_and_what_the_kernel_says() -> None:
    outcome = run("route", WORLD, "--json")
    assert (outcome.status, outcome.stderr) == (0, "")
    [one] = outcome.json["explained"]
    assert (one["destination"], one["verdict"], one["source"]) == (WORLD, "forward", "192.0.2.5")
    assert one["nexthop"] == {"gateway": "192.0.2.1", "dev": "eth0"}
    assert one["route"]["dst"] == "0.0.0.0/0"
    assert one["kernel"] == {
        "agrees": True, "dev": "eth0", "gateway": "192.0.2.1", "source": "192.0.2.5", "error": None,
    }  # fmt: skip
    assert [(step["rule"], step["table"], step["matched"]) for step in one["steps"]] == [
        (0, "local", True), (100, "51820", False), (200, "main", True), (300, None, False), (32766, "main", True),
    ]  # fmt: skip
    assert [one["chosen"] for one in one["steps"][-1]["candidates"]] == [True]


@pytest.mark.parametrize(
    ("text", "verdict", "errno"),
    [
        ("blackhole 10.9.0.0/16", "blackhole", "EINVAL"),
        ("unreachable 10.9.0.0/16", "unreachable", "EHOSTUNREACH"),
        ("prohibit 10.9.0.0/16", "prohibit", "EACCES"),
        ("10.0.0.0/16 dev eth0", "no-route", "ENETUNREACH"),
        ("throw 10.9.0.0/16", "throw", "ENETUNREACH"),
    ],
)
def test_a_destination_that_nothing_is_sent_to_is_status_1(
    fake: FakePlatform, text: str, verdict: str, errno: str
) -> None:
    fake.made_routes, fake.rules, fake.answer = (
        [route(text)],
        [rule(one) for one in FIRST_RULES],
        SystemAnswer(error=errno),
    )
    outcome = run("route", REFUSED, "--json")
    assert outcome.status == 1
    [one] = outcome.json["explained"]
    assert (one["verdict"], one["nexthop"], one["source"]) == (verdict, None, None)
    assert (one["kernel"]["agrees"], one["kernel"]["error"]) == (True, errno)


def test_one_destination_with_a_way_is_enough_for_status_0(fake: FakePlatform) -> None:
    fake.answer = LocalFault("not now")
    outcome = run("route", REFUSED, WORLD, "--json")
    assert outcome.status == 0
    assert [one["verdict"] for one in outcome.json["explained"]] == ["blackhole", "forward"]
    assert [one["kernel"] for one in outcome.json["explained"]] == [None, None]
    assert outcome.stderr.count("the system itself cannot be asked: not now") == 2


@pytest.mark.parametrize("answer_format", FORMATS)
def test_a_destination_that_cannot_be_read_hides_no_other(answer_format: str) -> None:
    outcome = run("route", "192.0.2.256", WORLD, "-f", answer_format)
    assert outcome.status == 4
    assert WORLD in outcome.stdout
    assert "192.0.2.256" in outcome.stderr


@pytest.mark.parametrize("word", ["192.0.2.256", "10.0.0.0/33", "1:2:3", "::1%", "10.0.0.0/8/9", "１.2.3.4"])
def test_destinations_that_cannot_be_read_are_status_2(word: str) -> None:
    outcome = run("route", word, "--json")
    assert (outcome.status, outcome.json["explained"]) == (2, [])
    assert [one["input"] for one in outcome.json["errors"]] == [word]


def test_an_address_of_the_family_that_is_left_out_is_status_2() -> None:
    outcome = run("route", "-4", "::1")
    assert outcome.status == 2
    assert "'::1' is IPv6, which -4 leaves out" in outcome.stderr


def test_destinations_come_from_standard_input_as_well() -> None:
    outcome = run("route", "-", "--json", stdin=f"# out\n{WORLD}\n\nnot/a/prefix\n".encode())
    assert outcome.status == 4
    assert [one["destination"] for one in outcome.json["explained"]] == [WORLD]
    assert [one["line"] for one in outcome.json["errors"]] == [4]


def test_a_name_is_explained_address_by_address(monkeypatch: pytest.MonkeyPatch, fake: FakePlatform) -> None:
    asked: list[tuple[str, int | None]] = []

    def resolve(word: str, *, version: int | None, **_rest: object) -> Iterable[Address]:
        asked.append((word, version))
        return [ip_address(WORLD), ip_address("2001:db8:9::1")]

    monkeypatch.setattr("nettools.runs.route_explain.resolve_host", resolve)
    outcome = run("route", "example.net", "--json")
    assert [one["destination"] for one in outcome.json["explained"]] == [WORLD, "2001:db8:9::1"]
    run("route", "example.net", "-6", "--json")
    run("route", "example.net", "--from", "192.0.2.5", "--json")
    assert asked == [("example.net", None), ("example.net", 6), ("example.net", 4)]
    assert f"example.net = {WORLD}" in run("route", "example.net").stdout


def test_a_prefix_is_explained_without_the_kernel(fake: FakePlatform) -> None:
    outcome = run("route", "10.0.0.0/8", "--json")
    assert outcome.status == 0
    [one] = outcome.json["explained"]
    assert (one["destination"], one["verdict"], one["kernel"], one["source"]) == ("10.0.0.0/8", "forward", None, None)
    assert one["nexthop"] == {"gateway": None, "dev": "wg0"}
    assert "1 route inside it goes first" in one["summary"]
    assert "10.9.0.0/16" in [each["dst"] for step in one["steps"] for each in step["candidates"]]
    assert fake.questions == []


def test_what_is_said_of_the_packet_is_asked_of_the_kernel(fake: FakePlatform) -> None:
    argv = ["--from", "192.0.2.5", "--mark", "0xca6c", "--interface", "eth0", "--uid", "7", "--tos", "0x10"]
    run("route", WORLD, *argv, "--protocol", "TCP", "--sport", "1024", "--dport", "443")
    [question] = fake.questions
    assert question.destination == ip_address(WORLD)
    assert (question.source, question.mark, question.outgoing) == (ip_address("192.0.2.5"), 0xCA6C, "eth0")
    assert (question.uid, question.tos, question.protocol) == (7, 16, 6)
    assert (question.source_port, question.destination_port, question.incoming) == (1024, 443, None)


def test_what_is_not_said_is_what_the_system_takes(fake: FakePlatform) -> None:
    run("route", WORLD)
    [question] = fake.questions
    assert (question.uid, question.protocol, question.mark, question.tos) == (USER, 17, 0, 0)
    assert (question.source, question.outgoing, question.incoming) == (None, None, None)


@pytest.mark.parametrize(("destination", "number"), [(WORLD, 1), ("2001:db8::9", 58)])
def test_icmp_is_that_of_the_destinations_version(fake: FakePlatform, destination: str, number: int) -> None:
    run("route", destination, "--protocol", "icmp")
    assert fake.questions[0].protocol == number


def test_what_comes_in_is_asked_with_its_source(fake: FakePlatform) -> None:
    run("route", WORLD, "--iif", "br0", "--from", "198.51.100.7")
    assert (fake.questions[0].incoming, fake.questions[0].source) == ("br0", ip_address("198.51.100.7"))


@pytest.mark.parametrize("zone", ["eth0", "enp3s0", "2"])
def test_a_zone_names_the_interface_by_which_an_address_is_reached(fake: FakePlatform, zone: str) -> None:
    run("route", f"fe80::1%{zone}", "--json")
    [question] = fake.questions
    assert (question.destination, question.outgoing) == (ip_address("fe80::1"), "eth0")


def test_a_zone_and_another_interface_contradict_each_other() -> None:
    outcome = run("route", "fe80::1%eth0", "--interface", "br0")
    assert outcome.status == 2
    assert "contradicts the zone 'eth0'" in outcome.stderr


def test_an_unknown_zone_is_status_2_with_the_near_names() -> None:
    outcome = run("route", "fe80::1%eth9")
    assert outcome.status == 2
    assert "there is no interface 'eth9'; did you mean eth0" in outcome.stderr


def test_a_kernel_that_says_otherwise_is_quoted(fake: FakePlatform) -> None:
    fake.answer = replace(BY_DEFAULT, dev="br0", gateway=None)
    outcome = run("route", WORLD, "--json")
    assert outcome.status == 0
    [one] = outcome.json["explained"]
    assert (one["kernel"]["agrees"], one["kernel"]["dev"]) == (False, "br0")
    assert [warning["kind"] for warning in one["warnings"]] == ["kernel-differs"]
    assert "the kernel itself says otherwise" in outcome.stderr


def test_explanations_as_lines_rows_and_records() -> None:
    lines = run("route", "192.0.2.256", WORLD, "-f", "jsonl").json_lines
    assert [(line["type"], line["index"]) for line in lines] == [("error", 0), ("explanation", 1)]
    rows = list(csv.DictReader(io.StringIO(run("route", WORLD, REFUSED, "-f", "csv").stdout, newline="")))
    assert list(rows[0]) == flat_header(ExplanationRow)
    assert [(row["destination"], row["verdict"], row["dev"]) for row in rows] == [
        (WORLD, "forward", "eth0"), (REFUSED, "blackhole", ""),
    ]  # fmt: skip
    assert run("route", WORLD, "-f", "plain").stdout.split("\t")[:3] == [WORLD, "forward", "192.0.2.1"]


def test_a_table_begins_with_the_verdict() -> None:
    outcome = run("route", WORLD, columns=100, env={"NO_COLOR": "1"})
    assert outcome.stdout.splitlines()[0] == f"{WORLD}  forward  via 192.0.2.1 dev eth0 source 192.0.2.5"


def test_no_name_reaches_a_terminal_raw(fake: FakePlatform) -> None:
    fake.found = [interface(HOSTILE, "192.0.2.5/24", "fe80::9/64 scope link", ifindex=2)]
    fake.made_routes = [replace(one, dev=HOSTILE, table="main") for one in LAPTOP_ROUTES if not one.nexthops]
    fake.answer = replace(BY_DEFAULT, dev=HOSTILE, gateway=None)
    for argv in (
        (), ("--rules",), ("-f", "csv"), ("-f", "plain"), (WORLD,), (WORLD, "-f", "plain"), (WORLD, "-f", "csv"),
        (WORLD, "--interface", f"{HOSTILE}9"), (f"fe80::1%{HOSTILE}", "--interface", f"{HOSTILE}9"),
        (f"fe80::1%{HOSTILE}9",), ("--table", HOSTILE), (HOSTILE + "/8",),
    ):  # fmt: skip
        outcome = run("route", *argv)
        told = outcome.stdout + outcome.stderr
        assert is_harmless(told.replace("\n", "").replace("\t", "").replace("\r", "")), argv


# Events.

ROUTE_EVENT = MachineEvent(
    time=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), event="route-added", ifname="eth0", ifindex=None, changes=(),
    interface=None, address=None, route=route("10.0.0.0/8 via 192.0.2.1 dev eth0"), rule=None,
)  # fmt: skip
SIX = replace(ROUTE_EVENT, event="route-removed", route=route("2001:db8:9::/48 dev eth0"))
OTHER_TABLE = replace(ROUTE_EVENT, event="route-changed", route=route("10.0.0.0/8 dev eth0 table 77"))
RULE_EVENT = replace(ROUTE_EVENT, event="rule-added", ifname=None, route=None, rule=rule("5: lookup 77"))
EVENTS = (ROUTE_EVENT, SIX, OTHER_TABLE, RULE_EVENT, lost(ROUTE_EVENT.time))


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ((), ["route-added", "route-removed", "rule-added", "lost"]),
        (("--table", "main"), ["route-added", "route-removed", "rule-added", "lost"]),
        (("--table", "254"), ["route-added", "route-removed", "rule-added", "lost"]),
        (("--table", "77"), ["route-changed", "rule-added", "lost"]),
        (("--table", "all", "-4"), ["route-added", "route-changed", "rule-added", "lost"]),
        (("-6",), ["route-removed", "lost"]),
    ],
)
def test_events_of_a_table_and_a_family_are_lines_until_a_signal(
    monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...], expected: list[str]
) -> None:
    end_after(monkeypatch, *EVENTS)
    outcome = run("route", "--watch", *argv)
    assert outcome.status == 143
    assert [line["event"] for line in outcome.json_lines] == expected
    assert {line["type"] for line in outcome.json_lines} == {"event"}


def test_rules_are_subscribed_to_where_they_were_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    subscribed = end_after(monkeypatch)
    run("route", "--watch")
    run("route", "--watch", "--rules")
    assert subscribed == [7, 11, -1, 7, 11, 8, 19, -1]


def test_an_unknown_table_is_not_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    end_after(monkeypatch, *EVENTS)
    outcome = run("route", "--watch", "--table", "nosuch")
    assert (outcome.status, outcome.stdout) == (2, "")


def test_a_system_that_does_not_tell_what_changes_is_status_3() -> None:
    assert run("route", "--watch").status == 3


@pytest.mark.parametrize("word", ["bad..x", "-x.example", "x" * 64, "bücher.example"])
def test_a_name_that_no_resolver_should_see_is_refused_before_one_does(fake: FakePlatform, word: str) -> None:
    outcome = run("route", "--json", "--", word)
    assert outcome.status == 2
    assert [one["kind"] for one in outcome.json["errors"]] == ["bad-name"]


@pytest.mark.parametrize("words", ["get 10.20.30.40", "show", "list", "ls"])
def test_a_verb_of_ip_route_is_no_host(words: str) -> None:
    outcome = run("route", *words.split())
    assert (outcome.status, outcome.raw_stdout) == (2, b"")
    assert "is a word of ip route" in outcome.stderr


@pytest.mark.parametrize(
    ("options", "found"),
    [((), ["0.0.0.0/0", "::/0"]), (("-6",), ["::/0"]), (("--from", "192.0.2.5"), ["0.0.0.0/0"])],
)
def test_default_is_the_network_of_all_addresses_of_each_family(options: tuple[str, ...], found: list[str]) -> None:
    document = run("route", "default", *options, "--json").json
    assert [one["destination"] for one in document["explained"]] == found


def test_the_default_of_a_family_that_has_none_is_said_beside_that_of_the_other(fake: FakePlatform) -> None:
    fake.made_routes = tuple(one for one in LAPTOP_ROUTES if str(one.dst) != "::/0")
    outcome = run("route", "default", "--json")
    verdicts = {one["destination"]: one["verdict"] for one in outcome.json["explained"]}
    assert (outcome.status, verdicts) == (0, {"0.0.0.0/0": "forward", "::/0": "no-route"})
