"""Run inside a namespace of its own: builds generated machines one after the other and asks us and the kernel.

    python -m tests.differential.route_runner FIRST_SEED MACHINES QUESTIONS

Prints one JSON document: how many questions were asked, and every answer that differs.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nettools.core.route.explanation import REFUSALS, Explanation
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.route.verdict import explain
from nettools.core.route.walk import Machine
from nettools.net.platform.linux import LinuxPlatform
from nettools.net.sysctl import read_sysctl
from tests.differential.route_worlds import DEVICES, World, devices

_RESET = ["-4 rule flush", "-6 rule flush"]
_FIRST_RULES = [
    "-4 rule add pref 32766 table main",
    "-4 rule add pref 32767 table default",
    "-6 rule add pref 32766 table main",
]


def batch(lines: list[str]) -> None:
    """Give the lines to ip(8), which passes over those that the kernel refuses; a family comes first in its line."""
    for family in ("", "-4", "-6"):
        own = [line.removeprefix(f"{family} ") for line in lines if (line[:2] if line[0] == "-" else "") == family]
        if own:
            command = ["ip", *([family] if family else []), "-force", "-batch", "-"]
            subprocess.run(command, input="\n".join(own), text=True, capture_output=True, check=False)


def settle(world: World) -> None:
    """Wait until the kernel has made the local routes of the IPv6 addresses, which it does in its own time."""
    wanted = {address for held in world.addresses.values() for address in held if ":" in address}
    for _ in range(200):
        shown = subprocess.run(["ip", "-j", "-6", "route", "show", "table", "local"], capture_output=True, check=True)
        if wanted <= {one["dst"] for one in json.loads(shown.stdout or "[]")}:
            return
        time.sleep(0.01)
    raise AssertionError(f"the kernel made no local routes for {wanted}")


def clear() -> None:
    flush = [
        f"{family} route flush table {table}" for family in ("-4", "-6") for table in ("main", "100", "101", "default")
    ]
    batch([f"addr flush dev {name}" for name in DEVICES] + flush)
    for family in ("-4", "-6"):
        shown = subprocess.run(
            ["ip", "-j", "-d", family, "route", "show", "table", "local"], capture_output=True, text=True, check=False
        ).stdout
        ours = [one for one in json.loads(shown or "[]") if one.get("protocol") != "kernel"]
        batch([f"{family} route del {one['type']} {one['dst']} table local" for one in ours])
    batch(_RESET + _FIRST_RULES)


def settings(seed: int) -> None:
    """Forwarding and the reverse-path filter, differently for each machine."""
    for name in DEVICES:
        base = Path("/proc/sys/net/ipv4/conf") / name
        (base / "forwarding").write_text(str(int(seed % 4 != 3)))
        (base / "rp_filter").write_text(str((0, 0, 1, 2)[seed % 4]))
    for path in ("all", "default"):
        (Path("/proc/sys/net/ipv4/conf") / path / "rp_filter").write_text("0")
    Path("/proc/sys/net/ipv6/conf/all/forwarding").write_text(str(seed % 2))


def differs(ours: Explanation, kernel: SystemAnswer) -> bool:
    """Whether verdict, device, gateway or source differ; of a multipath route the kernel's hop must be one of ours."""
    if kernel.error is not None and ours.route is not None and ours.route.nexthops:
        return ours.kernel is None or not ours.kernel.agrees  # the hop that the hash picked fails the filter
    if ours.verdict in REFUSALS:
        return kernel.error is None and kernel.type != ours.verdict
    if (
        kernel.error is not None
        or {"unicast": "forward", "anycast": "local"}.get(kernel.type or "", kernel.type) != ours.verdict
    ):
        return True
    assert ours.nexthop is not None
    return (ours.nexthop.dev, ours.nexthop.gateway, ours.source) != (kernel.dev, kernel.gateway, kernel.source)


def told(question: Question) -> dict[str, Any]:
    return {key: str(value) for key, value in asdict(question).items() if value not in (None, 0)}


def main(first: int, machines: int, questions: int) -> int:
    batch(devices())
    asked = 0
    verdicts: Counter[str] = Counter()
    differences: list[dict[str, Any]] = []
    for seed in range(first, first + machines):
        clear()
        settings(seed)
        world = World(seed)
        batch(world.lines)
        settle(world)
        platform = LinuxPlatform()
        found = platform.routes(("inet", "inet6"), None)
        machine = Machine(found.routes, found.rules, platform.interfaces().interfaces)
        for question in world.questions(questions):
            answer = platform.ask(question)
            ours = explain(machine, question, answer, read_sysctl, word="")
            asked += 1
            verdicts[ours.verdict] += 1
            assert ours.kernel is not None
            if differs(ours, answer) or not ours.kernel.agrees:
                differences.append(
                    {
                        "seed": seed,
                        "question": told(question),
                        "ours": [ours.verdict, ours.summary, str(ours.nexthop), str(ours.source)],
                        "kernel": {key: str(value) for key, value in asdict(answer).items() if value is not None},
                    }
                )
        platform.close()
    json.dump({"asked": asked, "verdicts": verdicts, "differences": differences}, sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*(int(word) for word in sys.argv[1:4])))
