"""Run inside a namespace of its own: builds generated machines one after the other and asks us and the kernel.

    python -m tests.differential.route_runner FIRST_SEED MACHINES QUESTIONS

Prints one JSON document: how many questions were asked of how many machines with rules, how often each verdict
came, which selectors the rules of the kernel had, and every answer that differs.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from nettools.core.route.explanation import Explanation
from nettools.core.route.question import Question, SystemAnswer
from nettools.core.route.report import Route, Rule
from nettools.core.route.verdict import explain
from nettools.core.route.walk import Machine
from nettools.net.platform.linux import LinuxPlatform
from nettools.net.sysctl import read_sysctl
from tests.differential.route_bed import build, prepare
from tests.differential.route_get import ask_ip
from tests.differential.route_questions import Questions
from tests.differential.route_worlds import World

_FIRST_PRIORITIES = frozenset({0, 32766, 32767})
_ASKED_OF_IP = 3
"""So many questions to each machine go to ip(8) too."""


def main(first: int, machines: int, questions: int) -> int:
    prepare()
    counts: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    selectors: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    differences: list[dict[str, Any]] = []
    for seed in range(first, first + machines):
        world = World(seed)
        build(world, seed)
        platform = LinuxPlatform()
        found = platform.routes(("inet", "inet6"), None)
        machine = Machine(found.routes, found.rules, platform.interfaces().interfaces)
        own_rules = [rule for rule in found.rules or () if rule.priority not in _FIRST_PRIORITIES]
        counts["machines with rules"] += bool(own_rules)
        selectors.update(word for rule in own_rules for word in rule_words(rule))
        kinds.update(word for route in found.routes for word in route_words(route))
        asked = Questions(world)
        for number in range(questions):
            question = asked.make()
            answer = platform.ask(question)
            ours = explain(machine, question, answer, read_sysctl, word="")
            counts["asked"] += 1
            counts["asked of machines with rules"] += bool(own_rules)
            verdicts[ours.verdict] += 1
            if differs(ours, answer):
                differences.append(told(seed, question, ours, answer))
            # To ip, a source of :: or 0.0.0.0 is none, even for what comes in.
            if number < _ASKED_OF_IP and question.source == question.fixed_source:
                theirs = ask_ip(question)
                counts["asked of ip"] += 1
                if differs(explain(machine, question, theirs, read_sysctl, word=""), theirs):
                    differences.append(told(seed, question, ours, theirs) | {"peer": "ip route get"})
        platform.close()
    document = {"counts": counts, "verdicts": verdicts, "selectors": selectors, "routes": kinds}
    json.dump(document | {"differences": differences}, sys.stdout)
    return 0


def rule_words(rule: Rule) -> Iterator[str]:
    """The selectors and actions of a rule."""
    named = {
        "from": rule.from_,
        "to": rule.to,
        "fwmark": rule.fwmark,
        "fwmark with mask": rule.fwmask if rule.fwmask != "0xffffffff" else None,
        "not": rule.not_ or None,
        "iif": rule.iif,
        "oif": rule.oif,
        "uidrange": rule.uidrange,
        "ipproto": rule.ipproto,
        "sport": rule.sport,
        "dport": rule.dport,
        "tos": rule.tos or rule.dscp,
        "suppress_prefixlength": rule.suppress_prefixlength,
        "suppress_ifgroup": rule.suppress_ifgroup,
    }
    yield from (word for word, value in named.items() if value is not None)
    yield rule.action


def route_words(route: Route) -> Iterator[str]:
    """What is special about a route."""
    named = {
        "next-hop object": route.nhid,
        "blackhole next hop": route.nhid if route.type == "blackhole" else None,
        "group of next hops": route.nhid if route.nexthops else None,
        "multipath": route.nexthops or None,
        "from": route.from_,
        "tos": route.tos,
        "prefsrc": route.prefsrc if route.protocol != "kernel" else None,
        "linkdown": "linkdown" in route.flags or None,
        "dead": any("dead" in flags for flags in (route.flags, *(hop.flags for hop in route.nexthops))) or None,
        "IPv6 gateway of IPv4": route.via_family,
        "preference": route.pref if route.pref != "medium" else None,
    }
    return (word for word, value in named.items() if value is not None)


def differs(ours: Explanation, kernel: SystemAnswer) -> bool:
    """Whether verdict, device, gateway or source differ; of a multipath route the kernel's hop must be one of ours."""
    assert ours.kernel is not None
    if not ours.kernel.agrees:
        return True
    if kernel.error is not None or ours.nexthop is None:
        return False
    return (ours.nexthop.dev, ours.nexthop.gateway, ours.source) != (kernel.dev, kernel.gateway, kernel.source)


def told(seed: int, question: Question, ours: Explanation, kernel: SystemAnswer) -> dict[str, Any]:
    return {
        "seed": seed,
        "question": {key: str(value) for key, value in asdict(question).items() if value not in (None, 0)},
        "ours": [ours.verdict, ours.summary, str(ours.nexthop), str(ours.source)],
        "kernel": {key: str(value) for key, value in asdict(kernel).items() if value is not None},
    }


if __name__ == "__main__":
    raise SystemExit(main(*(int(word) for word in sys.argv[1:4])))
