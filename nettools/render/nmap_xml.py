"""A scan as nmap's XML, for the programs that read that: valid by nmap.dtd, read by ndiff and python-libnmap.

A stream: what was written by an interruption is closed and stays readable. Source of every element and attribute:
nmap.dtd 7.93 (xmloutputversion 1.05). XML 1.0 §2.2 has no control characters, so whatever came from the network is
written as ``safe()`` shows it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from nettools import __version__
from nettools.core.address import format_address
from nettools.core.outcome import Failure
from nettools.core.scan.report import HostReport, PortReport, ScanReport, ScanSettings, ScanSummary
from nettools.core.scan.rows import standing_together
from nettools.core.text import safe
from nettools.render.nmap_scripts import script
from nettools.render.nmap_text import (
    by_address,
    closing_sentence,
    command_line,
    epoch_s,
    has_open,
    is_probed,
    is_tunnelled,
    moment,
    scan_types,
    service_name,
)
from nettools.render.output import Output
from nettools.render.scan_words import missing_words
from nettools.render.xml import element, tag

_VERSION: Final = f"{__version__} (nettools)"
_XML_OUTPUT_VERSION: Final = "1.05"
_UNKNOWN: Final = "-1"
"""nmap's own sign for a time that it does not know."""
_CONFIDENCE: Final = {"table": "3", "probed": "10"}
"""What nmap writes for a name out of a table, and for a service that was recognised."""
_STATUS: Final = {"up": "up", "assumed-up": "up", "down": "down", "unknown": "unknown"}


class NmapXml:
    """Writes the document: its head at once, each host as it is done, and in any case ``end``."""

    def __init__(self, output: Output, scan: ScanSettings, *, arguments: str, only_open: bool = False) -> None:
        self._output = output
        self._scan = scan
        self._only_open = only_open
        self._assumed = 0
        started = scan.started
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            "<!DOCTYPE nmaprun>",
            f"<!-- written by nettools {__version__} in the form of nmap -->",
            tag(
                "nmaprun",
                scanner="nmap",
                args=command_line(arguments),
                start=str(epoch_s(started)),
                startstr=moment(started),
                version=_VERSION,
                xmloutputversion=_XML_OUTPUT_VERSION,
            ),
            *(
                element("scaninfo", type=kind, protocol=protocol, numservices=str(count), services=ports)
                for kind, protocol, count, ports in scan_types(scan)
            ),
            element("verbose", level="0"),
            element("debugging", level="0"),
        ]
        self._write(lines)

    def failed(self, failure: Failure) -> None:
        """A target that could not be scanned."""
        if failure.input is not None:
            words = safe(failure.input)
            self._write([element("target", specification=words, status="skipped", reason="invalid")])

    def host(self, host: HostReport, *, ended: datetime | None = None) -> None:
        """One address, once; with ``only_open`` those without an open port are left out, as nmap --open does."""
        self._assumed += host.status == "assumed-up"
        if not self._only_open or has_open(host):
            self._write(_host_lines(host, self._scan, ended, only_open=self._only_open))
            self._output.flush()

    def end(self, summary: ScanSummary, *, ended: datetime | None = None, error: str | None = None) -> None:
        """Close the document. ``error``: why the scan was not finished; an interrupted one says so by itself."""
        ended = ended or self._scan.started + timedelta(milliseconds=summary.duration_ms)
        up = summary.hosts_up + self._assumed
        if error is None and summary.interrupted:
            error = "interrupted"
        finished = element(
            "finished",
            time=str(epoch_s(ended)),
            timestr=moment(ended),
            summary=closing_sentence(summary, ended, up),
            elapsed=f"{summary.duration_ms / 1000:.2f}",
            exit="success" if error is None else "error",
            errormsg=None if error is None else safe(error),
        )
        hosts = element("hosts", up=str(up), down=str(summary.hosts_down), total=str(summary.addresses))
        self._write([f"<runstats>{finished}{hosts}", "</runstats>", "</nmaprun>"])
        self._output.flush()

    def _write(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._output.write(line + "\n")


def write_nmap_xml(output: Output, report: ScanReport, *, arguments: str, only_open: bool = False) -> None:
    """The whole document at once. ``arguments``: the command line after ``nettools``."""
    document = NmapXml(output, report.scan, arguments=arguments, only_open=only_open)
    for failure in report.errors:
        document.failed(failure)
    for host in by_address(report.hosts):
        document.host(host)
    document.end(report.summary)


def _host_lines(host: HostReport, scan: ScanSettings, ended: datetime | None, *, only_open: bool) -> Iterator[str]:
    comment = "; ".join(filter(None, (missing_words(host, scan), *host.notes)))
    status = element(
        "status",
        state=_STATUS[host.status],
        # nmap's word for a host that is taken to be up because nobody was asked whether it is.
        reason="user-set" if host.status == "assumed-up" else host.status_reason or "unknown-response",
        reason_ttl="0",
    )
    is_cut_short = not host.complete and host.status in ("up", "assumed-up")
    yield (
        tag(
            "host",
            starttime=str(epoch_s(scan.started)),
            endtime=None if ended is None else str(epoch_s(ended)),
            timedout="true" if is_cut_short else None,
            comment=safe(comment) or None,
        )
        + status
    )
    yield element("address", addr=format_address(host.address), addrtype=f"ipv{host.address.version}")
    yield "<hostnames>"
    yield from (element("hostname", name=safe(name), type="user") for name in host.names)
    if host.ptr:
        yield element("hostname", name=safe(host.ptr), type="PTR")
    yield "</hostnames>"
    if host.ports or host.collapsed:
        yield "<ports>"
        yield from _extra_lines(host, only_open=only_open)
        yield from (_port(one) for one in host.ports if not only_open or one.state == "open")
        yield "</ports>"
    if host.rtt_ms is not None:
        # The shortest round trip; its variation, and the timeout that nmap would have made of both, are not known.
        yield element("times", srtt=str(round(host.rtt_ms * 1000)), rttvar=_UNKNOWN, to=_UNKNOWN)
    yield "</host>"


def _extra_lines(host: HostReport, *, only_open: bool) -> Iterator[str]:
    """One element for each state (ndiff warns of two), with a line for each reason."""
    hidden = [one for one in host.ports if one.state != "open"] if only_open else []
    by_state = sorted([*host.collapsed, *standing_together(hidden)], key=lambda one: one.state)
    for state, same in groupby(by_state, key=lambda one: one.state):
        reasons = list(same)
        yield tag("extraports", state=state, count=str(sum(one.count for one in reasons)))
        for one in reasons:
            yield element("extrareasons", reason=one.reason, count=str(one.count), proto=one.protocol, ports=one.ports)
        yield "</extraports>"


def _port(port: PortReport) -> str:
    state = element(
        "state",
        state=port.state,
        reason=port.reason,
        reason_ttl=str(port.reason_ttl or 0),
        reason_ip=None if port.reason_ip is None else format_address(port.reason_ip),
    )
    inside = state + _service(port) + script(port)
    return tag("port", protocol=port.protocol, portid=str(port.port)) + inside + "</port>"


def _service(port: PortReport) -> str:
    name = service_name(port)
    if name is None and port.tls is None and port.product is None:
        return ""
    method = "probed" if is_probed(port) else "table"
    return element(
        "service",
        name=safe(name or "unknown"),
        product=port.product and safe(port.product),
        version=port.version and safe(port.version),
        extrainfo=port.extra and safe(port.extra),
        tunnel="ssl" if is_tunnelled(port) else None,
        method=method,
        conf=_CONFIDENCE[method],
    )
