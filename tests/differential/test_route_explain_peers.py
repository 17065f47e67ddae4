"""What we say of a packet against what the kernel says of it, on generated machines in namespaces of their own.

``route_runner`` builds the machines and asks; each range of seeds has a child process in a new network namespace, where
the kernel has not yet been given a rule. The kernel is asked over netlink, and of a sample by ip(8) too.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.peers import require, unavailable

PROJECT = Path(__file__).resolve().parents[2]
SEEDS = (1, 20_001, 40_001, 60_001)
MACHINES = 18
QUESTIONS = 95

VERDICTS = {"forward", "local", "broadcast", "multicast", "blackhole", "unreachable", "prohibit", "throw", "no-route"}
SELECTORS = {
    "from",
    "to",
    "fwmark",
    "fwmark with mask",
    "not",
    "iif",
    "oif",
    "uidrange",
    "ipproto",
    "sport",
    "dport",
    "tos",
}
SUPPRESSORS = {"suppress_prefixlength", "suppress_ifgroup"}
ACTIONS = {"to_table", "goto", "nop", "blackhole", "unreachable", "prohibit"}
ROUTES = {"next-hop object", "blackhole next hop", "group of next hops", "multipath", "from", "tos", "prefsrc"} | {
    "linkdown",
    "dead",
    "IPv6 gateway of IPv4",
    "preference",
}


@dataclass
class Told:
    """What the children report, taken together."""

    counts: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    selectors: Counter[str] = field(default_factory=Counter)
    routes: Counter[str] = field(default_factory=Counter)
    differences: list[dict[str, Any]] = field(default_factory=list)

    def add(self, document: dict[str, Any]) -> None:
        for name in ("counts", "verdicts", "selectors", "routes"):
            getattr(self, name).update(document[name])
        self.differences += document["differences"]


@pytest.fixture(scope="module")
def told() -> Told:
    require("ip", "unshare", root=True, reason="to compare explanations with the kernel's")
    probe = subprocess.run(["unshare", "--net", "ip", "link", "add", "type", "veth"], capture_output=True, check=False)
    if probe.returncode:
        unavailable(f"needed to compare explanations: namespaces and veth pairs ({probe.stderr.decode().strip()})")
    children = [
        subprocess.Popen(
            ["unshare", "--net", sys.executable, "-m", "tests.differential.route_runner"]
            + [str(number) for number in (first, MACHINES, QUESTIONS)],
            cwd=PROJECT,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for first in SEEDS
    ]
    gathered = Told()
    for child in children:
        printed, complaint = child.communicate(timeout=300)
        assert child.returncode == 0, complaint
        gathered.add(json.loads(printed))
    return gathered


def test_the_kernel_agrees_on_verdict_interface_gateway_and_source(told: Told) -> None:
    assert told.differences == []


def test_enough_was_asked_of_machines_with_rules(told: Told) -> None:
    assert told.counts["asked of machines with rules"] >= 5_000
    assert told.counts["machines with rules"] >= 50


def test_ip_was_asked_too(told: Told) -> None:
    assert told.counts["asked of ip"] >= 150


def test_every_verdict_came(told: Told) -> None:
    assert set(told.verdicts) == VERDICTS


def test_the_kernel_accepted_rules_with_every_selector_and_action(told: Told) -> None:
    assert set(told.selectors) == SELECTORS | SUPPRESSORS | ACTIONS


def test_the_kernel_accepted_routes_of_every_kind(told: Told) -> None:
    assert set(told.routes) == ROUTES
