"""A scan of this machine that a signal may end at any moment, and what its output must be then, in each format."""

import csv
import io
import json
import random
import signal
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from tests.integration.nmap_xml import expand_ports
from tests.integration.scan_namespace import (
    CLOSED,
    DROPPED,
    NETTOOLS,
    OPEN,
    Document,
    Namespace,
    States,
    made_namespace,
    states,
)

PORTS = range(70, 111)
OPENED = (80, 82, 84)
EXPECTED: States = {port: OPEN if port in OPENED else CLOSED if port < 100 else DROPPED for port in PORTS}
TARGETS = ("127.0.0.1", "127.0.0.2")
SCAN = ("scan", *TARGETS, "-p", "70-110", "--timeout", "600ms", "--seed", "7")


@contextmanager
def partly_silent_machine() -> Iterator[Namespace]:
    """This machine with three listeners, twenty-seven closed ports, and silence from port 100 on."""
    with made_namespace() as namespace:
        namespace.do("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "100:110", "-j", "DROP")
        with namespace.listeners(*(f"0.0.0.0,{port}" for port in OPENED)):
            yield namespace


def known(document: Document) -> dict[str, States]:
    return {host["address"]: states(host) for host in document["hosts"]}


def known_of_lines(lines: list[Document]) -> dict[str, States]:
    """The same of a JSONL stream, whose ports are lines of their own."""
    found: dict[str, States] = {}
    for line in lines:
        if line["type"] == "port":
            host = found.setdefault(line["address"], {})
            assert line["port"] not in host
            host[line["port"]] = (line["state"], line["reason"])
        if line["type"] == "host":
            host = found.setdefault(line["address"], {})
            for row in line["collapsed"]:
                for port in expand_ports(row["ports"]):
                    assert port not in host
                    host[port] = (row["state"], row["reason"])
    return found


# --- the output of a scan that a signal has ended --------------------------------------------------


def check_json(output: str) -> None:
    document = json.loads(output)
    assert document["summary"]["interrupted"] is True
    for found in known(document).values():
        assert found.items() <= EXPECTED.items()


def check_lines(output: str) -> None:
    assert output.endswith("\n")
    lines = [json.loads(line) for line in output.splitlines()]
    assert lines[0]["type"] == "scan"
    assert lines[-1]["type"] == "summary"
    assert lines[-1]["interrupted"] is True
    for found in known_of_lines(lines).values():
        assert found.items() <= EXPECTED.items()


def check_csv(output: str) -> None:
    for row in csv.DictReader(io.StringIO(output, newline=""), strict=True):
        assert None not in row
        assert (row["state"], row["reason"]) == EXPECTED[int(row["port"])]


def check_table(output: str) -> None:
    assert output.endswith("\n")
    assert "interrupted" in output


def check_xml(output: str) -> None:
    root = ElementTree.fromstring(output)
    assert root.tag == "nmaprun"
    finished = root.find("runstats/finished")
    assert finished is not None
    assert finished.attrib["exit"] == "error"
    for port in root.iterfind("host/ports/port"):
        state = port.find("state")
        assert state is not None
        assert state.attrib["state"] == EXPECTED[int(port.attrib["portid"])][0]


def check_grepable(output: str) -> None:
    first, *hosts, last = output.splitlines()
    assert first.startswith("# nettools")
    assert last.startswith("# nettools done")
    assert last.endswith("(interrupted)")
    assert all(line.startswith("Host: ") for line in hosts)


CHECKS: dict[str, Callable[[str], None]] = {
    "json": check_json,
    "jsonl": check_lines,
    "csv": check_csv,
    "table": check_table,
    "nmap-xml": check_xml,
    "grepable": check_grepable,
}


def interrupt_scans(machine: Namespace, format: str, count: int, moments: random.Random) -> None:
    """End so many scans at moments after their first packets; silence keeps each of them waiting for seconds."""
    with ExitStack() as ending:
        scans = [machine.start(*NETTOOLS, *SCAN, "--retries", "9", "--format", format) for _ in range(count)]
        for scan in scans:
            ending.enter_context(scan)
            ending.callback(scan.kill)
        for scan in scans:
            machine.wait_until_packets_are_out(scan)
        for scan in scans:
            time.sleep(moments.uniform(0, 0.1))
            scan.send_signal(signal.SIGINT)
        for scan in scans:
            output, complaints = scan.communicate(timeout=10)
            assert scan.returncode == 130, complaints
            assert "Traceback" not in complaints
            CHECKS[format](output)
