"""``nettools scan --resume FILE``: goes on where an earlier run ended, in the middle of a host, and keeps its results.

What the file has a verdict on is not probed again. Hosts that the file does not list, because they were silent among
many, are done when their turn comes before the position that the file tells, and was not cut short. Probes, repetitions
and running time add up; the beginning is that of the first run, everything else is counted anew from the results of
all runs.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from math import isnan
from typing import Final

from nettools.core.address import Address
from nettools.core.ports import Transport
from nettools.core.scan.option_keys import ADDRESSES, EXCLUDE, ORDER, TARGETS
from nettools.core.scan.order import ProbeOrder, Turn
from nettools.core.scan.port_ranges import ranges_text
from nettools.core.scan.probe_port import ProbePort
from nettools.core.scan.reason import Verdict
from nettools.core.scan.report import ScanSettings, ScanSummary
from nettools.core.scan.stored import TRANSPORTS, StoredHost, StoredPort, StoredScan
from nettools.core.scan.tally import HostTally
from nettools.core.text import quoted
from nettools.errors import InputError, OptionError

_MUST_AGREE: Final = {TARGETS: "targets", EXCLUDE: "exclusions", ADDRESSES: "addresses", ORDER: "order"}


_PREFIXES: Final[dict[Transport, str]] = {"tcp": "T:", "udp": "U:"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRequest:
    """What an earlier scan was asked, for a run that is given its file alone."""

    targets: tuple[str, ...]
    exclude: tuple[str, ...]
    ports: str
    """As ``-p`` takes them."""
    type: str
    seed: int | None
    shard: str | None
    order: str | None


def earlier_request(earlier: StoredScan) -> EarlierRequest:
    """Raises InputError when the file does not say what was asked."""
    targets = str(earlier.options.get(TARGETS, "")).split()
    if not targets:
        raise InputError(
            f"{quoted(earlier.path, 4096)} does not say what its targets were", hint="name the same targets and ports"
        )
    return EarlierRequest(
        targets=tuple(targets),
        exclude=tuple(str(earlier.options.get(EXCLUDE, "")).split()),
        ports=",".join(
            prefix + ranges_text(earlier.ports[transport])
            for transport, prefix in _PREFIXES.items()
            if earlier.ports[transport].starts
        ),
        type=earlier.type,
        seed=earlier.seed,
        shard=earlier.shard,
        order=None if ORDER not in earlier.options else str(earlier.options[ORDER]),
    )


class Resumption:
    """What an earlier run knows already, and what is left to do."""

    def __init__(self, earlier: StoredScan) -> None:
        self.earlier = earlier

    def check(self, settings: ScanSettings) -> None:
        """Raises OptionError when the new run was asked for something else than the earlier one, saying what."""
        earlier = self.earlier
        tcp, udp = (ranges_text(earlier.ports[transport]) or None for transport in TRANSPORTS)
        pairs: list[tuple[str, object, object]] = [
            ("type", earlier.type, settings.type),
            ("seed", earlier.seed, settings.seed),
            ("shard", earlier.shard, settings.shard),
            ("TCP ports", tcp, settings.ports.tcp),
            ("UDP ports", udp, settings.ports.udp),
        ]
        pairs += [
            (what, earlier.options[key], settings.options[key])
            for key, what in _MUST_AGREE.items()
            if key in earlier.options and key in settings.options
        ]
        if ADDRESSES in earlier.options and ADDRESSES not in settings.options:
            pairs.append(("addresses", earlier.options[ADDRESSES], "others"))
        differing = [f"{what} {_shown(was)} then, {_shown(now)} now" for what, was, now in pairs if was != now]
        if differing:
            raise OptionError(
                f"{quoted(earlier.path, 4096)} is of another scan: {'; '.join(differing)}",
                hint="--resume with the file alone takes all of it from there",
            )

    def known(self, address: Address) -> StoredHost | None:
        """What the earlier run says of the address; None when it lists nothing of it."""
        return self.earlier.hosts.get(address)

    def turns(self, order: ProbeOrder, address_of: Callable[[int], Address]) -> Iterator[Turn]:
        """What is left of an order: the turns that were cut short, then those that had not begun.

        Hosts and ports that are known are left out; a host of which some are becomes as many turns as its unknown
        ports have gaps in their order, in most cases few.
        """
        rank_of = {port: rank for rank, port in enumerate(order.ports)}
        cut_short = (turn for position in self.earlier.unfinished for turn in islice(order.turns(position), 1))
        for turn in chain(cut_short, order.turns(self.earlier.position)):
            host = self.known(address_of(turn.host))
            if host is None:
                yield turn
            elif not host.complete or self.earlier.tells_only_open:
                yield from _gaps(turn, host, rank_of)

    def added(self, summary: ScanSummary) -> ScanSummary:
        """The summary of this run with what the earlier ones have cost; the rest of it is about the results of all."""
        counters = self.earlier.counters
        return replace(
            summary,
            probes_sent=summary.probes_sent + counters.probes_sent,
            retransmitted=summary.retransmitted + counters.retransmitted,
            duration_ms=round(summary.duration_ms + counters.duration_ms, 1),
        )


def restore(host: StoredHost, tally: HostTally) -> None:
    """Give a tally everything that an earlier run found out of the host."""
    groups: dict[Verdict, tuple[list[tuple[StoredPort, float]], list[ProbePort]]] = {}
    for measured in zip(host.listed, host.rtts_ms, strict=True):
        groups.setdefault(measured[0].verdict, ([], []))[0].append(measured)
    for found, ports in host.bulk():
        groups.setdefault(found, ([], []))[1].extend(ports)
    # The status of a host hangs on its first evidence, which must be first again.
    for found, (singles, many) in sorted(groups.items(), key=lambda one: one[0].reason != host.status_reason):
        for one, rtt_ms in singles:
            tally.settled(one.port, found, None if isnan(rtt_ms) else rtt_ms / 1000, one.ttl)
            if one.finding is not None:
                tally.found(one.port, one.finding)
        if many:
            tally.settled_many(found, many)
    if host.rtt_ms is not None:
        known_s = host.rtt_ms / 1000
        tally.best_rtt_s = known_s if tally.best_rtt_s is None else min(known_s, tally.best_rtt_s)
    tally.notes += tuple(note for note in host.notes if note not in tally.notes)


def evidence(host: StoredHost) -> str | None:
    """What else than a port showed that the host is up (``echo-reply``), for ``ResultSink.seen``."""
    reasons = {one.verdict.reason for one in host.listed} | {many.verdict.reason for many in host.collapsed}
    return host.status_reason if host.status == "up" and host.status_reason not in reasons else None


def _gaps(turn: Turn, host: StoredHost, rank_of: dict[ProbePort, int]) -> Iterator[Turn]:
    """The runs of places of the turn whose ports the host has no verdict on.

    Place k is rank ``first + k * step``, and ``k * step`` stays below the number of ports, so that a rank tells its k.
    """
    known = []
    for port in settled_ports(host):
        distance = (rank_of.get(port, turn.first - 1) - turn.first) % len(rank_of)
        if distance % turn.step == 0 and distance // turn.step < turn.count and port in rank_of:
            known.append(distance // turn.step)
    begin = 0
    for place in (*sorted(known), turn.count):
        if place > begin:
            first = (turn.first + begin * turn.step) % len(rank_of)
            yield turn._replace(first=first, count=place - begin)
        begin = place + 1


def settled_ports(host: StoredHost) -> Iterator[ProbePort]:
    """Every port that has a verdict."""
    yield from (one.port for one in host.listed)
    for _, ports in host.bulk():
        yield from ports


def _shown(value: object) -> str:
    return "none" if value is None else quoted(str(value))
