"""How long a pattern may take at the worst, counted on its parsed form: probes come from many hands."""

import re
from collections.abc import Sequence
from re import _parser  # type: ignore[attr-defined]
from typing import Any

Step = tuple[object, Any]
"""An operation and what belongs to it, as Python's own parser of patterns makes them: it has no types."""
ALL = set(range(256))


def octets(item: Step) -> set[int] | None:
    """The octets that a step of a parsed pattern takes; None for steps that are not of one octet."""
    operation, argument = item
    match str(operation), argument:
        case "LITERAL", int(octet):
            return {octet}
        case "NOT_LITERAL", int(octet):
            return ALL - {octet}
        case "ANY", _:
            return ALL
        case "IN", list(parts):
            found: set[int] = set()
            for one, value in parts:
                match str(one), value:
                    case "LITERAL", int(octet):
                        found.add(octet)
                    case "RANGE", (int(low), int(high)):
                        found.update(range(low, high + 1))
                    case "CATEGORY", _:
                        found.update(octet for octet in ALL if in_category(str(value), octet))
            return ALL - found if str(parts[0][0]) == "NEGATE" else found
    return None


def in_category(name: str, octet: int) -> bool:
    letter = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}[name.rpartition("_")[2]]
    is_inside = re.match(b"\\" + letter.encode(), bytes([octet])) is not None
    return is_inside != ("NOT" in name)


def first(items: Sequence[Step]) -> set[int] | None:
    """The octets with which these steps can begin; None where that is not known, all at the end of a pattern."""
    if not items:
        return set()
    operation, argument = items[0]
    match str(operation), argument:
        case (("MAX_REPEAT" | "MIN_REPEAT"), (least, _, inside)):
            begin = first([*inside, *items[1:]])
            skipped = first(items[1:]) if least == 0 else set()
            return None if begin is None or skipped is None else begin | skipped
        case "SUBPATTERN", (_, _, _, inside):
            return first([*inside, *items[1:]])
        case "BRANCH", (_, branches):
            found: set[int] = set()
            for one in branches:
                begin = first([*one, *items[1:]])
                if begin is None:
                    return None
                found |= begin
            return found
    return octets(items[0])


def ways(items: Sequence[Step], rest: Sequence[Step] = ()) -> int:
    """An upper bound of how a pattern can match one answer, counted by its quantifiers; ``rest`` follows.

    A quantifier of single octets which what follows cannot begin with has one way only, and so has the last step of a
    pattern. Raises AssertionError for what may take exponential time: a quantifier without bound, or one inside
    another that leaves a choice.
    """
    total = 1
    for at, (operation, argument) in enumerate(items):
        following = [*items[at + 1 :], *rest]
        match str(operation), argument:
            case (("MAX_REPEAT" | "MIN_REPEAT"), (least, most, inside)):
                assert int(most) <= 8000, "a quantifier without a bound"
                is_group = len(inside) != 1 or octets(inside[0]) is None
                inner = ways(list(inside), [*(inside if most > 1 else ()), *following]) if is_group else 1
                assert inner == 1 or int(most) == 1, "nested quantifiers that leave a choice"
                mine, then = first(list(inside)), first(following)
                is_certain = not following or (mine is not None and then is not None and not mine & then)
                total *= inner * (1 if is_certain or least == most else int(most) - int(least) + 1)
            case "SUBPATTERN", (_, _, _, inside):
                total *= ways(list(inside), following)
            case "BRANCH", (_, branches):
                total *= sum(ways(list(one), following) for one in branches)
            case kind, _:
                assert kind in ("LITERAL", "NOT_LITERAL", "ANY", "IN", "AT"), f"{kind} is not needed here"
    return total


def ways_of(pattern: str) -> int:
    return ways(list(_parser.parse(pattern.encode("latin-1"), re.DOTALL)))
