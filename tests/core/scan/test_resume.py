"""A scan that is cut anywhere and goes on, as often as one likes, ends with what it would have found in one run."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, ip_address
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nettools.core.scan.finding import Finding
from nettools.core.scan.order import Order, ProbeOrder, Shard, Turn
from nettools.core.scan.port_ranges import port_ranges
from nettools.core.scan.probe_port import ProbePort, udp
from nettools.core.scan.reason import ANSWERED, CLOSED, IPPROTO_ICMP, OPEN, SILENT, UNANSWERED, Verdict, icmp_verdict
from nettools.core.scan.report import HostReport, ScanReport
from nettools.core.scan.resolved import resolved_names, resolved_text
from nettools.core.scan.resume import Resumption, earlier_request, evidence, restore
from nettools.core.scan.stored import StoredScan
from nettools.core.scan.tally import HostTally
from nettools.core.scan.turn_book import TurnBook
from nettools.errors import InputError, OptionError
from tests.core.scan.stored_scans import (
    SERVICES,
    document,
    host_report,
    line_texts,
    read_text,
    scan_report,
    stored,
)

FIRST = IPv4Address("192.0.2.0")
PROHIBITED = icmp_verdict(IPPROTO_ICMP, 3, 13, ip_address("192.0.2.254"))
PORTS = (*range(1, 8), udp(53), udp(161))


@dataclass(frozen=True)
class World:
    """What every probe would find, and how the scan goes through it."""

    verdicts: dict[tuple[int, ProbePort], Verdict]
    hosts: int
    order: Order
    seed: int
    shard: Shard | None
    lists_silent: bool
    """False as in a scan of very many: hosts without evidence are not listed."""

    def probes(self) -> ProbeOrder:
        return ProbeOrder(hosts=self.hosts, ports=PORTS, order=self.order, seed=self.seed, shard=self.shard)


def address_of(index: int) -> IPv4Address:
    return FIRST + index


@st.composite
def worlds(draw: st.DrawFn) -> World:
    hosts = draw(st.integers(1, 9))
    silent = draw(st.sets(st.integers(0, hosts - 1)))
    random = Random(draw(st.integers(0, 1 << 30)))
    verdicts = {
        (host, port): (UNANSWERED if port in PORTS[-2:] else SILENT)
        if host in silent
        else random.choice([ANSWERED, UNANSWERED, CLOSED] if port in PORTS[-2:] else [OPEN, CLOSED, SILENT, PROHIBITED])
        for host in range(hosts)
        for port in PORTS
    }
    shards = draw(st.sampled_from([None, Shard(1, 2), Shard(2, 3), Shard(3, 12)]))
    return World(
        verdicts=verdicts,
        hosts=hosts,
        order=draw(st.sampled_from(["random", "ascending"])),
        seed=draw(st.integers(0, 99)),
        shard=shards,
        lists_silent=draw(st.booleans()),
    )


def planned(world: World) -> dict[int, list[ProbePort]]:
    """The ports of each host in this shard."""
    order = world.probes()
    return {
        turn.host: [order.ports[(turn.first + place * turn.step) % len(PORTS)] for place in range(turn.count)]
        for turn in order.turns()
    }


def reasons_in(host: HostReport) -> Iterator[str]:
    yield from (one.reason for one in host.ports)
    yield from (many.reason for many in host.collapsed)


class SimulatedScan:
    """Probes in the order of the turns, some at a time; each answer comes in any order, or is lost by the cut."""

    def __init__(self, world: World, earlier: StoredScan | None, random: Random) -> None:
        self.world = world
        self.random = random
        self.tallies: dict[int, HostTally] = {}
        self.probed: list[tuple[int, ProbePort]] = []
        self.book = TurnBook(earlier)
        order = world.probes()
        turns = order.turns()
        if earlier is not None:
            resumption = Resumption(earlier)
            for address, host in earlier.hosts.items():
                restore(host, self.tally(int(address) - int(FIRST)))
            turns = resumption.turns(order, address_of)
        self.turns = self.book.following(turns)
        self.ports = order.ports

    def tally(self, host: int) -> HostTally:
        return self.tallies.setdefault(host, HostTally(address_of(host)))

    def run(self, most_probes: int, most_turns: int) -> None:
        """Until so many probes are answered, with as many turns as that under way at once."""
        active: list[tuple[Turn, list[ProbePort]]] = []
        while len(self.probed) < most_probes:
            while len(active) < most_turns and (turn := next(self.turns, None)) is not None:
                places = range(turn.count)
                ports = [self.ports[(turn.first + place * turn.step) % len(self.ports)] for place in places]
                active.append((turn, ports))
            if not active:
                return
            turn, ports = self.random.choice(active)
            port = ports.pop(self.random.randrange(min(3, len(ports))))
            self.probed.append((turn.host, port))
            self.tally(turn.host).settled(port, self.world.verdicts[turn.host, port])
            if not ports:
                active.remove((turn, ports))
                self.book.ended(turn.host, complete=True)

    def report(self, *, interrupted: bool) -> ScanReport:
        wanted = planned(self.world)
        hosts: list[HostReport] = []
        for number, tally in sorted(self.tallies.items()):
            tally.is_complete = tally.settled_count == len(wanted.get(number, ()))
            host = tally.report(str(tally.address), SERVICES)
            if self.world.lists_silent or set(reasons_in(host)) != {"no-response"}:
                hosts.append(host)
        report = scan_report(hosts, PORTS, interrupted=interrupted, shard=str(self.world.shard or "") or None)
        point = self.book.point(report.summary)
        return replace(report, resume=point)


Writer = Callable[[ScanReport], str]


def as_document(report: ScanReport) -> str:
    return json.dumps(document(report))


def as_lines(report: ScanReport) -> str:
    return "\n".join(line_texts(report))


def comparable(report: ScanReport) -> list[HostReport]:
    """The hosts, without the order in which their verdicts came."""
    return [replace(host, collapsed=(), status_reason=None) for host in report.hosts]


@given(
    worlds(),
    st.lists(st.integers(0, 40), max_size=4),
    st.integers(1, 5),
    st.integers(0, 1 << 30),
    st.sampled_from([as_document, as_lines]),
)
def test_any_number_of_cuts_ends_with_what_one_run_finds(
    world: World, cuts: list[int], at_once: int, seed: int, write: Writer
) -> None:
    whole = SimulatedScan(world, None, Random(seed))
    whole.run(1 << 30, at_once)
    expected = whole.report(interrupted=False)

    earlier: StoredScan | None = None
    told: set[tuple[int, ProbePort]] = set()
    for cut in [*cuts, 1 << 30]:
        scan = SimulatedScan(world, earlier, Random(seed + cut))
        scan.run(cut, at_once)
        # Whatever a report lists is never probed again.
        assert not told & set(scan.probed)
        report = scan.report(interrupted=cut != 1 << 30)
        told |= {
            (host, port)
            for host, ports in planned(world).items()
            for port in ports
            if any(int(one.address) - int(FIRST) == host for one in report.hosts)
            and port in set(scan.tallies[host].settled_ports)
        }
        earlier = read_text(write(report))
    assert comparable(report) == comparable(expected)
    assert report.resume is not None
    assert report.resume.unfinished is None
    assert report.resume.runs == len(cuts) + 1


@given(worlds(), st.integers(0, 60), st.integers(1, 5), st.integers(0, 1 << 30))
def test_a_cut_costs_no_more_than_what_was_under_way(world: World, cut: int, at_once: int, seed: int) -> None:
    first = SimulatedScan(world, None, Random(seed))
    first.run(cut, at_once)
    second = SimulatedScan(world, read_text(as_document(first.report(interrupted=True))), Random(seed))
    second.run(1 << 30, at_once)
    total = sum(map(len, planned(world).values()))
    again = len(first.probed) + len(second.probed) - total
    assert 0 <= again <= (0 if world.lists_silent else at_once * len(PORTS))


def test_a_scan_that_was_finished_leaves_nothing_to_do() -> None:
    world = World(
        verdicts={(host, port): CLOSED for host in range(4) for port in PORTS},
        hosts=4,
        order="random",
        seed=5,
        shard=None,
        lists_silent=True,
    )
    whole = SimulatedScan(world, None, Random(1))
    whole.run(1 << 30, 2)
    again = SimulatedScan(world, read_text(as_document(whole.report(interrupted=False))), Random(1))
    again.run(1 << 30, 2)
    assert again.probed == []


def test_an_answer_of_open_ports_alone_keeps_these_and_asks_the_others_again() -> None:
    asked = [22, 80, 81]
    earlier = stored(scan_report([host_report(FIRST, {22: OPEN})], asked, options={"open": 1}))
    order = ProbeOrder(hosts=1, ports=asked, order="ascending")
    assert [(turn.first, turn.count) for turn in Resumption(earlier).turns(order, address_of)] == [(1, 2)]


# --- what a turn has left -------------------------------------------------------------------------


@given(
    st.sets(st.integers(1, 30), min_size=1),
    st.sets(st.integers(1, 30)),
    st.sampled_from(["random", "ascending"]),
    st.integers(0, 50),
    st.sampled_from([None, Shard(1, 2), Shard(2, 5), Shard(40, 64)]),
)
def test_a_host_that_is_known_in_part_has_its_other_ports_left_in_order(
    ports: set[int], known: set[int], order_name: Order, seed: int, shard: Shard | None
) -> None:
    order = ProbeOrder(hosts=2, ports=sorted(ports), order=order_name, seed=seed, shard=shard)

    def probes(turns: Iterator[Turn]) -> list[tuple[int, ProbePort]]:
        return [
            (turn.host, order.ports[(turn.first + place * turn.step) % len(order.ports)])
            for turn in turns
            for place in range(turn.count)
        ]

    earlier = stored(scan_report([host_report(FIRST, dict.fromkeys(known, CLOSED), complete=False)], ports))
    left = probes(Resumption(earlier).turns(order, address_of))
    assert left == [(host, port) for host, port in probes(order.turns()) if host or port not in known]


def test_the_book_keeps_what_was_cut_short_and_memory_for_no_more() -> None:
    order = ProbeOrder(hosts=10_000, ports=[22], order="ascending")
    book = TurnBook()
    for turn in book.following(order.turns()):
        book.ended(turn.host, complete=turn.host not in (3, 4, 77))
        assert len(book._unfinished) <= 5
    point = book.point(scan_report([]).summary)
    assert (point.position, point.unfinished, point.runs) == (10_000, "3-4,77", 1)


def test_the_end_of_a_host_that_had_no_turn_changes_nothing() -> None:
    book = TurnBook()
    next(book.following(ProbeOrder(hosts=9, ports=[22], order="ascending").turns()))
    book.ended(5, complete=True)
    assert (book.point(scan_report([]).summary).position, book.point(scan_report([]).summary).unfinished) == (1, "0")


def test_turns_that_have_begun_are_unfinished() -> None:
    book = TurnBook()
    turns = book.following(ProbeOrder(hosts=9, ports=[22], order="ascending").turns())
    hosts = [next(turns).host for _ in range(4)]
    book.ended(hosts[1], complete=True)
    point = book.point(scan_report([]).summary)
    assert (point.position, point.unfinished) == (4, "0,2-3")


# --- the request ----------------------------------------------------------------------------------

ASKED = {"targets": "192.0.2.0/30 a.test", "exclude": "192.0.2.3", "addresses": "192.0.2.0/31", "order": "random"}
REPORT = scan_report([], [22, 80, udp(53)], seed=9, shard="1/4", options=ASKED)


def test_the_file_alone_says_what_to_ask() -> None:
    request = earlier_request(stored(REPORT))
    assert (request.targets, request.exclude) == (("192.0.2.0/30", "a.test"), ("192.0.2.3",))
    assert (request.ports, request.type, request.order) == ("T:22,80,U:53", "connect", "random")
    assert (request.seed, request.shard) == (9, "1/4")


def test_a_file_that_does_not_say_what_was_asked_is_refused() -> None:
    with pytest.raises(InputError, match=r"'old.json' does not say what its targets were"):
        earlier_request(stored(scan_report([], [22])))


def test_the_same_request_may_go_on() -> None:
    Resumption(stored(REPORT)).check(REPORT.scan)
    Resumption(stored(REPORT)).check(replace(REPORT.scan, options={**ASKED, "timeout_ms": 5}))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"type": "syn"}, "type 'connect' then, 'syn' now"),
        ({"seed": 10}, "seed '9' then, '10' now"),
        ({"shard": None}, "shard '1/4' then, none now"),
        ({"ports": scan_report([], [22, udp(53)]).scan.ports}, "TCP ports '22,80' then, '22' now"),
        ({"ports": scan_report([], [22, 80]).scan.ports}, "UDP ports '53' then, none now"),
        ({"options": {**ASKED, "targets": "a.test"}}, "targets '192.0.2.0/30 a.test' then, 'a.test' now"),
        ({"options": {**ASKED, "exclude": ""}}, "exclusions '192.0.2.3' then, '' now"),
        ({"options": {**ASKED, "addresses": "192.0.2.0/32"}}, "addresses '192.0.2.0/31' then, '192.0.2.0/32' now"),
        ({"options": {**ASKED, "order": "ascending"}}, "order 'random' then, 'ascending' now"),
    ],
)
def test_another_request_is_refused_with_all_that_differs(change: dict[str, object], why: str) -> None:
    with pytest.raises(OptionError) as caught:
        Resumption(stored(REPORT)).check(replace(REPORT.scan, **change))  # type: ignore[arg-type]
    assert caught.value.message == f"'old.json' is of another scan: {why}"


def test_all_differences_are_told_at_once() -> None:
    with pytest.raises(OptionError, match=r"type .*; seed "):
        Resumption(stored(REPORT)).check(replace(REPORT.scan, type="syn", seed=1))


def test_what_the_runs_cost_adds_up_and_the_rest_is_of_this_report() -> None:
    now = replace(REPORT.summary, probes_sent=5, retransmitted=1, duration_ms=0.5, ports_open=3)
    added = Resumption(stored(REPORT)).added(now)
    assert (added.probes_sent, added.retransmitted, added.duration_ms, added.ports_open) == (105, 8, 1235.0, 3)


# --- what is known of a host ----------------------------------------------------------------------


def test_what_showed_a_host_beside_its_ports_is_told() -> None:
    seen = replace(host_report(FIRST, {22: SILENT}), status="up", status_reason="echo-reply")
    [host] = stored(scan_report([seen])).hosts.values()
    assert evidence(host) == "echo-reply"
    [by_port] = stored(scan_report([host_report(FIRST, {22: OPEN})])).hosts.values()
    assert evidence(by_port) is None


def test_findings_are_kept() -> None:
    finding = Finding(banner=b"SSH-2.0-x\xff", service="ssh", product="x")
    [host] = stored(scan_report([host_report(FIRST, {22: OPEN}, findings={22: finding})])).hosts.values()
    tally = HostTally(FIRST)
    restore(host, tally)
    [port] = tally.report("x", SERVICES).ports
    assert (port.banner_base64, port.detected, port.product) == ("U1NILTIuMC14/w==", "ssh", "x")


def test_the_addresses_of_names_go_through_their_text() -> None:
    names = {"a.test": (ip_address("192.0.2.1"), ip_address("fe80::1%eth0")), "b.test": (ip_address("2001:db8::1"),)}
    assert resolved_names({"resolved": resolved_text(names)}) == names
    assert resolved_names({}) == {}
    odd = {"a.test": (ip_address("192.0.2.1"), ip_address("fe80::1%a,b")), "b.test": (ip_address("fe80::1%a,b"),)}
    assert resolved_names({"resolved": resolved_text(odd)}) == {"a.test": (ip_address("192.0.2.1"),)}
    with pytest.raises(InputError, match=r"scan.options.resolved: .*'x'"):
        resolved_names({"resolved": "a.test=x"})


def test_port_ranges_of_one_text_are_made_once() -> None:
    assert port_ranges("1-65535") is port_ranges("1-65535")
