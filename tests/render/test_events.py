"""Events as lines of fixed columns."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.ifaces.events import MachineEvent
from nettools.core.netlink.events import lost
from nettools.render.events import event_line, head_line
from tests.core.ifaces.machines import interface
from tests.core.route.machines import interface_address, route, rule
from tests.render.drawing import HOSTILE, faults
from tests.render.test_table import hostile

NOTHING = MachineEvent(
    time=datetime(2024, 7, 1, 12, 30, 59, 7999, tzinfo=UTC),
    event="interface-changed",
    ifname="eth0",
    ifindex=2,
    changes=(),
    interface=None,
    address=None,
    route=None,
    rule=None,
)


@pytest.fixture(autouse=True)
def a_zone_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two hours ahead of UTC."""
    monkeypatch.setenv("TZ", "XST-2")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def what(**fields: object) -> str:
    """The last column of an event."""
    return event_line(replace(NOTHING, **fields))[50:].rstrip("\n")  # type: ignore[arg-type]


def test_the_columns_stand_below_their_heads() -> None:
    line = event_line(replace(NOTHING, changes=("mtu 1500 → 1400",)))
    assert line == "14:30:59.007  interface-changed  eth0             mtu 1500 → 1400\n"
    head = head_line()
    assert [head.index(word) for word in ("Time", "Event", "Interface", "What")] == [0, 14, 33, 50]
    assert [line.index(word) for word in ("14:", "interface-", "eth0", "mtu")] == [0, 14, 33, 50]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"changes": ("mtu 1500 → 1400", "group default → 7")}, "mtu 1500 → 1400; group default → 7"),
        ({"interface": interface("eth0", kind="veth", address="02:00:00:00:00:01")}, "veth UP 02:00:00:00:00:01"),
        ({"address": interface_address("192.0.2.5/24")}, "192.0.2.5/24"),
        ({"address": interface_address("2001:db8::1/64 deprecated tentative")}, "2001:db8::1/64 deprecated tentative"),
        ({"route": route("10.0.0.0/8 via 192.0.2.1 dev eth0 metric 5")},
         "10.0.0.0/8 via 192.0.2.1 dev eth0 metric 5 table main"),
        ({"address": interface_address("192.0.2.1/32 peer 192.0.2.9")}, "192.0.2.1 peer 192.0.2.9/32"),
        ({"route": route("10.0.0.0/8 dev eth0 table 7")}, "10.0.0.0/8 dev eth0 metric 0 table 7"),
        ({"route": route("blackhole 10.0.0.0/8")}, "blackhole 10.0.0.0/8 metric 0 table main"),
        ({"route": route("default nexthop via 192.0.2.1 dev a nexthop via 192.0.2.2 dev b")},
         "0.0.0.0/0 via 192.0.2.1 dev a, via 192.0.2.2 dev b metric 0 table main"),
        ({"rule": rule("100: from 10.0.0.0/8 lookup 7")}, "inet rule 100: from 10.0.0.0/8: 7"),
        ({"rule": rule("-6 5: not iif eth0 prohibit")}, "inet6 rule 5: not iif eth0: prohibit"),
        ({"rule": rule("5: lookup main")}, "inet rule 5: everything: main"),
        ({}, ""),
    ],
)  # fmt: skip
def test_an_event_says_what_happened(fields: dict[str, object], told: str) -> None:
    assert what(**fields) == told


def test_what_belongs_to_no_interface_has_a_dash() -> None:
    assert event_line(replace(NOTHING, ifname=None)).split() == ["14:30:59.007", "interface-changed", "-"]


def test_lost_events_are_told_in_words() -> None:
    assert "some are missing here" in event_line(lost(NOTHING.time))


def test_every_event_is_one_line_without_blanks_at_its_end() -> None:
    for fields in ({}, {"interface": interface("e")}, {"route": route("default dev e")}):
        line = event_line(replace(NOTHING, **fields))
        assert line.count("\n") == 1
        assert line == line.rstrip() + "\n"


def hostile_events(word: str) -> list[MachineEvent]:
    way = replace(route("10.0.0.0/8 dev e"), table=word, dev=word)
    return [
        replace(NOTHING, ifname=word, changes=(f"alias - → {word}", word)),
        replace(NOTHING, ifname=word, interface=interface(word, kind=word, operstate=word, address=word, alias=word)),
        replace(NOTHING, ifname=word, route=way),
        replace(NOTHING, ifname=None, rule=replace(rule("5: lookup main"), iif=word, table=word)),
        replace(NOTHING, ifname=word, address=replace(interface_address("192.0.2.1/24"), label=word)),
    ]


def test_a_hostile_name_is_shown_and_not_obeyed() -> None:
    for event in hostile_events(HOSTILE):
        line = event_line(event)
        assert faults(line) == set()
        assert line.count("\n") == 1
        assert r"\x1b[2J" in line


@given(hostile)
def test_no_name_makes_a_terminal_do_anything_but_show_it(word: str) -> None:
    for event in hostile_events(word):
        line = event_line(event)
        assert faults(line) == set()
        assert line.count("\n") == 1


@given(st.integers(0, 4_000_000_000_000_000))
def test_milliseconds_are_cut_and_never_rounded_up(microseconds: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    shown = event_line(replace(NOTHING, time=moment))[:12]
    assert shown[8:] == f".{moment.microsecond // 1000:03d}"
    assert shown[3:8] == moment.strftime("%M:%S")
