"""All 65,535 ports of 127.0.0.1 by raw packets against ``nmap -n -Pn -sS -p-``, start-up included.

python -m benchmarks.scan_syn [RUNS]        in a network namespace of its own
"""

import shutil
import sys

from benchmarks.paired import compare, nettools

ALONE = ("unshare", "-Urn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
"""In a new network namespace, where only its own loopback device is."""


def main() -> None:
    for program in ("nmap", "unshare", "ip"):
        if shutil.which(program) is None:
            raise SystemExit(f"{program} is not installed (Debian: nmap, util-linux, iproute2)")
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    for address, family in (("127.0.0.1", ()), ("::1", ("-6",))):
        found = compare(
            [*ALONE, *nettools("scan", "--syn", address, "1-65535", "--json")],
            [*ALONE, "nmap", *family, "-n", "-Pn", "-sS", "-p-", address],
            runs=runs,
            warm_up=1,
        )
        goal = "<= 0.56" if not family else "<= 1"
        sys.stdout.write(found.row(f"nettools scan --syn {address} 1-65535 --json : nmap -sS -p-", goal) + "\n")


if __name__ == "__main__":
    main()
