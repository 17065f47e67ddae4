"""How two networks stand to each other."""

from typing import Literal, get_args

from nettools.core.prefix import Prefix

Relation = Literal["equal", "contains", "within", "overlaps", "adjacent", "disjoint"]
RELATIONS: tuple[Relation, ...] = get_args(Relation)


def relation(a: Prefix, b: Prefix) -> Relation:
    """What ``a`` is to ``b``. Two networks never overlap in part, so ``overlaps`` is for ranges alone."""
    return relation_of_ranges(a.version, (a.network, a.last_number), b.version, (b.network, b.last_number))


def relation_of_ranges(version: int, a: tuple[int, int], other: int, b: tuple[int, int]) -> Relation:
    """What the range ``a`` (first, last) is to ``b``."""
    if version != other:
        return "disjoint"
    if a == b:
        return "equal"
    if a[0] <= b[0] and b[1] <= a[1]:
        return "contains"
    if b[0] <= a[0] and a[1] <= b[1]:
        return "within"
    if a[0] <= b[1] and b[0] <= a[1]:
        return "overlaps"
    return "adjacent" if a[1] + 1 == b[0] or b[1] + 1 == a[0] else "disjoint"


def are_mergeable(a: Prefix, b: Prefix) -> bool:
    """Whether both together are exactly one network: one holds the other, or they are the halves of one."""
    if a.contains(b) or b.contains(a):
        return True
    return a.version == b.version and a.length == b.length and a.network ^ b.network == a.size
