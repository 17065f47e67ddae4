"""Merging, filtering and listing at a million lines, against iprange, grepcidr, netaddr and ipaddress.

python -m benchmarks.subnet_bulk [RUNS]

Every comparison is of whole processes on the same files, in turn.
"""

import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.paired import compare, nettools

LINES = 1_000_000
NETWORKS = 10_000

NETADDR = "import sys, netaddr; print('\\n'.join(map(str, netaddr.cidr_merge(open(sys.argv[1]).read().split()))))"
IPADDRESS = (
    "import sys, ipaddress; print('\\n'.join(map(str, ipaddress.collapse_addresses("
    "map(ipaddress.ip_network, open(sys.argv[1]).read().split())))))"
)


def random_networks(count: int, lengths: list[int], chance: random.Random) -> Iterator[str]:
    for _ in range(count):
        length = chance.choice(lengths)
        number = chance.getrandbits(32) >> 32 - length << 32 - length
        yield f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}/{length}"


def log_lines(count: int, chance: random.Random) -> Iterator[str]:
    for number in range(count):
        address = ".".join(str(octet) for octet in chance.randbytes(4))
        moment = f"20/Nov/2026:10:{number // 60 % 60:02}:{number % 60:02} +0000"
        request = f'"GET /page/{chance.randrange(10_000)} HTTP/1.1" 200 {number % 99_991}'
        yield f'{address} - - [{moment}] {request} "-" "agent"'


def shell(command: str) -> list[str]:
    return ["sh", "-c", command]


def main() -> None:
    for program in ("iprange", "grepcidr"):
        if shutil.which(program) is None:
            raise SystemExit(f"{program} is not installed (Debian: {program})")
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    chance = random.Random(20261120)
    ours = nettools("subnet")[0]
    with tempfile.TemporaryDirectory() as folder:
        networks, text, wanted = (Path(folder, name) for name in ("networks", "text", "wanted"))
        lengths = [22, 24, 24, 25, 26, 27, 28, 29, 30, 31, 32, 32, 32]
        networks.write_text("\n".join(random_networks(LINES, lengths, chance)) + "\n")
        text.write_text("\n".join(log_lines(LINES, chance)) + "\n")
        wanted.write_text("\n".join(random_networks(NETWORKS, [16, 20, 22, 24, 24, 26, 28, 32], chance)) + "\n")

        merge = shell(f"exec {ours} subnet merge - < {networks}")
        found = compare(merge, ["iprange", str(networks)], runs=runs, warm_up=1)
        sys.stdout.write(found.row("merge of 1,000,000 networks : iprange", "<= 6") + "\n")
        sys.stdout.write(f"{'peak memory of that merge':<58} {found.ours_peak_mb:9.1f} MB{'':>28}  goal <= 400\n")
        for name, program, goal in (("netaddr", NETADDR, "<= 0.33"), ("ipaddress", IPADDRESS, "<= 0.125")):
            found = compare(merge, [sys.executable, "-c", program, str(networks)], runs=max(1, runs // 2), warm_up=0)
            sys.stdout.write(found.row(f"merge of 1,000,000 networks : {name}", goal) + "\n")

        filter_text = shell(f"exec {ours} subnet filter --file {wanted} < {text}")
        found = compare(filter_text, ["grepcidr", "-f", str(wanted), str(text)], runs=runs, warm_up=1)
        sys.stdout.write(found.row("filter of 1,000,000 lines by 10,000 networks : grepcidr", "<= 5") + "\n")

        found = compare(nettools("subnet", "list", "10.0.0.0/8"), ["true"], runs=runs, warm_up=1)
        rate = (1 << 24) / (sum(found.ours_s) / len(found.ours_s))
        sys.stdout.write(f"{'list 10.0.0.0/8':<58} {rate:9,.0f} addresses/s{'':>19}  goal >= 1,000,000\n")


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    main()
