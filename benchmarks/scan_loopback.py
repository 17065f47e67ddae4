"""All 65,535 TCP ports of 127.0.0.1 against ``nmap -n -Pn -sT -p-``.

python -m benchmarks.scan_loopback [RUNS]
"""

import shutil
import sys

from benchmarks.paired import compare, nettools


def main() -> None:
    if shutil.which("nmap") is None:
        raise SystemExit("nmap is not installed (Debian: nmap)")
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    found = compare(
        nettools("scan", "127.0.0.1", "1-65535", "--json"),
        ["nmap", "-n", "-Pn", "-sT", "-p-", "127.0.0.1"],
        runs=runs,
        warm_up=1,
    )
    sys.stdout.write(found.row("nettools scan 127.0.0.1 1-65535 --json : nmap -sT -p-", "<= 1") + "\n")
    sys.stdout.write(f"{'peak memory of nettools':<58} {found.ours_peak_mb:9.1f} MB{'':>28}  goal <= 80\n")


if __name__ == "__main__":
    main()
