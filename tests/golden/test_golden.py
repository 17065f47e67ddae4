"""Compares what is printed with the files beside this one; NETTOOLS_UPDATE_GOLDEN=1 writes them anew.

A change here is a change that people see: look at the difference before it is committed.
"""

import os
import re
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path

import pytest

from nettools.commands.subnet import VERBS
from nettools.core.rdns.report import RdnsReport, name_rows
from nettools.core.resolve.report import ResolveReport
from nettools.core.resolve.rows import response_rows
from nettools.core.route.question import SystemAnswer
from nettools.core.scan.report import ScanReport
from nettools.render import data
from nettools.render.grepable import write_grepable
from nettools.render.nmap_xml import write_nmap_xml
from nettools.render.output import Output
from nettools.render.rdns import draw_addresses
from nettools.render.resolve import draw_responses
from nettools.render.scan import draw_report
from nettools.render.style import Canvas
from tests import dns_reports, scan_reports
from tests.cli import run
from tests.fake_platform import laptop
from tests.golden.report import REPORT, ROWS

HERE = Path(__file__).parent
KERNEL_ANSWER = SystemAnswer(
    type="unicast", table="main", dev="eth0", gateway=ip_address("192.0.2.1"), source=ip_address("192.0.2.5")
)
UPDATES = os.environ.get("NETTOOLS_UPDATE_GOLDEN") == "1"

MACHINE = re.compile(r"(ifaces|route)[-.]")
"""What shows a machine has other columns on narrow terminals: that nothing is lost there tests/render holds."""
TITLES = re.compile(
    r"\b(Port|Protocol|Name|In practice|Aliases|Range|Source|State|Service|Reason|RTT"
    r"|Address|Verdict|Details|Type|TTL|Data|From|Product|TLS|Banner|Problem)\b|(?<=\s)-(?=\s)",
    re.IGNORECASE,
)
WIDTHS: dict[str, int | None] = {"40": 40, "60": 60, "80": 80, "120": 120, "200": 200, "pipe": None}
SUBNETS = {
    "ipv4": ["192.0.2.12/30"],
    "ipv6": ["2001:db8::1/64"],
    "several": ["10.1.2.3/8", "198.51.100.7", "224.0.0.251", "0.0.0.0/0", "64:ff9b::192.0.2.33", "fe80::5efe%eth0/10"],
}
MACHINES = {
    "ifaces": ["ifaces"],
    "ifaces-tree": ["ifaces", "--tree"],
    "ifaces-stats": ["ifaces", "--stats"],
    "route": ["route", "--table", "all", "--rules"],
    "route-explain": ["route", "203.0.114.9"],
}
PORTS = ["22/tcp", "80", "5433", "9092", "51820/udp"]


def words(*argv: str, columns: int | None = None, env: dict[str, str] | None = None, encoding: str = "utf-8") -> bytes:
    """Standard output of a run that says nothing else."""
    outcome = run(*argv, columns=columns, env=env, encoding=encoding)
    assert (outcome.status, outcome.stderr) == (0, "")
    return outcome.raw_stdout


def written(write: Callable[[Output], None]) -> bytes:
    raw = BytesIO()
    output = Output(raw, name="it")
    write(output)
    output.flush()
    return raw.getvalue()


def scan_table(
    report: ScanReport = REPORT,
    *,
    width: int | None = None,
    color: bool = False,
    ascii_only: bool = False,
    shows_reason: bool = False,
    only_open: bool = False,
) -> bytes:
    canvas = Canvas(width=width, color=color, ascii_only=ascii_only)
    raw = BytesIO()
    output = Output(raw, name="it", encoding="ascii" if ascii_only else "utf-8")
    draw_report(output, canvas, report, shows_reason=shows_reason, only_open=only_open)
    output.flush()
    return raw.getvalue()


def scan_cases() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """What the findings of a scan become, from composed records."""
    deep = scan_reports.DEEP
    for width, columns in WIDTHS.items():
        yield f"scan-{width}.txt", partial(scan_table, width=columns)
        yield f"scan-deep-{width}.txt", partial(scan_table, deep, width=columns)
        yield f"scan-reason-{width}.txt", partial(scan_table, deep, width=columns, shows_reason=True)
        yield f"scan-many-{width}.txt", partial(scan_table, scan_reports.MANY, width=columns)
    yield "scan-open.txt", partial(scan_table, deep, width=200, only_open=True)
    for name, report in (("scan", REPORT), ("scan-deep", deep)):
        yield f"{name}-color.txt", partial(scan_table, report, width=80, color=True)
        yield f"{name}-ascii.txt", partial(scan_table, report, ascii_only=True)
    yield "scan.json", partial(written, lambda output: data.write_document(output, REPORT.SCHEMA, REPORT))
    yield "scan.csv", partial(scan_rows, data.write_csv_header, data.write_csv_row)
    yield "scan.plain", partial(scan_rows, None, data.write_plain_row)
    words = "scan www.example.net mail.example.net --probe"
    yield "scan-deep.xml", partial(written, lambda output: write_nmap_xml(output, deep, arguments=words))
    yield "scan-deep.grepable", partial(written, lambda output: write_grepable(output, deep, arguments=words))


def dns_table(
    name: str, *, width: int | None = None, color: bool = False, encoding: str = "utf-8", with_sections: bool = False
) -> bytes:
    canvas = Canvas(width=width, color=color, ascii_only=encoding == "ascii")
    raw = BytesIO()
    output = Output(raw, name="it", encoding=encoding)
    if name == "rdns":
        draw_addresses(output, canvas, dns_reports.ADDRESSES)
    else:
        draw_responses(output, canvas, dns_reports.RESPONSES, with_sections=with_sections)
    output.flush()
    return raw.getvalue()


def dns_rows(name: str, *, is_csv: bool) -> bytes:
    rows: list[object] = []
    if name == "rdns":
        rows += [row for one in dns_reports.ADDRESSES for row in name_rows(one)]
    else:
        rows += [row for one in dns_reports.RESPONSES for row in response_rows(one)]

    def write(output: Output) -> None:
        if is_csv:
            data.write_csv_header(output, type(rows[0]))
        for row in rows:
            (data.write_csv_row if is_csv else data.write_plain_row)(output, row)

    return written(write)


def dns_lines(name: str) -> bytes:
    kind, records = ("address", dns_reports.ADDRESSES) if name == "rdns" else ("response", dns_reports.RESPONSES)

    def write(output: Output) -> None:
        for index, record in enumerate(records):
            data.write_json_line(output, kind, record, index=index)

    return written(write)


def dns_document(report: ResolveReport | RdnsReport) -> bytes:
    return written(lambda output: data.write_document(output, report.SCHEMA, report))


def dns_cases() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The two commands that ask servers, from composed records."""
    for name, report in (("resolve", dns_reports.REPORT), ("rdns", dns_reports.RDNS)):
        for width, columns in WIDTHS.items():
            yield f"{name}-{width}.txt", partial(dns_table, name, width=columns)
        yield f"{name}-color.txt", partial(dns_table, name, width=80, color=True)
        yield f"{name}-ascii.txt", partial(dns_table, name, encoding="ascii")
        yield f"{name}.csv", partial(dns_rows, name, is_csv=True)
        yield f"{name}.plain", partial(dns_rows, name, is_csv=False)
        yield f"{name}.jsonl", partial(dns_lines, name)
        yield f"{name}.json", partial(dns_document, report)
    yield "resolve-verbose.txt", partial(dns_table, "resolve", width=80, with_sections=True)


def scan_rows(header: Callable[[Output, type], None] | None, row: Callable[[Output, object], None]) -> bytes:
    def write(output: Output) -> None:
        if header:
            header(output, type(ROWS[0]))
        for one in ROWS:
            row(output, one)

    return written(write)


def cases() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """(file name, what makes its bytes)."""
    plain = {"NO_COLOR": "1"}
    yield "help.txt", partial(words, "--help")
    for page in (
        "cat",
        "ifaces",
        "listen",
        "rdns",
        "resolve",
        "route",
        "scan",
        "subnet",
        "port-service",
        "exit-codes",
        "formats",
        "environment",
        "files",
        "schema",
    ):
        yield f"help-{page}.txt", partial(words, "help", page)
    for verb in VERBS:
        yield f"help-subnet-{verb}.txt", partial(words, "help", "subnet", verb)
    for width, columns in WIDTHS.items():
        for name, targets in SUBNETS.items():
            yield f"subnet-{name}-{width}.txt", partial(words, "subnet", *targets, columns=columns, env=plain)
        for name, argv in MACHINES.items():
            yield f"{name}-{width}.txt", partial(words, *argv, columns=columns, env=plain)
        yield f"port-service-{width}.txt", partial(words, "port-service", *PORTS, columns=columns, env=plain)
    for suffix in ("json", "jsonl", "csv", "plain"):
        yield f"subnet.{suffix}", partial(words, "subnet", *SUBNETS["several"], "-f", suffix)
        yield f"port-service.{suffix}", partial(words, "port-service", *PORTS, "-f", suffix)
        for name in ("ifaces", "route", "route-explain"):
            argv = [word for word in MACHINES[name] if word != "--rules" or suffix in ("json", "jsonl")]
            yield f"{name}.{suffix}", partial(words, *argv, "-f", suffix)
    yield "subnet-color.txt", partial(words, "subnet", "192.0.2.12/30", columns=80)
    yield "subnet-ascii.txt", partial(words, "subnet", "192.0.2.12/30", encoding="ascii")
    yield "port-service-color.txt", partial(words, "port-service", *PORTS, columns=80)
    yield "port-service-ascii.txt", partial(words, "port-service", *PORTS, encoding="ascii")
    for name, argv in MACHINES.items():
        yield f"{name}-color.txt", partial(words, *argv, columns=120)
        yield f"{name}-ascii.txt", partial(words, *argv, encoding="ascii")
    yield from scan_cases()
    yield from dns_cases()


CASES = dict(cases())


@pytest.fixture(autouse=True)
def the_same_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No terminal of the caller, no services(5) of the machine, and no interfaces but those of a laptop."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("nettools.runs.services.read_services", lambda: "")
    fake = laptop()
    fake.answer = KERNEL_ANSWER
    fake.install(monkeypatch)


@pytest.mark.parametrize("name", CASES)
def test_what_is_printed_is_what_was_agreed(name: str) -> None:
    path, printed = HERE / name, CASES[name]()
    if UPDATES:
        path.write_bytes(printed)
    agreed = path.read_bytes()
    assert printed.decode().splitlines() == agreed.decode().splitlines()
    assert printed == agreed


def test_every_file_belongs_to_a_case() -> None:
    files = {path.name for path in HERE.iterdir() if path.suffix not in (".py", "") and path.name != ".gitattributes"}
    assert files - {"__pycache__"} == set(CASES)


@pytest.mark.parametrize("name", [name for name in CASES if re.search(r"-(40|60|80|120|200)\.txt$", name)])
def test_no_line_is_wider_than_its_terminal(name: str) -> None:
    columns = int(name.rpartition("-")[2].removesuffix(".txt"))
    assert max(len(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()) <= columns


@pytest.mark.parametrize("name", [name for name in CASES if name.endswith("-80.txt") and not MACHINE.match(name)])
def test_no_character_is_lost_at_any_width(name: str) -> None:
    texts = [(HERE / name.replace("-80.", f"-{width}.")).read_text(encoding="utf-8") for width in WIDTHS]
    # Where a table does not fit, each row is a record and repeats the titles of the columns.
    contents = [TITLES.sub("", re.sub("[─│]", "", text)) for text in texts]
    assert len({"".join(sorted("".join(content.split()))) for content in contents}) == 1


@pytest.mark.parametrize("name", [name for name in CASES if name.endswith("-ascii.txt")])
def test_an_ascii_screen_is_ascii(name: str) -> None:
    assert (HERE / name).read_bytes().isascii()
