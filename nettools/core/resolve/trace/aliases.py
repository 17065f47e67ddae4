"""CNAME and DNAME: where an answer leads from the name that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nettools.core.dns.message import ResourceRecord
from nettools.core.dns.name import LONGEST_NAME, folded, is_below
from nettools.core.dns.types import TYPES

_CNAME, _DNAME, _ANY, _RRSIG = (TYPES[name] for name in ("CNAME", "DNAME", "ANY", "RRSIG"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One name that stands for another."""

    name: bytes
    kind: Literal["CNAME", "DNAME"]
    target: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The aliases from a name on, and the name at their end."""

    aliases: tuple[Alias, ...]
    target: bytes
    is_loop: bool


def chain_from(name: bytes, kind: int, answer: Sequence[ResourceRecord]) -> Chain:
    """Where the answer leads for a question of this type; the alias itself answers CNAME and ANY (RFC 1034 §3.6.2)."""
    aliases: list[Alias] = []
    seen = {folded(name)}
    while kind not in (_CNAME, _ANY) and (alias := _alias_of(name, answer)) is not None:
        aliases.append(alias)
        name = alias.target
        if folded(name) in seen:
            return Chain(aliases=tuple(aliases), target=name, is_loop=True)
        seen.add(folded(name))
    return Chain(aliases=tuple(aliases), target=name, is_loop=False)


def _alias_of(name: bytes, answer: Sequence[ResourceRecord]) -> Alias | None:
    usable = [one for one in answer if not one.is_damaged]
    for one in usable:
        if one.type == _DNAME and is_below(name, one.name) and len(one.name) < len(name):
            target = renamed(name, one.name, one.rdata)
            return None if target is None else Alias(name=name, kind="DNAME", target=target)
    for one in usable:
        if one.type == _CNAME and folded(one.name) == folded(name):
            return Alias(name=name, kind="CNAME", target=one.rdata)
    return None


def alias_records(answer: Sequence[ResourceRecord]) -> tuple[ResourceRecord, ...]:
    """The CNAME and DNAME records of an answer with their signatures; RRSIG begins with the type that it covers."""
    return tuple(
        one
        for one in answer
        if (int.from_bytes(one.rdata[:2], "big") if one.type == _RRSIG else one.type) in (_CNAME, _DNAME)
    )


def renamed(name: bytes, owner: bytes, target: bytes) -> bytes | None:
    """The name below ``owner`` moved below ``target`` (RFC 6672 §2.2); None when it gets too long (YXDOMAIN).

    >>> renamed(b"\\x01x\\x01d\\x00", b"\\x01d\\x00", b"\\x01t\\x00")
    b'\\x01x\\x01t\\x00'
    """
    made = name[: len(name) - len(owner)] + target
    return made if len(made) <= LONGEST_NAME else None
