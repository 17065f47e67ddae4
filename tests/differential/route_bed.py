"""The namespace that the generated machines live in one after the other: built with ip(8), set up in /proc/sys."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.differential.route_worlds import DEVICES, FALLING, OPTIMISTIC, TABLES, WITHOUT_CARRIER, World, devices

_CONF = {4: Path("/proc/sys/net/ipv4/conf"), 6: Path("/proc/sys/net/ipv6/conf")}
_RESET = ["-4 rule flush", "-6 rule flush"]
_FIRST_RULES = [
    "-4 rule add pref 32766 table main",
    "-4 rule add pref 32767 table default",
    "-6 rule add pref 32766 table main",
]


def prepare() -> None:
    """Make the links."""
    batch(devices())
    for name in DEVICES:
        _write(6, name, dad_transmits=1000 if name == OPTIMISTIC else 0, optimistic_dad=int(name == OPTIMISTIC))
    for _ in range(200):
        (link,) = _shown("link", "show", "dev", WITHOUT_CARRIER)
        if "NO-CARRIER" in link["flags"]:
            return
        time.sleep(0.01)
    raise AssertionError(f"{WITHOUT_CARRIER} did not lose its carrier")


def build(world: World, seed: int) -> None:
    """The machine of that seed in place of the one before it."""
    _clear()
    _set(seed)
    batch(world.lines)
    _settle()
    batch(world.late_lines)


def batch(lines: list[str]) -> None:
    """Give the lines to ip(8), which passes over those that the kernel refuses; a family comes first in its line."""
    # Next hops are there before the routes that name them, and groups after their members.
    for command, family in (("addr", ""), ("nexthop", "-4"), ("nexthop", "-6"), ("nexthop", ""), ("", "")):
        _batch([line for line in lines if _parts(line)[0] == family and _parts(line)[1].startswith(command)], family)
        lines = [line for line in lines if _parts(line)[0] != family or not _parts(line)[1].startswith(command)]
    for family in ("-4", "-6"):
        _batch([line for line in lines if _parts(line)[0] == family], family)


def _parts(line: str) -> tuple[str, str]:
    family = line[:2] if line[0] == "-" else ""
    return family, line.removeprefix(family).strip()


def _batch(lines: list[str], family: str) -> None:
    if lines:
        command = ["ip", *([family] if family else []), "-force", "-batch", "-"]
        text = "\n".join(_parts(line)[1] for line in lines)
        subprocess.run(command, input=text, text=True, capture_output=True, check=False)


def _clear() -> None:
    flush = [f"{family} route flush table {table}" for family in ("-4", "-6") for table in TABLES]
    flush += [f"{family} route flush table local proto boot" for family in ("-4", "-6")]
    batch([f"link set {FALLING} up"])
    batch([f"addr flush dev {name}" for name in DEVICES])
    batch(["nexthop flush"])
    batch(flush)
    batch(_RESET + _FIRST_RULES)


def _set(seed: int) -> None:
    """Forwarding, the reverse-path filter and all else that counts, differently for each machine."""
    _write(6, "all", forwarding=seed % 2)
    for name in ("all", "default"):
        _write(4, name, rp_filter=0)
    _write(4, "all", accept_local=int(seed % 11 == 3), src_valid_mark=int(seed % 7 == 2))
    _write(4, "all", route_localnet=int(seed % 13 == 5))
    for number, name in enumerate(DEVICES):
        _write(4, name, forwarding=int(seed % 4 != 3), rp_filter=(0, 0, 1, 2)[seed % 4])
        _write(4, name, accept_local=int((seed + number) % 9 == 4), src_valid_mark=int((seed + number) % 5 == 1))
        _write(4, name, route_localnet=int((seed + number) % 8 == 6))
        _write(6, name, use_tempaddr=seed % 3, use_optimistic=int(seed % 5 == 3))
        _write(6, name, use_oif_addrs_only=int((seed + number) % 10 == 7))
    for version in (4, 6):
        _write(version, WITHOUT_CARRIER, ignore_routes_with_linkdown=seed // 2 % 2)


def _write(version: int, name: str, **settings: int) -> None:
    for word, value in settings.items():
        (_CONF[version] / name / word).write_text(str(value))


def _settle() -> None:
    """Wait until the kernel has made the local routes of the IPv6 addresses, which it does in its own time."""
    for _ in range(300):
        routes = {one["dst"] for one in _shown("-6", "route", "show", "table", "local")}
        held = [one for link in _shown("-6", "address", "show") for one in link["addr_info"]]
        waiting = [one for one in held if one.get("tentative") and not one.get("optimistic")]
        if not waiting and all(one["local"] in routes for one in held):
            return
        time.sleep(0.01)
    raise AssertionError(f"the kernel did not settle its IPv6 addresses: {waiting or held}")


def _shown(*words: str) -> list[dict[str, Any]]:
    shown = subprocess.run(["ip", "-j", *words], capture_output=True, text=True, check=False).stdout
    found: list[dict[str, Any]] = json.loads(shown or "[]")
    return [one for one in found if one]
