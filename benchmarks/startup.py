"""Start-up against ``python -c pass`` of the same interpreter, and of one command against another.

python -m benchmarks.startup [RUNS]
"""

import sys

from benchmarks.paired import compare, nettools

GOALS: list[tuple[list[str], str]] = [
    (["--version"], ""),
    (["__complete", "interfaces"], "<= 3"),
    (["__complete", "hosts"], "<= 3"),
    (["--help"], "<= 8"),
    (["subnet", "192.0.2.12/30", "--json"], "<= 7"),
    (["port-service", "443", "--json"], ""),
    (["subnet", "192.0.2.12/30"], ""),
]


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    for arguments, goal in GOALS:
        found = compare(nettools(*arguments), [sys.executable, "-c", "pass"], runs=runs)
        sys.stdout.write(found.row(f"nettools {' '.join(arguments)} : python -c pass", goal) + "\n")
    found = compare(nettools("ifaces", "--json"), nettools("subnet", "10.0.0.0/8", "--json"), runs=runs)
    sys.stdout.write(found.row("nettools ifaces --json : nettools subnet 10.0.0.0/8 --json", "<= 1.25") + "\n")


if __name__ == "__main__":
    main()
