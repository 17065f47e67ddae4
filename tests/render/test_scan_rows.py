"""A scan as rows: CSV that a spreadsheet does not run, plain lines that cut can cut, a row for every port."""

import csv
import io
from dataclasses import replace

from nettools.core.record import flat_header
from nettools.core.scan.report import PortRow
from nettools.core.text import safe
from nettools.render import data
from nettools.render.output import Output
from tests import scan_reports
from tests.record_ports import port_rows
from tests.render.drawing import faults, written
from tests.scan_reports import HOSTILE, SERVICES

ROWS = list(port_rows(scan_reports.HOSTS, SERVICES))


def as_csv() -> str:
    def write(output: Output) -> None:
        data.write_csv_header(output, PortRow)
        for row in ROWS:
            data.write_csv_row(output, row)

    return written(write)


def as_plain() -> str:
    def write(output: Output) -> None:
        for row in ROWS:
            data.write_plain_row(output, row)

    return written(write)


def test_every_port_of_every_host_has_a_row() -> None:
    assert len(ROWS) == sum(sum(host.counts.values()) for host in scan_reports.HOSTS)
    assert len(list(csv.reader(io.StringIO(as_csv())))) == len(ROWS) + 1
    assert len(as_plain().splitlines()) == len(ROWS)


def test_what_a_service_said_has_columns() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv())))
    ssh = next(row for row in rows if (row["address"], row["port"]) == ("192.0.2.10", "22"))
    assert (ssh["detected"], ssh["product"], ssh["version"]) == ("ssh", "OpenSSH", "9.2p1")
    assert ssh["banner"] == r"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\x0d\x0a"
    assert {len(line.split("\t")) for line in as_plain().splitlines()} == {len(flat_header(PortRow))}


def test_a_product_that_is_a_formula_is_defused() -> None:
    row = replace(ROWS[0], product="=HYPERLINK(1)", banner="  @SUM(1)", version="-2+3")
    cells = written(lambda output: data.write_csv_row(output, row)).rstrip("\r\n").split(",")
    assert cells[-3:] == ["'=HYPERLINK(1)", "'-2+3", "'  @SUM(1)"]


def test_no_cell_is_a_formula_and_none_is_obeyed() -> None:
    for row in csv.reader(io.StringIO(as_csv())):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert faults(as_csv().replace("\r\n", "\n")) == set()
    assert faults(as_plain().replace("\t", " ")) == set()
    assert safe(HOSTILE) in as_plain()
