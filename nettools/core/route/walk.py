"""The walk over rules and tables that routing does for each packet: fib_rules_lookup() of net/core/fib_rules.c."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from nettools.core.ifaces.report import Interface, family_of
from nettools.core.prefix import Prefix
from nettools.core.route.explanation import Hop, Step
from nettools.core.route.lookup import Found, Selection, inside, lookup
from nettools.core.route.policy import mismatch, selectors
from nettools.core.route.question import Question
from nettools.core.route.report import REFUSING_TYPES, Route, Rule

Refusal = Literal["blackhole", "unreachable", "prohibit", "no-route"]

_FIRST_RULES: Final = ((0, "local"), (32766, "main"), (32767, "default"))


class Machine:
    """What routing knows: the routes of every table, the rules, the interfaces."""

    def __init__(
        self,
        routes: Sequence[Route],
        rules: Sequence[Rule] | None,
        interfaces: Sequence[Interface],
        *,
        joins_first_tables: bool = True,
    ) -> None:
        """``rules`` is None for a system that has one table and no rules."""
        self.interfaces = interfaces
        self.has_rules = rules is not None
        self._routes = routes
        self._rules = sorted(rules or (), key=lambda rule: rule.priority)
        self._by_name = {one.ifname: one for one in reversed(interfaces)}
        self._by_table: dict[tuple[str, str | None], list[Route]] = {}
        for route in routes:
            self._by_table.setdefault((route.family, route.table), []).append(route)
        self.has_joined_tables = joins_first_tables and _are_untouched(self.rules(4))
        """Whether the IPv4 tables local and main are one: fib_lookup() of net/ip_fib.h.

        They are until the first rule is added, and never again: rules that look untouched do not tell which it is.
        """

    @property
    def has_own_local_routes(self) -> bool:
        """Whether somebody but the kernel made IPv4 routes of type local: fib_has_custom_local_routes."""
        return any(one.type == "local" and one.protocol != "kernel" for one in self.routes(4))

    def apart(self) -> "Machine":
        """The same machine if it once had other rules."""
        rules = self._rules if self.has_rules else None
        return Machine(self._routes, rules, self.interfaces, joins_first_tables=False)

    def routes(self, version: int, *tables: str | None) -> list[Route]:
        """The routes of these tables, of all where none is named."""
        family = family_of(version)
        if tables:
            return [one for table in tables for one in self._by_table.get((family, table), [])]
        return [one for one in self._routes if one.family == family]

    def rules(self, version: int) -> list[Rule]:
        """In the order of their priority."""
        family = family_of(version)
        return [rule for rule in self._rules if rule.family == family]

    def interface(self, name: str | None) -> Interface | None:
        """The interface of that name; None when there is none."""
        return None if name is None else self._by_name.get(name)

    @property
    def loopback(self) -> str:
        """The name of the interface by which a machine reaches itself."""
        return next((one.ifname for one in self.interfaces if "LOOPBACK" in one.flags), "lo")


class Walked(NamedTuple):
    """Where the walk ended: at a route, or at a refusal."""

    steps: tuple[Step, ...]
    rule: int | None
    """The priority of the rule that decided."""
    table: str | None
    route: Route | None
    hops: tuple[Hop, ...]
    refusal: Refusal | None
    equals: tuple[Route, ...] = ()
    """Default routes that stand in for ``route`` when its gateway does not answer."""
    has_thrown: bool = False
    """Whether a route threw the search back on the way."""


def walk(machine: Machine, target: Prefix, question: Question, selection: Selection) -> Walked:
    """Ask the rules one after the other, as the kernel does, for an address or for a whole prefix."""
    rules = machine.rules(target.version)
    if not machine.has_rules:
        return _walk_one_table(machine.routes(target.version), target, question, selection)
    if target.version == 4 and machine.has_joined_tables:
        return _walk_joined_tables(machine, rules, target, question, selection)
    steps: list[Step] = []
    least = 0
    for rule in rules:
        if rule.priority < least:
            continue
        why_not = mismatch(rule, question)
        if why_not is not None:
            steps.append(_step(rule, matched=False, reason=why_not))
        elif rule.action == "goto" and any(one.priority == rule.goto for one in rules):
            steps.append(_step(rule, matched=True, reason=f"goes on at rule {rule.goto}"))
            least = rule.goto or 0
        elif rule.action == "goto":
            steps.append(_step(rule, matched=True, reason=f"does nothing: there is no rule {rule.goto}"))
        elif rule.action == "nop":
            steps.append(_step(rule, matched=True, reason="does nothing"))
        elif rule.action != "to_table":
            refusal = _refusal(rule.action)
            steps.append(_step(rule, matched=True, reason=f"the rule itself says {refusal}"))
            return Walked(tuple(steps), rule.priority, None, None, (), refusal)
        else:
            held = machine.routes(target.version, rule.table)
            found = lookup(held, target, question, selection)
            suppressed = None if found.route is None else _suppressed(rule, found.route, found.hops, machine)
            steps.append(_table_step(rule, held, found, target, suppressed))
            ended = None if suppressed else _ended(steps, rule, found)
            if ended is not None:
                return ended
    return _ended_nowhere(steps)


def _ended(steps: Sequence[Step], rule: Rule, found: Found) -> Walked | None:
    """The walk when it ends with what the rule's table says; None when the next rule is asked."""
    route = found.route
    if route is None or route.type == "throw":
        return None
    return Walked(tuple(steps), rule.priority, rule.table, route, found.hops, None, found.equals)


def _ended_nowhere(steps: Sequence[Step]) -> Walked:
    """The walk when no rule is left; a route that was chosen on the way can only have thrown the search back."""
    has_thrown = any(one.chosen for step in steps for one in step.candidates)
    return Walked(tuple(steps), None, None, None, (), "no-route", has_thrown=has_thrown)


def _walk_one_table(routes: list[Route], target: Prefix, question: Question, selection: Selection) -> Walked:
    """A system without rules has one table."""
    found = lookup(routes, target, question, selection)
    step = _table_step(None, routes, found, target, None)
    return Walked((step,), None, None, found.route, found.hops, None if found.route else "no-route")


def _are_untouched(rules: Sequence[Rule]) -> bool:
    """Whether these are the three IPv4 rules that a kernel starts with."""
    tables = tuple((rule.priority, rule.table) for rule in rules)
    return tables == _FIRST_RULES and not any(rule.not_ or selectors(rule) for rule in rules)


def _walk_joined_tables(
    machine: Machine, rules: list[Rule], target: Prefix, question: Question, selection: Selection
) -> Walked:
    """The longest prefix of both tables wins, where otherwise a shorter one of local would."""
    joined = lookup(machine.routes(4, "local", "main"), target, question, selection)
    steps: list[Step] = []
    for rule in rules:
        held = machine.routes(4, rule.table)
        found = lookup(held, target, question, selection)
        if rule.table != "default" and found.route is not None and found.route is not joined.route:
            found = _lost(found, _lost_in_joined_tables(joined.route))
        steps.append(_table_step(rule, held, found, target, None))
        ended = _ended(steps, rule, found)
        if ended is not None:
            return ended
    return _ended_nowhere(steps)


def _lost_in_joined_tables(winner: Route | None) -> str:
    if winner is None:
        return "a next-hop object that cannot be used ends the search of tables local and main, which are one"
    return f"a longer prefix, {winner.dst}, is in table {winner.table}: the two are searched as one"


def _lost(found: Found, reason: str) -> Found:
    """The same with nothing chosen."""
    candidates = tuple(replace(one, chosen=False, reason=reason) if one.chosen else one for one in found.candidates)
    return Found(candidates, None, ())


def _step(rule: Rule, *, matched: bool, reason: str) -> Step:
    return Step(rule=rule.priority, table=rule.table, matched=matched, reason=reason, candidates=())


def _table_step(rule: Rule | None, held: list[Route], found: Found, target: Prefix, suppressed: str | None) -> Step:
    route = found.route
    if suppressed is not None:
        found = _lost(found, suppressed)
        reason = suppressed
    elif route is None:
        reason = "no route of the table may be used" if found.candidates else "no route of the table covers it"
    elif route.type == "throw":
        reason = f"{route.dst} throws back to the next rule"
    else:
        reason = f"{route.dst} is the longest prefix"
    parts = tuple(inside(held, target)) if target.length < target.width else ()
    return Step(
        rule=rule.priority if rule else None,
        table=rule.table if rule else None,
        matched=True,
        reason=reason,
        candidates=found.candidates + parts,
    )


def _suppressed(rule: Rule, route: Route, hops: Sequence[Hop], machine: Machine) -> str | None:
    """Why the rule does not let this route of its table count: fib4_rule_suppress(), fib6_rule_suppress()."""
    if route.type in REFUSING_TYPES:
        return None  # a refusal is not looked at
    if rule.suppress_prefixlength is not None and route.dst.length <= rule.suppress_prefixlength:
        return f"suppressed: prefix length {route.dst.length} is not above {rule.suppress_prefixlength}"
    if rule.suppress_ifgroup is not None and hops:
        # IPv4 looks at the first next hop, whatever becomes of it.
        is_first = route.family == "inet" and route.nexthops
        out = machine.interface(route.nexthops[0].dev if is_first else hops[0].dev)
        if out is not None and out.group == rule.suppress_ifgroup:
            return f"suppressed: {out.ifname} is in group {out.group}"
    return None


def _refusal(action: str) -> Refusal:
    return "unreachable" if action == "unreachable" else "prohibit" if action == "prohibit" else "blackhole"
