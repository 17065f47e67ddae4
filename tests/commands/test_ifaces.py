"""``nettools ifaces``: what is listed, in every format, and how a run ends."""

import csv
import io
import sys
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest

from nettools.core.ifaces.events import MachineEvent
from nettools.core.ifaces.report import Interface, Warned
from nettools.core.ifaces.rows import AddressRow
from nettools.core.netlink.events import lost
from nettools.core.record import flat_header
from nettools.errors import LocalFault
from tests.cli import is_harmless, run
from tests.commands.machine_runs import ChangingPlatform, Clock, end_after
from tests.core.ifaces.machines import counters, gateways, interface
from tests.core.route.machines import interface_address, route
from tests.fake_platform import LAPTOP, FakePlatform, laptop

FORMATS = ["table", "plain", "json", "jsonl", "csv"]
INTERFACE_KEYS = [
    "ifindex", "ifname", "kind", "admin_up", "operstate", "flags", "mtu", "address", "permaddr", "master", "link",
    "link_index", "netnsid", "netns", "alias", "altnames", "qdisc", "group", "txqlen", "linkinfo", "addr_info",
    "default", "speed_mbps", "duplex", "stats",
]  # fmt: skip
ADDRESS_KEYS = [
    "family", "local", "prefixlen", "peer", "broadcast", "scope", "label", "flags", "valid_life_time",
    "preferred_life_time",
]  # fmt: skip
EVENT_KEYS = ["type", "index", "time", "event", "ifname", "ifindex", "changes", "interface", "address", "route", "rule"]
NAMES = ["lo", "eth0", "wlan0", "br0", "veth0", "br0.7", "wg0", "tap0"]
HOSTILE = "e\x1b[2J\u202e"
CLASHING = [interface("eth0", "10.0.0.1/8"), interface("wlan0", "10.1.0.1/16")]


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> FakePlatform:
    """The laptop is this machine."""
    return laptop().install(monkeypatch)


def names_of(*argv: str, stdin: bytes = b"") -> list[str]:
    outcome = run("ifaces", *argv, "--json", stdin=stdin)
    return [one["ifname"] for one in outcome.json["interfaces"]]


# What is in the document.


def test_a_document_has_every_key_in_the_promised_order() -> None:
    document = run("ifaces", "--json").json
    assert list(document) == ["schema", "interfaces", "warnings", "errors"]
    assert document["schema"] == "nettools.ifaces/1"
    for one in document["interfaces"]:
        assert list(one) == INTERFACE_KEYS
        assert list(one["default"]) == ["inet", "inet6"]
        for held in one["addr_info"]:
            assert list(held) == ADDRESS_KEYS
    stats = document["interfaces"][1]["stats"]
    assert list(stats) == ["rx", "tx"]
    assert list(stats["rx"]) == ["bytes", "packets", "errors", "dropped", "multicast"]
    assert list(stats["tx"]) == ["bytes", "packets", "errors", "dropped"]


def test_everything_that_is_known_is_in_the_document() -> None:
    document = run("ifaces", "--json").json
    assert [one["ifname"] for one in document["interfaces"]] == NAMES
    eth = document["interfaces"][1]
    assert (eth["kind"], eth["admin_up"], eth["altnames"], eth["permaddr"]) == (
        "ether", True, ["enp3s0"], "02:00:00:00:ff:02",
    )  # fmt: skip
    assert (eth["speed_mbps"], eth["duplex"], eth["alias"]) == (2500, "full", None)
    assert eth["default"] == {"inet": "192.0.2.1", "inet6": "fe80::1"}
    assert eth["addr_info"][0] == {
        "family": "inet", "local": "192.0.2.5", "prefixlen": 24, "peer": None, "broadcast": None, "scope": "global",
        "label": "eth0", "flags": ["dynamic"], "valid_life_time": 86399, "preferred_life_time": 86399,
    }  # fmt: skip


def test_counts_that_can_pass_2_to_the_53_are_decimal_strings(fake: FakePlatform) -> None:
    fake.found = [interface("eth0", stats=counters((1 << 64, 2, 3, 4), (5, 6, 7, 8), multicast=None))]
    [one] = run("ifaces", "--json").json["interfaces"]
    assert one["stats"]["rx"] == {
        "bytes": "18446744073709551616", "packets": "2", "errors": "3", "dropped": "4", "multicast": None,
    }  # fmt: skip


def test_this_machines_own_loopback_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("needed for this: Linux, whose loopback is lo")
    monkeypatch.undo()
    [one] = run("ifaces", "lo", "--json").json["interfaces"]
    assert (one["ifname"], one["kind"], "LOOPBACK" in one["flags"]) == ("lo", "loopback", True)


# Which interfaces.


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ((), NAMES),
        (("-4",), ["lo", "eth0", "br0", "br0.7", "wg0"]),
        (("-6",), ["lo", "eth0"]),
        (("-4", "-6"), NAMES),
        (("--up",), NAMES[:-1]),
        (("--kind", "bridge"), ["br0"]),
        (("--kind", "VLAN"), ["br0.7"]),
        (("--kind", "tap"), ["tap0"]),
        (("--kind", "ether", "-6"), ["eth0"]),
        (("br0", "lo"), ["br0", "lo"]),
        (("lo", "lo"), ["lo"]),
        (("enp3s0",), ["eth0"]),
        (("enp3s0", "eth0"), ["eth0"]),
        (("tap0", "-4"), ["tap0"]),
        (("tap0", "lo", "--up"), ["lo"]),
    ],
)
def test_names_and_options_choose(argv: tuple[str, ...], expected: list[str]) -> None:
    assert names_of(*argv) == expected


def test_a_family_leaves_the_addresses_of_the_other_out() -> None:
    document = run("ifaces", "eth0", "-6", "--json").json
    assert {held["family"] for held in document["interfaces"][0]["addr_info"]} == {"inet6"}


def test_nothing_of_that_kind_is_status_1() -> None:
    outcome = run("ifaces", "--kind", "dummy", "--json")
    assert (outcome.status, outcome.json["interfaces"], outcome.json["errors"]) == (1, [], [])


def test_names_come_from_standard_input_as_well() -> None:
    assert names_of("-", stdin=b"# ours\nbr0\n\nlo # and this\n") == ["br0", "lo"]
    assert names_of("tap0", "-", stdin=b"lo\n") == ["tap0", "lo"]


@pytest.mark.parametrize("answer_format", FORMATS)
def test_an_unknown_name_is_status_1_with_the_near_ones(answer_format: str) -> None:
    outcome = run("ifaces", "eth1", "-f", answer_format)
    assert outcome.status == 1
    assert outcome.stderr == "nettools ifaces: there is no interface 'eth1'; did you mean eth0 or veth0?\n"


def test_an_unknown_name_stands_in_the_document_and_hides_nothing() -> None:
    outcome = run("ifaces", "qqqqqqqq", "lo", "--json")
    assert outcome.status == 0
    assert [one["ifname"] for one in outcome.json["interfaces"]] == ["lo"]
    [warning] = outcome.json["warnings"]
    assert (warning["kind"], warning["message"]) == ("unknown-interface", "there is no interface 'qqqqqqqq'")
    assert warning["hint"].startswith("there are lo, eth0")


def test_of_a_named_interface_that_is_not_primary_there_is_no_answer() -> None:
    outcome = run("ifaces", "--primary", "br0", "--json")
    assert (outcome.status, outcome.json["interfaces"], outcome.json["warnings"]) == (1, [], [])
    assert names_of("--primary", "enp3s0") == ["eth0"]


def test_a_line_that_is_no_name_at_all_is_a_failure_beside_the_answers() -> None:
    outcome = run("ifaces", "-", "--json", stdin=b"lo\n" + b"x" * 200_000 + b"\n")
    assert outcome.status == 4
    assert [one["ifname"] for one in outcome.json["interfaces"]] == ["lo"]
    assert [(one["line"], one["input"]) for one in outcome.json["errors"]] == [(2, None)]


# How it is told.


def test_a_table_is_for_people() -> None:
    outcome = run("ifaces", columns=200, env={"NO_COLOR": "1"})
    assert (outcome.status, outcome.stderr) == (0, "")
    assert outcome.stdout.splitlines()[0].split()[:3] == ["Interface", "State", "Kind"]
    for name in NAMES:
        assert f"\n{name} " in outcome.stdout


def test_csv_has_a_row_for_each_address_and_one_for_an_interface_without() -> None:
    rows = list(csv.DictReader(io.StringIO(run("ifaces", "-f", "csv").stdout, newline="")))
    assert list(rows[0]) == flat_header(AddressRow)
    expected = [
        (one.ifname, "" if held is None else str(held.local)) for one in LAPTOP for held in one.addr_info or (None,)
    ]
    assert [(row["ifname"], row["local"]) for row in rows] == expected
    assert rows[2]["stats.rx.bytes"] == "1534000000"


def test_plain_has_the_rows_of_csv_with_tabs_and_no_head() -> None:
    lines = run("ifaces", "-f", "plain").stdout.splitlines()
    assert len(lines) == sum(len(one.addr_info) or 1 for one in LAPTOP)
    assert {line.count("\t") for line in lines} == {len(flat_header(AddressRow)) - 1}
    assert lines[0].split("\t")[:3] == ["1", "lo", "loopback"]


def test_json_lines_carry_their_type_and_their_place() -> None:
    lines = run("ifaces", "-f", "jsonl").json_lines
    assert [(line["type"], line["index"], line["ifname"]) for line in lines] == [
        ("interface", place, name) for place, name in enumerate(NAMES)
    ]
    assert list(lines[0]) == ["type", "index", *INTERFACE_KEYS]


def test_a_failure_is_the_last_of_the_lines() -> None:
    lines = run("ifaces", "-", "-f", "jsonl", stdin=b"x" * 200_000 + b"\nlo\n").json_lines
    assert [line["type"] for line in lines] == ["interface", "error"]


def test_an_answer_may_go_to_a_file(tmp_path: Path) -> None:
    for answer_format in FORMATS:
        path = tmp_path / answer_format
        outcome = run("ifaces", "-f", answer_format, "-o", str(path), columns=60)
        assert (outcome.status, outcome.stdout) == (0, "")
        assert path.read_bytes() == run("ifaces", "-f", answer_format).raw_stdout


def test_counters_and_the_tree_are_other_tables_of_the_same_interfaces() -> None:
    assert "1,234,567" in run("ifaces", "--stats").stdout
    assert "└─ br0.7" in run("ifaces", "--tree").stdout
    assert run("ifaces", "--stats", "--json").stdout == run("ifaces", "--json").stdout
    assert run("ifaces", "--tree", "--json").stdout == run("ifaces", "--json").stdout


def test_the_tree_of_one_interface_shows_what_stands_below_it() -> None:
    lines = run("ifaces", "--tree", "br0").stdout.splitlines()
    assert [line.split()[-0 or 0] for line in lines] == ["br0", "├─", "└─"]


@pytest.mark.parametrize("argv", [(), ("--stats",), ("--tree",)])
def test_a_machine_without_interfaces_has_an_empty_answer(fake: FakePlatform, argv: tuple[str, ...]) -> None:
    fake.found = []
    outcome = run("ifaces", *argv)
    assert (outcome.status, outcome.stdout) == (1, "")


# What there is to warn of.


def test_subnets_that_overlap_are_told(fake: FakePlatform) -> None:
    fake.found, fake.made_routes = CLASHING, []
    outcome = run("ifaces", "--json")
    assert outcome.status == 0
    assert [one["kind"] for one in outcome.json["warnings"]] == ["overlapping-subnets"]
    assert "eth0 and wlan0 overlap: 10.1.0.0/16" in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_overlaps_of_interfaces_that_nobody_asked_for_are_not_told(fake: FakePlatform) -> None:
    fake.found, fake.made_routes = [*CLASHING, interface("eth1", "192.0.2.1/24")], []
    told = {name: run("ifaces", name, "--json") for name in ("eth1", "eth0")}
    assert {name: (len(one.json["warnings"]), one.stderr.count("\n")) for name, one in told.items()} == {
        "eth1": (0, 0),
        "eth0": (1, 1),
    }


def test_quiet_leaves_warnings_to_the_document(fake: FakePlatform) -> None:
    fake.found, fake.made_routes = CLASHING, []
    outcome = run("ifaces", "--json", "--quiet")
    assert outcome.stderr == ""
    assert len(outcome.json["warnings"]) == 1


def test_the_end_of_a_link_that_is_hidden_is_told_with_the_tree_and_always_in_the_document(fake: FakePlatform) -> None:
    fake.warnings = (Warned(kind="hidden-namespace", message="hidden there", hint="look elsewhere"),)
    assert run("ifaces").stderr == ""
    assert "hidden there; look elsewhere" in run("ifaces", "--tree").stderr
    assert [one["kind"] for one in run("ifaces", "--json").json["warnings"]] == ["hidden-namespace"]


def test_another_warning_of_the_system_is_always_told(fake: FakePlatform) -> None:
    fake.warnings = (Warned(kind="no-netlink", message="there is no netlink", hint=None),)
    assert "there is no netlink" in run("ifaces").stderr


def test_without_routes_the_interfaces_are_listed_and_the_gateways_said_to_be_unknown(fake: FakePlatform) -> None:
    fake.made_routes = LocalFault("no routes here", hint="ask somebody")
    outcome = run("ifaces", "--json")
    assert outcome.status == 0
    assert {one["default"]["inet"] for one in outcome.json["interfaces"]} == {None}
    [warning] = outcome.json["warnings"]
    assert warning["kind"] == "no-routes"
    assert "no routes here" in warning["message"]
    assert "no routes here; ask somebody" in outcome.stderr


@pytest.mark.parametrize("argv", [(), ("--primary",), ("--tree",), ("--stats",), ("--rate",), ("lo",)])
def test_a_machine_that_cannot_be_asked_is_status_3(fake: FakePlatform, argv: tuple[str, ...]) -> None:
    fake.found = LocalFault("netlink failed: no memory")
    outcome = run("ifaces", *argv)
    assert (outcome.status, outcome.stdout) == (3, "")
    assert "netlink failed: no memory" in outcome.stderr
    assert fake.is_closed


def test_a_machine_that_cannot_be_asked_is_an_error_in_the_document(fake: FakePlatform) -> None:
    fake.found = LocalFault("netlink failed: no memory")
    outcome = run("ifaces", "--json")
    assert (outcome.status, outcome.json["schema"]) == (3, "nettools.error/1")
    assert [one["message"] for one in outcome.json["errors"]] == ["netlink failed: no memory"]


def test_the_platform_is_given_back(fake: FakePlatform) -> None:
    run("ifaces")
    assert fake.is_closed


def test_no_name_reaches_a_terminal_raw(fake: FakePlatform) -> None:
    hostile = [replace(one, ifname=f"{HOSTILE}{place}") for place, one in enumerate(CLASHING)]
    fake.found, fake.made_routes = hostile, []
    for argv in ((), ("--tree",), ("--stats",), (f"{HOSTILE}9",), ("-f", "plain"), ("-f", "csv")):
        outcome = run("ifaces", *argv)
        assert is_harmless((outcome.stdout + outcome.stderr).replace("\n", "").replace("\t", "").replace("\r", ""))
        assert r"\x1b[2J" in outcome.stdout + outcome.stderr


# The way to the world.


def test_primary_is_the_interface_and_the_source_of_the_default_route() -> None:
    outcome = run("ifaces", "--primary", "--json")
    assert outcome.status == 0
    [one] = outcome.json["interfaces"]
    assert one["ifname"] == "eth0"
    assert [held["local"] for held in one["addr_info"]] == ["192.0.2.5", "2001:db8:1::5"]
    assert one["default"]["inet"] == "192.0.2.1"


def test_primary_of_one_family_has_an_address_of_it() -> None:
    lines = run("ifaces", "--primary", "-4", "-f", "plain").stdout.splitlines()
    assert [line.split("\t")[6] for line in lines] == ["192.0.2.5"]


def test_without_a_default_route_there_is_no_primary_interface(fake: FakePlatform) -> None:
    fake.made_routes = []
    outcome = run("ifaces", "--primary")
    assert (outcome.status, outcome.stdout) == (1, "")
    assert "there is no default route" in outcome.stderr
    assert [one["kind"] for one in run("ifaces", "--primary", "--json").json["warnings"]] == ["no-default-route"]


def test_without_routes_the_primary_interface_cannot_be_found_out(fake: FakePlatform) -> None:
    fake.made_routes = LocalFault("no routes here")
    outcome = run("ifaces", "--primary")
    assert outcome.status == 3
    assert "no routes here" in outcome.stderr


# What contradicts.

VIEWS = ["--primary", "--tree", "--stats", "--watch", "--rate", "--interval=2s"]
TOGETHER = [("--primary", "--stats"), ("--rate", "--interval=2s")]


@pytest.mark.parametrize(("one", "other"), [pair for pair in combinations(VIEWS, 2) if pair not in TOGETHER])
def test_two_views_contradict_each_other(one: str, other: str) -> None:
    for argv in ((one, other), (other, one)):
        outcome = run("ifaces", *argv)
        assert (outcome.status, outcome.stdout) == (2, "")
        assert one.partition("=")[0] in outcome.stderr
        assert other.partition("=")[0] in outcome.stderr
        assert outcome.stderr.count("\n") == 1


def test_the_primary_interface_may_be_shown_with_its_counters() -> None:
    outcome = run("ifaces", "--primary", "--stats")
    assert outcome.status == 0
    assert "1.5 GB" in outcome.stdout
    assert "wlan0" not in outcome.stdout


@pytest.mark.parametrize("option", ["--rate", "--watch", "--interval=2s"])
@pytest.mark.parametrize("answer_format", ["json", "csv", "plain"])
def test_what_never_ends_is_refused_where_the_answer_has_an_end(option: str, answer_format: str) -> None:
    outcome = run("ifaces", option, "-f", answer_format)
    assert outcome.status == 2
    assert f"{option.partition('=')[0]} never ends" in outcome.stderr
    assert "--format jsonl" in outcome.stderr
    if answer_format == "json":
        assert outcome.json["schema"] == "nettools.error/1"
    else:
        assert outcome.stdout == ""


@pytest.mark.parametrize("interval", ["abc", "0", "0.05", "-1", "50ms", "25h", "１"])
def test_an_interval_that_is_none_is_refused(interval: str) -> None:
    outcome = run("ifaces", "--rate", f"--interval={interval}")
    assert outcome.status == 2
    assert "--interval" in outcome.stderr


@pytest.mark.parametrize("argv", [("--nope",), ("--kind",), ("-f", "xml"), ("--json", "-f", "csv")])
def test_an_option_that_is_none_is_status_2(argv: tuple[str, ...]) -> None:
    assert run("ifaces", *argv).status == 2


def test_namespaces_are_of_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    outcome = run("ifaces", "--netns", "guest")
    assert outcome.status == 2
    assert "namespaces are Linux's" in outcome.stderr


def test_a_namespace_that_is_not_there_is_status_2() -> None:
    outcome = run("ifaces", "--netns", "ntcm-no-such-namespace")
    assert outcome.status == 2
    assert "'ntcm-no-such-namespace'" in outcome.stderr


# Rates.


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("nettools.commands._rate.time", made)
    return made


def changing(monkeypatch: pytest.MonkeyPatch, *looks: list[Interface]) -> ChangingPlatform:
    made = ChangingPlatform()
    made.looks = [looks[0], *looks]  # the first is to choose from
    made.install(monkeypatch)
    return made


def test_what_has_no_counters_cannot_be_measured(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    changing(monkeypatch, [interface("en0", stats=None)])
    outcome = run("ifaces", "--rate")
    assert (outcome.status, outcome.stdout, clock.slept_s) == (3, "", [])
    assert "does not tell what its interfaces carry" in outcome.stderr


def busy(received: int, name: str = "eth0") -> Interface:
    return interface(name, "192.0.2.5/24", ifindex=2, stats=counters((received, received // 100, 0, 0)))


def test_rates_are_lines_until_a_signal(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    changing(monkeypatch, [busy(0), busy(0, "lo")], [busy(1000), busy(0, "lo")], [busy(4000), busy(500, "lo")])
    outcome = run("ifaces", "--rate", "--interval", "2s")
    assert outcome.status == 130
    assert clock.slept_s == [2.0, 2.0, 2.0]
    assert [(line["index"], line["ifname"], line["rx"]["bytes_per_s"]) for line in outcome.json_lines] == [
        (0, "eth0", 500.0),
        (1, "lo", 0.0),
        (2, "eth0", 1500.0),
        (3, "lo", 250.0),
    ]
    assert {(line["type"], line["event"]) for line in outcome.json_lines} == {("event", "rate")}
    assert list(outcome.json_lines[0]) == [
        "type", "index", "time", "event", "ifindex", "ifname", "interval_ms", "rx", "tx",
    ]  # fmt: skip
    assert list(outcome.json_lines[0]["rx"]) == ["bytes_per_s", "packets_per_s", "errors", "dropped"]
    assert outcome.json_lines[0]["interval_ms"] == 2000.0


def test_rates_of_some_interfaces_are_of_those_alone(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    machine = [busy(0), busy(0, "lo")]
    changing(monkeypatch, machine, machine)
    outcome = run("ifaces", "lo", "--rate", "-f", "jsonl")
    assert [line["ifname"] for line in outcome.json_lines] == ["lo"]
    assert clock.slept_s[0] == 1.0


def test_rates_of_an_unknown_interface_are_none(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    changing(monkeypatch, [busy(0)])
    outcome = run("ifaces", "eth7", "--rate")
    assert (outcome.status, outcome.stdout, clock.slept_s) == (1, "", [])
    assert "did you mean eth0?" in outcome.stderr


def test_an_interface_that_comes_later_is_told_from_its_second_look(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    new = busy(0, "new0")
    changing(monkeypatch, [busy(0)], [busy(0), new], [busy(0), new])
    lines = run("ifaces", "--rate").json_lines
    assert [line["ifname"] for line in lines] == ["eth0", "eth0", "new0"]


# Events.

ETH_EVENT = MachineEvent(
    time=datetime(2024, 1, 2, 3, 4, 5, 678000, tzinfo=UTC), event="interface-changed", ifname="eth0",
    ifindex=2, changes=("mtu 1500 → 1400",), interface=replace(LAPTOP[1], mtu=1400), address=None, route=None,
    rule=None,
)  # fmt: skip
FOUR = replace(ETH_EVENT, event="address-added", changes=(), interface=None, address=interface_address("192.0.2.9/24"))
SIX = replace(FOUR, address=interface_address("2001:db8::9/64"))
OTHER = replace(ETH_EVENT, ifname="br0", ifindex=4, interface=LAPTOP[3])
LOST = lost(ETH_EVENT.time)
EVENTS = (ETH_EVENT, FOUR, SIX, OTHER, LOST)


def watched(monkeypatch: pytest.MonkeyPatch, *argv: str) -> list[tuple[str, str | None]]:
    end_after(monkeypatch, *EVENTS)
    outcome = run("ifaces", "--watch", *argv)
    assert outcome.status == 143
    return [(line["event"], line["ifname"]) for line in outcome.json_lines]


def test_events_are_lines_until_a_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    subscribed = end_after(monkeypatch, *EVENTS)
    outcome = run("ifaces", "--watch")
    assert outcome.status == 143
    assert subscribed == [1, 5, 9, -1]
    assert [(line["type"], line["index"], line["event"]) for line in outcome.json_lines] == [
        ("event", 0, "interface-changed"),
        ("event", 1, "address-added"),
        ("event", 2, "address-added"),
        ("event", 3, "interface-changed"),
        ("event", 4, "lost"),
    ]
    for line in outcome.json_lines:
        assert list(line) == EVENT_KEYS
    first = outcome.json_lines[0]
    assert (first["time"], first["changes"]) == ("2024-01-02T03:04:05.678Z", ["mtu 1500 → 1400"])
    assert list(first["interface"]) == INTERFACE_KEYS


def test_events_of_some_interfaces_are_of_those_and_of_what_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watched(monkeypatch, "br0") == [("interface-changed", "br0"), ("lost", None)]
    assert watched(monkeypatch, "enp3s0", "-6") == [
        ("interface-changed", "eth0"),
        ("address-added", "eth0"),
        ("lost", None),
    ]


def test_events_of_a_family_leave_the_addresses_of_the_other_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [event for event, _ in watched(monkeypatch, "-4")].count("address-added") == 1


def test_on_a_terminal_events_are_a_line_each_below_a_head(monkeypatch: pytest.MonkeyPatch) -> None:
    end_after(monkeypatch, *EVENTS)
    outcome = run("ifaces", "--watch", columns=80)
    lines = outcome.stdout.splitlines()
    assert lines[0].split() == ["Time", "Event", "Interface", "What"]
    assert len(lines) == 1 + len(EVENTS)
    assert "mtu 1500 → 1400" in lines[1]
    assert "Ctrl-C" in outcome.stderr


def test_a_system_that_does_not_tell_what_changes_is_status_3() -> None:
    outcome = run("ifaces", "--watch")
    assert outcome.status == 3
    assert "netlink" in outcome.stderr


def test_events_of_an_unknown_interface_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    end_after(monkeypatch, *EVENTS)
    outcome = run("ifaces", "--watch", "eth7")
    assert (outcome.status, outcome.stdout) == (1, "")
    assert "there is no interface 'eth7'; did you mean" in outcome.stderr


def test_events_of_a_kind_are_of_what_is_of_that_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watched(monkeypatch, "--kind", "bridge") == [("interface-changed", "br0"), ("lost", None)]


def test_on_a_terminal_the_lines_for_a_file_are_json(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    end_after(monkeypatch, *EVENTS)
    outcome = run("ifaces", "--watch", "-f", "jsonl", "-o", str(tmp_path / "events"), columns=80)
    assert (outcome.status, outcome.stdout) == (143, "")
    assert (tmp_path / "events").read_text().count('"type":"event"') == len(EVENTS)


def test_gateways_of_a_machine_are_those_of_its_own_routes(fake: FakePlatform) -> None:
    fake.found = [interface("eth0"), interface("eth1")]
    fake.made_routes = [route("default via 192.0.2.9 dev eth1 metric 5"), route("default dev eth0")]
    found = {one["ifname"]: one["default"]["inet"] for one in run("ifaces", "--json").json["interfaces"]}
    assert found == {"eth0": "on-link", "eth1": "192.0.2.9"}
    assert gateways("192.0.2.9").inet6 is None
