"""Whether a datagram answers a payload: octets that the protocol fixes, and octets of the request that it repeats.

An answer that is not recognised is an answer all the same, and its port is open; recognised, it also says which
protocol speaks there.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Copied:
    """Octets of the request, which the answer repeats: an identifier, a cookie."""

    start: int
    size: int


@dataclass(frozen=True, slots=True)
class Octets:
    """``wanted`` stands at ``at``; where that is None, anywhere. Only the bits of ``mask`` count, all without one."""

    at: int | None
    wanted: bytes | Copied
    mask: bytes | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """The answer has so many octets."""

    at_least: int
    at_most: int | None


Condition = Octets | Length
Alternatives = tuple[tuple[Condition, ...], ...]
"""An answer satisfies every condition of one of these."""


def answers(alternatives: Alternatives, asked: bytes, answer: bytes) -> bool:
    """Whether ``answer`` is one to ``asked``, as one of the alternatives says."""
    return any(all(_holds(condition, asked, answer) for condition in conditions) for conditions in alternatives)


def _holds(condition: Condition, asked: bytes, answer: bytes) -> bool:
    if isinstance(condition, Length):
        return condition.at_least <= len(answer) and (condition.at_most is None or len(answer) <= condition.at_most)
    wanted = _wanted(condition.wanted, asked)
    if condition.at is None:
        return wanted in answer
    found = answer[condition.at : condition.at + len(wanted)]
    if condition.mask is None:
        return found == wanted
    return len(found) == len(wanted) and _masked(found, condition.mask) == _masked(wanted, condition.mask)


def _wanted(wanted: bytes | Copied, asked: bytes) -> bytes:
    return asked[wanted.start : wanted.start + wanted.size] if isinstance(wanted, Copied) else wanted


def _masked(octets: bytes, mask: Sequence[int]) -> bytes:
    return bytes(octet & bits for octet, bits in zip(octets, mask, strict=True))
