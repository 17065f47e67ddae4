"""The kernel's notices as they come: those of a namespace that a test makes, and a socket that loses some."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import pytest

from nettools.core.ifaces.events import MachineEvent
from nettools.core.ifaces.report import Interface
from nettools.core.netlink.events import INTERFACE_GROUPS
from nettools.errors import LocalFault
from nettools.net.watch import Watch
from tests.cli import PROJECT, variables
from tests.core.ifaces.machines import interface
from tests.core.netlink.compose import header, link, u32, words
from tests.peers import require, unavailable

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="needed for this: Linux, whose netlink it is")
NAMESPACE = f"ntcmw{os.getpid()}"
LAST = "end0"

# Looks, does what is in argv a line at a time, and prints the events up to the interface that comes last.
CHILD = """
import json, subprocess, sys
from contextlib import closing
from nettools.core.netlink.events import INTERFACE_GROUPS, ROUTE_GROUPS, RULE_GROUPS
from nettools.core.record import to_json
from nettools.net.platform import this_platform
from nettools.net.watch import Watch

with closing(this_platform()) as platform, closing(Watch(INTERFACE_GROUPS + ROUTE_GROUPS + RULE_GROUPS)) as watch:
    def look():
        found = platform.interfaces().interfaces
        for line in sys.argv[1:]:
            subprocess.run(["ip", *line.split()], check=True)
        return found
    for event in watch.events(look):
        print(json.dumps(to_json(event)))
        if event.ifname == "end0":
            break
"""

NEWLINK = 16


# -- A socket that gives what a test wants --------------------------------------------------------------


class FakeSocket:
    """Always has something to read; gives its steps one after the other, None where nothing came after all."""

    steps: list[bytes | OSError | None]
    refusal: OSError | None = None

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.is_closed = False
        self._readable, writable = os.pipe()
        os.write(writable, b"x")
        os.close(writable)

    def subscribe(self, groups: Iterable[int]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.groups.extend(groups)

    def receive(self) -> bytes | None:
        step = self.steps.pop(0)
        if isinstance(step, OSError):
            raise step
        return step

    def fileno(self) -> int:
        return self._readable

    def close(self) -> None:
        self.is_closed = True
        os.close(self._readable)


Watching = Callable[..., tuple[Watch, FakeSocket]]


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watching]:
    """A Watch on a socket with these steps."""
    made: list[FakeSocket] = []

    def make(*steps: bytes | OSError | None) -> tuple[Watch, FakeSocket]:
        def opened() -> FakeSocket:
            made.append(FakeSocket())
            made[0].steps = list(steps)
            return made[0]

        monkeypatch.setattr("nettools.net.watch.NetlinkSocket", opened)
        return Watch(INTERFACE_GROUPS), made[0]

    yield make
    for fake in made:
        if not fake.is_closed:
            os.close(fake.fileno())


def notice(name: str, *, mtu: int = 1500, index: int = 2) -> bytes:
    return header(NEWLINK, 0, 0, link((3, words(name)), (4, u32(mtu)), index=index))


def eth(*, mtu: int) -> Interface:
    """What is known of an interface before its notice comes."""
    made = next(iter(_added(notice("eth0", mtu=mtu))))
    assert made.interface is not None
    return made.interface


def _added(datagram: bytes) -> Iterator[MachineEvent]:
    from datetime import UTC, datetime

    from nettools.core.netlink.events import EventReader

    return EventReader([]).events(datagram, datetime.now(UTC))


def told(events: Iterator[MachineEvent], count: int) -> list[tuple[str, str | None, tuple[str, ...]]]:
    return [(event.event, event.ifname, event.changes) for event in islice(events, count)]


LOST = OSError(errno.ENOBUFS, "No buffer space available")
LOST_WORDS = ("events came faster than they could be read; some are missing here",)


def test_it_is_subscribed_before_the_first_look(watching: Watching) -> None:
    watch, fake = watching(notice("eth0"))
    assert fake.groups == [*INTERFACE_GROUPS]
    looks: list[list[int]] = []

    def look() -> list[Interface]:
        looks.append([*fake.groups])
        return []

    assert told(watch.events(look), 1) == [("interface-added", "eth0", ())]
    assert looks == [[*INTERFACE_GROUPS]]
    watch.close()
    assert fake.is_closed


def test_what_the_look_has_seen_already_is_no_event(watching: Watching) -> None:
    watch, _ = watching(notice("eth0", mtu=1500), notice("eth0", mtu=1400))
    assert told(watch.events(lambda: [eth(mtu=1500)]), 1) == [("interface-changed", "eth0", ("mtu 1500 → 1400",))]


def test_a_datagram_may_hold_several_notices_and_a_wakeup_none(watching: Watching) -> None:
    watch, _ = watching(None, b"", notice("a0", index=2) + notice("b0", index=3))
    assert told(watch.events(list), 2) == [("interface-added", "a0", ()), ("interface-added", "b0", ())]


def test_lost_notices_are_told_and_all_is_looked_at_anew(watching: Watching) -> None:
    watch, _ = watching(notice("eth0", mtu=1500), LOST, notice("eth0", mtu=1300), notice("eth0", mtu=1200))
    looks = iter([[], [eth(mtu=1300)]])
    assert told(watch.events(lambda: next(looks)), 3) == [
        ("interface-added", "eth0", ()),
        ("lost", None, LOST_WORDS),
        ("interface-changed", "eth0", ("mtu 1300 → 1200",)),
    ]
    assert list(looks) == []


def test_notices_that_are_lost_again_and_again_are_told_each_time(watching: Watching) -> None:
    watch, _ = watching(LOST, LOST, notice("eth0"))
    assert [event for event, _, _ in told(watch.events(list), 3)] == ["lost", "lost", "interface-added"]


def test_another_error_of_the_socket_ends_with_its_reason(watching: Watching) -> None:
    watch, _ = watching(OSError(errno.ENOMEM, "Cannot allocate memory"))
    with pytest.raises(LocalFault, match="notices ended: Cannot allocate memory"):
        next(watch.events(list))


def test_a_kernel_that_gives_no_notices_is_a_local_fault_and_nothing_is_left_open(
    monkeypatch: pytest.MonkeyPatch, watching: Watching
) -> None:
    monkeypatch.setattr(FakeSocket, "refusal", OSError(errno.EPERM, "Operation not permitted"))
    closed: list[FakeSocket] = []
    monkeypatch.setattr(FakeSocket, "close", lambda fake: closed.append(fake))
    with pytest.raises(LocalFault, match="Operation not permitted"):
        watching()
    assert len(closed) == 1


def test_the_time_of_an_event_is_when_it_was_read(watching: Watching) -> None:
    watch, _ = watching(notice("eth0"), LOST)
    first, second = islice(watch.events(lambda: [interface("lo", ifindex=1)]), 2)
    assert first.time <= second.time
    assert first.time.tzinfo is not None


# -- Of the kernel --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def namespace() -> Iterator[str]:
    require("ip", root=True, reason="for a network namespace")
    added = subprocess.run(["ip", "netns", "add", NAMESPACE], capture_output=True, text=True, check=False)
    if added.returncode != 0:
        unavailable(f"needed for this: a network namespace ({added.stderr.strip()})")
    try:
        yield NAMESPACE
    finally:
        subprocess.run(["ip", "netns", "del", NAMESPACE], check=True)


def watched(name: str, *lines: str) -> list[dict[str, Any]]:
    """The events of these ip commands."""
    last = f"link add {LAST} type bridge"
    done = subprocess.run(
        ["ip", "netns", "exec", name, sys.executable, "-c", CHILD, *lines, last],
        cwd=PROJECT, env=variables(), capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    subprocess.run(["ip", "-n", name, "link", "del", LAST], check=True)
    return [json.loads(line) for line in done.stdout.splitlines()][:-1]


def of(events: list[dict[str, Any]], kind: str, name: str | None = None) -> list[dict[str, Any]]:
    return [one for one in events if one["event"].startswith(kind) and name in (None, one["ifname"])]


@only_linux
def test_an_interface_comes_changes_is_renamed_and_goes(namespace: str) -> None:
    events = watched(
        namespace,
        "link add br0 type bridge",
        "link set br0 mtu 1400",
        "link set br0 name lan0",
        "link del lan0",
    )
    links = of(events, "interface-")
    assert [(one["event"], one["ifname"]) for one in links] == [
        ("interface-added", "br0"),
        ("interface-changed", "br0"),
        ("interface-changed", "lan0"),
        ("interface-removed", "lan0"),
    ]
    assert [one["changes"] for one in links[1:3]] == [["mtu 1500 → 1400"], ["ifname br0 → lan0"]]


@only_linux
def test_ports_of_a_bridge_are_told_once(namespace: str) -> None:
    events = watched(
        namespace, "link add br0 type bridge", "link add p0 type veth peer name p1", "link set p0 master br0",
        "link del p0", "link del br0",
    )  # fmt: skip
    masters = [
        change for one in of(events, "interface-changed", "p0") for change in one["changes"] if "master" in change
    ]
    assert masters[0] == "master - → br0"
    assert len([one for one in events if (one["event"], one["ifname"]) == ("interface-removed", "p0")]) == 1


@only_linux
def test_addresses_come_and_go_in_their_order(namespace: str) -> None:
    events = watched(
        namespace,
        "link add br0 type bridge",
        "addr add 192.0.2.5/24 dev br0",
        "addr add 2001:db8::5/64 dev br0 nodad",
        "addr del 192.0.2.5/24 dev br0",
        "link del br0",
    )
    found = [(one["event"], one["address"]["local"], one["address"]["prefixlen"]) for one in of(events, "address-")]
    assert found[:3] == [
        ("address-added", "192.0.2.5", 24),
        ("address-added", "2001:db8::5", 64),
        ("address-removed", "192.0.2.5", 24),
    ]
    assert ("address-removed", "2001:db8::5", 64) in found
    assert {one["ifname"] for one in of(events, "address-")} == {"br0"}


@only_linux
def test_routes_come_are_replaced_and_go_in_their_order(namespace: str) -> None:
    events = watched(
        namespace,
        "link set lo up",
        "link add br0 type bridge",
        "link set br0 up",
        "addr add 192.0.2.5/24 dev br0",
        "route add 10.0.0.0/8 via 192.0.2.1",
        "route replace 10.0.0.0/8 via 192.0.2.2",
        "route add blackhole 10.9.0.0/16 table 100",
        "route del 10.0.0.0/8",
        "route add 2001:db8:9::/48 dev br0",
        "link del br0",
    )
    ours = ("10.0.0.0/8", "10.9.0.0/16", "2001:db8:9::/48")
    found = [
        (one["event"], one["route"]["dst"], one["route"]["gateway"], one["route"]["table"])
        for one in of(events, "route-")
        if one["route"]["dst"] in ours
    ]
    assert found[:5] == [
        ("route-added", "10.0.0.0/8", "192.0.2.1", "main"),
        ("route-changed", "10.0.0.0/8", "192.0.2.2", "main"),
        ("route-added", "10.9.0.0/16", None, "100"),
        ("route-removed", "10.0.0.0/8", "192.0.2.2", "main"),
        ("route-added", "2001:db8:9::/48", None, "main"),
    ]


@only_linux
def test_rules_come_and_go(namespace: str) -> None:
    events = watched(
        namespace, "rule add from 10.0.0.0/8 table 100 priority 5", "-6 rule add iif lo prohibit priority 6",
        "rule del priority 5", "-6 rule del priority 6",
    )  # fmt: skip
    assert [(one["event"], one["rule"]["family"], one["rule"]["priority"]) for one in of(events, "rule-")] == [
        ("rule-added", "inet", 5),
        ("rule-added", "inet6", 6),
        ("rule-removed", "inet", 5),
        ("rule-removed", "inet6", 6),
    ]
