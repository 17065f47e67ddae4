"""A scan as nmap's grepable lines (``-oG``): fields between tabs, a port's seven values between slashes.

``Host: ADDRESS (NAME)\\tPorts: 22/open/tcp//ssh//OpenSSH 9.2p1/, 80/…\\tIgnored State: closed (98)``: port, state,
protocol, owner, service, RPC, version. Source: nmap.org/book/output-formats-grepable-output.html and what nmap 7.93
prints. A slash inside of a value is ``|`` there; a comma, which nmap leaves to confuse its readers, is ``;`` here.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from nettools import __version__
from nettools.core.address import format_address
from nettools.core.scan.report import HostReport, PortReport, ScanReport, ScanSettings, ScanSummary
from nettools.core.text import safe
from nettools.render.nmap_text import (
    by_address,
    closing_sentence,
    command_line,
    has_open,
    is_tunnelled,
    moment,
    service_name,
    together,
)
from nettools.render.output import Output
from nettools.render.scan_words import product_words

_STATUS: Final = {"up": "Up", "assumed-up": "Up", "down": "Down", "unknown": "Unknown"}
_SEPARATORS: Final = str.maketrans({"/": "|", ",": ";"})


class Grepable:
    """Writes the lines: a comment at once, a host's as it is done, a comment at the end."""

    def __init__(self, output: Output, scan: ScanSettings, *, arguments: str, only_open: bool = False) -> None:
        self._output = output
        self._scan = scan
        self._only_open = only_open
        self._assumed = 0
        head = f"# nettools {__version__} scan initiated {moment(scan.started)} as: {command_line(arguments)}"
        output.write(head + "\n")

    def host(self, host: HostReport) -> None:
        """One address, once; with ``only_open`` those without an open port are left out."""
        self._assumed += host.status == "assumed-up"
        if not self._only_open or has_open(host):
            self._output.write("".join(line + "\n" for line in _lines(host, only_open=self._only_open)))
            self._output.flush()

    def end(self, summary: ScanSummary, *, ended: datetime | None = None, error: str | None = None) -> None:
        """The last line. ``error``: why the scan was not finished; an interrupted one says so by itself."""
        ended = ended or self._scan.started + timedelta(milliseconds=summary.duration_ms)
        if error is None and summary.interrupted:
            error = "interrupted"
        done = closing_sentence(summary, ended, summary.hosts_up + self._assumed).replace("; ", " -- ", 1)
        self._output.write(f"# {done}{f' ({safe(error)})' if error else ''}\n")
        self._output.flush()


def write_grepable(output: Output, report: ScanReport, *, arguments: str, only_open: bool = False) -> None:
    """All lines at once. ``arguments``: the command line after ``nettools``."""
    lines = Grepable(output, report.scan, arguments=arguments, only_open=only_open)
    for host in by_address(report.hosts):
        lines.host(host)
    lines.end(report.summary)


def _lines(host: HostReport, *, only_open: bool) -> Iterator[str]:
    name = host.names[0] if host.names else host.ptr or ""
    who = f"Host: {format_address(host.address)} ({safe(name)})"
    yield f"{who}\tStatus: {_STATUS[host.status]}"
    listed = [one for one in host.ports if not only_open or one.state == "open"]
    fields = [who]
    if listed:
        fields.append(f"Ports: {', '.join(map(_port, listed))}")
    fields += [f"Ignored State: {state} ({count})" for state, count in together(host.counts, listed).items()]
    if len(fields) > 1 and (listed or host.status != "down"):
        yield "\t".join(fields)
    if not host.complete and host.status in ("up", "assumed-up"):
        yield f"{who}\tStatus: Timeout"


def _port(port: PortReport) -> str:
    service = service_name(port) or ""
    tunnelled = f"ssl/{service}" if is_tunnelled(port) else service
    values = (str(port.port), port.state, port.protocol, "", tunnelled, "", product_words(port))
    return "".join(f"{safe(value).translate(_SEPARATORS)}/" for value in values)
