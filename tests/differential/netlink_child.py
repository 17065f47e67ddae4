"""Run inside a namespace of its own: prints as JSON what nettools reads there.

python -m tests.differential.netlink_child read [TABLE]
python -m tests.differential.netlink_child vanish LINK...
python -m tests.differential.netlink_child churn READS SECONDS
python -m tests.differential.netlink_child ask      (questions on standard input)
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from ipaddress import ip_address
from typing import Any

from nettools.core.ifaces.report import Family
from nettools.core.netlink.dump import Dump
from nettools.core.record import Json, to_json
from nettools.core.route.question import Question
from nettools.net.netlink import NetlinkSocket
from nettools.net.platform.linux import LinuxPlatform

FAMILIES: tuple[Family, ...] = ("inet", "inet6")
_MANY = 300


def read(table: str | None = None) -> Json:
    """Everything there is."""
    platform = LinuxPlatform()
    interfaces, routes = platform.interfaces(), platform.routes(FAMILIES, table)
    return {
        "interfaces": to_json(interfaces.interfaces),
        "routes": to_json(routes.routes),
        "rules": to_json(routes.rules),
        "warnings": to_json(interfaces.warnings + routes.warnings),
    }


def vanish(names: list[str]) -> Json:
    """What is read when a link goes after the first dump of the interfaces, and one after the first of the routes."""
    plain: Callable[[NetlinkSocket, Callable[[int], bytes]], Dump] = NetlinkSocket.dump
    left: list[str] = []

    def dump(self: NetlinkSocket, request: Callable[[int], bytes]) -> Dump:
        whole = plain(self, request)
        if left:
            subprocess.run(["ip", "link", "delete", "dev", left.pop()], check=True)
        return whole

    NetlinkSocket.dump = dump  # type: ignore[method-assign]
    platform = LinuxPlatform()
    left.append(names[0])
    interfaces = platform.interfaces()
    left.append(names[1])
    routes = platform.routes(("inet",), "main")
    return {"interfaces": to_json(interfaces.interfaces), "routes": to_json(routes.routes)}


def link_changes() -> list[str]:
    """Commands for ip(8) that make links with addresses and delete them again, which the kernel does slowly."""
    lines = []
    for number in range(_MANY):
        name = f"churn{number % 7}"
        lines += [
            f"link add name {name} type veth peer name peer{number % 7}",
            f"addr add 192.0.2.{number % 250}/32 dev {name}",
            f"link set dev {name} up",
            f"link delete dev {name}",
        ]
    return lines


def route_changes() -> list[str]:
    """Commands that make routes and rules and delete them again."""
    lines = []
    for number in range(_MANY):
        network, table = f"10.{number % 250}.0.0/16", 1000 + number % 9
        lines += [
            f"route add {network} dev lo table {table}",
            f"rule add from {network} lookup {table}",
            f"route add unreachable {network}",
        ]
        if number % 9 == 8:
            lines += [f"route flush table {1000 + one}" for one in range(9)]
            lines += [f"rule del from 10.{one % 250}.0.0/16" for one in range(number - 8, number + 1)]
            lines += [f"route del unreachable 10.{one % 250}.0.0/16" for one in range(number - 8, number + 1)]
    return lines


def churn(reads: int, most_seconds: float) -> Json:
    """Reads while two other processes change everything as fast as they can; any exception ends this one."""
    changers = [_changer("\n".join(lines)) for lines in (link_changes(), route_changes())]
    try:
        return _reads(reads, time.monotonic() + most_seconds)
    finally:
        for changer in changers:
            os.killpg(changer, signal.SIGKILL)
            os.waitpid(changer, 0)


def _changer(lines: str) -> int:
    """A process that gives the lines to ip over and over; its own group, so that ip ends with it."""
    process = os.fork()
    if not process:
        os.setpgid(0, 0)
        while True:
            subprocess.run(["ip", "-force", "-batch", "-"], input=lines, text=True, capture_output=True, check=False)
    with suppress(OSError):  # the child may have done it already, and be another program
        os.setpgid(process, process)
    return process


def _reads(reads: int, end: float) -> Json:
    platform = LinuxPlatform()
    done, torn = 0, 0
    seen: set[str] = set()
    while done < reads and time.monotonic() < end:
        interfaces, routes = platform.interfaces(), platform.routes(FAMILIES, None)
        indices = [one.ifindex for one in interfaces.interfaces]
        assert len(set(indices)) == len(indices) or interfaces.warnings
        assert any(one.ifname == "lo" for one in interfaces.interfaces)
        seen.add(json.dumps([to_json(part) for part in (interfaces.interfaces, routes.routes, routes.rules)]))
        torn += bool(interfaces.warnings or routes.warnings)
        done += 1
    return {"reads": done, "different": len(seen), "torn": torn}


def ask(questions: list[dict[str, Any]]) -> Json:
    """The kernel's answers through us."""
    platform = LinuxPlatform()
    answers: list[Json] = []
    for question in questions:
        for key in {"destination", "source"} & question.keys():
            question[key] = ip_address(question[key])
        answers.append(to_json(asdict(platform.ask(Question(**question)))))
    return answers


def main(mode: str, *words: str) -> int:
    if mode == "read":
        result = read(*words)
    elif mode == "vanish":
        result = vanish(list(words))
    elif mode == "churn":
        result = churn(int(words[0]), float(words[1]))
    else:
        result = ask(json.load(sys.stdin))
    json.dump(result, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
