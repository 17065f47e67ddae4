"""The parts of an earlier answer as they are read one after the other, in whatever order a file has them."""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, get_args

from nettools.core.address import Address
from nettools.core.intervals import Ranges
from nettools.core.ports import Transport
from nettools.core.scan.address_ranges import AddressRanges
from nettools.core.scan.port_ranges import NO_PORTS, count_of, port_ranges, ranges_of, united
from nettools.core.scan.probe_port import ProbePort, number_of, transport_of
from nettools.core.scan.report import HostStatus, ScanReport
from nettools.core.scan.stored import TRANSPORTS, Counters, StoredHost, StoredPort, StoredPorts, StoredScan, is_sound
from nettools.core.scan.stored_fields import Fields
from nettools.core.scan.stored_port import stored_port, stored_ports
from nettools.core.text import quoted
from nettools.errors import PortError, RequestError

_POSITIONS: Final = re.compile(r"([0-9]{1,40})(?:-([0-9]{1,40}))?\Z", re.ASCII)
_MOST_UNFINISHED: Final = 1 << 24
Measured = tuple[StoredPort, float]
"""With its round-trip time in milliseconds, or not a number."""

_STATUSES: Final[tuple[HostStatus, ...]] = get_args(HostStatus)


def _port_of(one: Measured) -> ProbePort:
    return one[0].port


class ScanDraft:
    """Takes the parts; ``finished`` says what is missing. Everything raises InputError."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._source = quoted(path, 4096)
        self._settings: Fields | None = None
        self._type = ""
        self._options: dict[str, int | float | str] = {}
        self._has_schema = False
        self._hosts: dict[Address, StoredHost] = {}
        self._lone_ports: dict[Address, dict[ProbePort, Measured]] = {}
        """Those that came in lines of their own."""
        self._targets: dict[Address, dict[str, None]] = {}
        self._kinds: set[str] = set()
        self._counters: Counters | None = None
        self._has_summary = False
        self._is_interrupted = True
        self._position = 0
        self._unfinished: tuple[int, ...] = ()
        self._runs = 1

    def schema(self, value: object, about: Fields | None = None) -> None:
        """The schema of the document, or of the line."""
        if value != ScanReport.SCHEMA:
            (about or Fields({}, self._source)).wrong("schema", value, f"'{ScanReport.SCHEMA}'")
        self._has_schema = True

    def settings(self, about: Fields, *, type_key: str = "type") -> None:
        """How the scan was made; in lines the ``type`` is that of the line."""
        if self._settings is not None:
            about.fail("a second scan begins here")
        self._settings = about
        self._type = about.text(type_key)
        self._options = _options(about.inner("options")) if about.has("options") else {}

    def resume(self, about: Fields) -> None:
        """How far the scan has come."""
        self._position = about.whole("position")
        self._unfinished = _positions(about) if about.has("unfinished") else ()
        self._runs = about.whole("runs") if about.has("runs") else 1
        if about.has("probes_sent") and not self._has_summary:
            self._counters = _counters(about)

    def summary(self, about: Fields) -> None:
        """The scan in numbers."""
        self._has_summary = True
        self._is_interrupted = about.flag("interrupted")
        self._counters = _counters(about)

    def failure(self, about: Fields) -> None:
        """What could not be done."""
        self._kinds.add(about.text("kind"))

    def host(self, about: Fields) -> None:
        """One address of one target, with its ports."""
        self._host(about, [stored_port(one, about) for one in about.items("ports")])

    def line(self, about: Fields) -> None:
        """One record of JSON lines; those of other types are passed over."""
        kind = about.text("type")
        if kind == "scan":
            self.schema(about.raw("schema"), about)
            self.settings(about, type_key="scan_type")
        elif kind == "port":
            address = about.address("address")
            found = stored_port(about, about)
            self._lone_ports.setdefault(address, {})[found[0].port] = found
            self._targets.setdefault(address, {})[about.text("target")] = None
        elif kind == "host":
            self._host(about, [])
        elif kind == "resume":
            self.resume(about)
        elif kind == "summary":
            self.summary(about)
        elif kind == "error":
            self.failure(about)

    def _host(self, about: Fields, ports: list[Measured]) -> None:
        address, target = about.address("address"), about.text("target")
        self._targets.setdefault(address, {})[target] = None
        collapsed = tuple(stored_ports(one, about) for one in about.items("collapsed"))
        listed, rtts_ms = _ascending(ports)
        _check_once(listed, collapsed, about)
        self._hosts[address] = StoredHost(
            address=address,
            targets=(target,),
            names=about.texts("names") if about.has("names") else (),
            status=about.one_of("status", _STATUSES),
            status_reason=about.optional_text("status_reason"),
            rtt_ms=about.number("rtt_ms"),
            complete=about.flag("complete"),
            listed=listed,
            rtts_ms=rtts_ms,
            collapsed=collapsed,
            notes=about.texts("notes") if about.has("notes") else (),
            ptr=about.optional_text("ptr"),
        )

    def finished(self) -> StoredScan:
        """The whole scan."""
        settings = self._settings
        if settings is None or not self._has_schema:
            missing = "schema" if settings is not None else "scan"
            Fields({}, self._source).fail(f"{missing} is missing: it is no answer of nettools scan")
        hosts = dict(self._whole_hosts())
        return StoredScan(
            path=self._path,
            started=settings.moment("started"),
            type=self._type,
            seed=settings.whole("seed") if settings.has("seed") else None,
            shard=settings.optional_text("shard"),
            options=self._options,
            ports=_ports(settings.inner("ports")),
            addresses=self._addresses(),
            hosts=hosts,
            counters=self._counters or Counters(),
            position=self._position,
            unfinished=self._unfinished,
            runs=self._runs,
            is_finished=not self._is_interrupted and is_sound(self._kinds),
        )

    def _whole_hosts(self) -> Iterator[tuple[Address, StoredHost]]:
        for address, targets in self._targets.items():
            host = self._hosts.pop(address, None) or _unfinished(address)
            if host.targets != tuple(targets):
                host = replace(host, targets=tuple(targets))
            lone = self._lone_ports.pop(address, None)
            if lone:
                listed, rtts_ms = _ascending(lone.values())
                host = replace(host, listed=listed, rtts_ms=rtts_ms)
            yield address, host

    def _addresses(self) -> AddressRanges | None:
        text = self._options.get("addresses")
        if text is None:
            return None
        try:
            return AddressRanges.parse(str(text))
        except RequestError as error:
            Fields({}, self._source).fail(f"scan.options.addresses: {error.message}")


def _unfinished(address: Address) -> StoredHost:
    """A host of which a killed run told open ports alone."""
    return StoredHost(
        address=address,
        targets=(),
        names=(),
        status="up",
        status_reason=None,
        rtt_ms=None,
        complete=False,
        listed=(),
        rtts_ms=(),
        collapsed=(),
        notes=(),
        ptr=None,
    )


def _ascending(ports: Iterable[Measured]) -> tuple[tuple[StoredPort, ...], Sequence[float]]:
    ordered = sorted(ports, key=_port_of)
    return tuple(port for port, _ in ordered), array("d", [rtt_ms for _, rtt_ms in ordered])


def _check_once(listed: tuple[StoredPort, ...], collapsed: tuple[StoredPorts, ...], about: Fields) -> None:
    """Raises InputError when a port has two verdicts."""
    for transport in TRANSPORTS:
        alone = [number_of(one.port) for one in listed if transport_of(one.port) == transport]
        together = [many.ranges for many in collapsed if many.protocol == transport]
        count = len(alone) + sum(map(count_of, together))
        if count != count_of(united([ranges_of(alone), *together])):
            about.fail(f"{about.where or 'the host'}: a {transport} port stands there twice")


def _counters(about: Fields) -> Counters:
    return Counters(
        probes_sent=about.whole("probes_sent"),
        retransmitted=about.whole("retransmitted"),
        duration_ms=about.number("duration_ms") or 0.0,
    )


def _positions(about: Fields) -> tuple[int, ...]:
    """Ascending numbers and ranges, not more than a scan has under way."""
    text = about.text("unfinished")
    found: list[int] = []
    for part in text.split(","):
        match = _POSITIONS.match(part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last or (found and first <= found[-1]) or last - first > _MOST_UNFINISHED - len(found):
            about.wrong("unfinished", text, "ascending positions like 3,17-20")
        found += range(first, last + 1)
    return tuple(found)


def _options(about: Fields) -> dict[str, int | float | str]:
    found: dict[str, int | float | str] = {}
    for key, value in about.members():
        if not isinstance(value, (int, float, str)):
            about.wrong(key, value, "a number or a text")
        found[key] = value
    return found


def _ports(about: Fields) -> dict[Transport, Ranges]:
    found: dict[Transport, Ranges] = {}
    for transport in TRANSPORTS:
        text = about.optional_text(transport)
        try:
            found[transport] = port_ranges(text) if text else NO_PORTS
        except PortError:
            about.wrong(transport, text, "an ascending list of ports like 3-21,23")
    return found
