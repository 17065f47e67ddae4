"""Each host of the scan bed against nmap on the same ports, in turn, and all nine on the link at once.

python -m benchmarks.scan_bed [RUNS]        as root; builds the bed of namespaces, and takes it down at the end
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.paired import compare, nettools

BED = Path(__file__).parent.parent / "tests" / "integration" / "bed" / "bed.sh"
INSIDE = ("ip", "netns", "exec", "sb-scan")
LINK = "198.18.0"
NINE = tuple(f"{LINK}.{number}" for number in range(11, 20))

CASES = (
    ("mix", f"{LINK}.11", "1-200,443"),
    ("drop", f"{LINK}.12", "1-200"),
    ("rej", f"{LINK}.13", "101,111,121,131,141,151,161,171,181,22"),
    ("rstlim", f"{LINK}.14", "1-300"),
    ("loss", f"{LINK}.15", "22,80,443,1001-1497"),
    ("allopen", f"{LINK}.17", "1-200"),
    ("stealth", f"{LINK}.18", "400-499"),
    ("synq", f"{LINK}.19", "22,80"),
    ("far", "198.18.1.11", "22,80,443,1001-1497"),
)
UDP_CASES = (("mix", f"{LINK}.11", "1-200"), ("rej", f"{LINK}.13", "101,111,121,131,141,151,161,181,22"))


def main() -> None:
    if os.geteuid() != 0 or shutil.which("nmap") is None:
        raise SystemExit("needs root, for the namespaces, and nmap (Debian: nmap)")
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    subprocess.run([BED, "up"], check=True, stdout=subprocess.DEVNULL)
    try:
        for line in _lines(runs):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    finally:
        subprocess.run([BED, "down"], check=True, stdout=subprocess.DEVNULL)


def _lines(runs: int) -> Iterator[str]:
    for kind, option in (("connect", "-sT"), ("syn", "-sS")):
        for name, address, ports in CASES:
            slow = name in ("rstlim", "far")
            few = 1 if slow else runs
            yield _row(f"{kind} {name} {ports}", [f"--{kind}", address], option, ports, runs=few)
        yield _row(f"{kind} nine hosts x 200", [f"--{kind}", *NINE], option, "1-200", runs=1)
    for name, address, ports in UDP_CASES:
        yield _row(f"udp {name} {ports}", ["--udp", address], "-sU", ports, runs=runs)


def _row(what: str, words: list[str], option: str, ports: str, *, runs: int) -> str:
    found = compare(
        [*INSIDE, *nettools("scan", *words, "-p", ports, "--json")],
        [*INSIDE, "nmap", "-n", "-Pn", option, "-p", ports, *words[1:]],
        runs=runs,
        warm_up=0,
    )
    return found.row(what, "<= 1")


if __name__ == "__main__":
    main()
