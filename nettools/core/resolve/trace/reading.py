"""What one server's reply means for a trace: an answer, an alias, the way down, or why the server is no use.

A server of a zone must answer for it with authority (AA) or refer to a zone below; one that does neither is lame
(RFC 9499 §7, RFC 1912 §2.8).
"""

from dataclasses import dataclass
from typing import Final

from nettools.core.dns.message import Message, Question
from nettools.core.dns.name import folded, is_below, name_text
from nettools.core.dns.types import AA, RA, TYPES
from nettools.core.resolve.lookup import Outcome
from nettools.core.resolve.trace.aliases import Alias, Chain, chain_from

_NS, _SOA, _ANY = (TYPES[name] for name in ("NS", "SOA", "ANY"))

USEFUL: Final = frozenset({"answered", "alias", "nodata", "nxdomain", "referral"})
"""The states of a server that does its work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reply, read by one who asked a server of a zone."""

    state: str
    """One of ``USEFUL``, or lame, timeout, unreachable, malformed, or an rcode in lower case."""
    reason: str | None = None
    """Why the server is no use, or what is odd about it."""
    aliases: tuple[Alias, ...] = ()
    target: bytes = b""
    """The name at the end of the aliases."""
    cut: bytes | None = None
    """The zone that a referral leads to."""
    own_zone: bytes | None = None
    """The zone that the reply speaks for, where its authority section names one."""

    @property
    def is_useful(self) -> bool:
        return self.state in USEFUL


def read_reply(outcome: Outcome, zone: bytes, question: Question) -> Reading:
    """What the reply of a server of ``zone`` to the question means."""
    message = outcome.message
    if message is None or outcome.status == "malformed":
        return Reading(state=outcome.status, reason=_silence(outcome))
    chain = chain_from(question.name, question.type, message.answer)
    if message.rcode_name not in ("NOERROR", "NXDOMAIN") and not chain.aliases:
        return Reading(state=message.rcode_name.lower(), reason=_refusal(message))
    if not message.answer and message.rcode == 0:
        referral = _referral(message, zone, question)
        if referral is not None:
            return referral
    if not message.flags & AA:
        recursive = " like a resolver that was asked to" if message.flags & RA else ""
        return Reading(
            state="lame", reason=f"it answers{recursive}, but has no authority over {name_text(zone)} (no AA)"
        )
    return _authoritative(message, zone, question, chain)


def _authoritative(message: Message, zone: bytes, question: Question, chain: Chain) -> Reading:
    state, reason = _end_of(message, zone, question, chain)
    return Reading(
        state=state,
        reason=reason,
        aliases=chain.aliases,
        target=chain.target,
        own_zone=_own_zone(message, chain.target),
    )


def _end_of(message: Message, zone: bytes, question: Question, chain: Chain) -> tuple[str, str | None]:
    """The state of an authoritative reply, and what is odd about it."""
    if chain.is_loop:
        return "nodata", f"the aliases of {name_text(question.name)} are a loop"
    wanted = [
        one
        for one in message.answer
        if folded(one.name) == folded(chain.target) and question.type in (one.type, _ANY) and not one.is_damaged
    ]
    # What a server says of a zone that is not its own is hearsay.
    is_ours = is_below(chain.target, zone)
    if wanted and is_ours:
        return "answered", None
    if chain.aliases and not (is_ours and _own_zone(message, chain.target)):
        return "alias", None
    return "nxdomain" if message.rcode == 3 else "nodata", None


def _own_zone(message: Message, target: bytes) -> bytes | None:
    """The zone whose SOA or NS records stand in the authority section, if it holds the target."""
    zones = [one.name for one in message.authority if one.type in (_SOA, _NS)]
    return next((zone for zone in zones if is_below(target, zone)), None)


def _referral(message: Message, zone: bytes, question: Question) -> Reading | None:
    """The way down, or a lame one; None when the reply is no referral."""
    cuts = [one.name for one in message.authority if one.type == _NS and not one.is_damaged]
    if not cuts or any(one.type == _SOA for one in message.authority):
        return None
    cut = cuts[0]
    if is_below(question.name, cut) and is_below(cut, zone) and len(cut) > len(zone):
        return Reading(state="referral", target=question.name, cut=cut)
    if message.flags & AA:
        return None
    if folded(cut) == folded(zone):
        return Reading(state="lame", reason="it refers to the servers of the zone, as if it were none of them")
    where = "upward, to" if is_below(zone, cut) else "elsewhere, to"
    return Reading(state="lame", reason=f"it refers {where} {name_text(cut)}")


def _refusal(message: Message) -> str | None:
    """The server's own words, RFC 8914."""
    errors = message.edns.extended_errors if message.edns else ()
    told = [" ".join(part for part in (one.name or str(one.code), _quoted(one.text)) if part) for one in errors]
    return "; ".join(told) or None


def _quoted(text: bytes) -> str:
    return f'"{text.decode("utf-8", "surrogateescape")}"' if text else ""


_ENDS: Final = {
    "refused-connection": "nothing listens there",
    "reset": "the connection was reset",
    "closed": "the connection was closed without an answer",
    "cut": "the connection was closed in the middle of the answer",
}


def _silence(outcome: Outcome) -> str | None:
    """Why there is nothing to read."""
    if outcome.status == "timeout":
        waited_s = sum(one.duration_ms for one in outcome.tries) / 1000
        return f"no answer to {_count(len(outcome.tries), 'query', 'queries')} in {waited_s:.3g} s"
    last = outcome.tries[-1].result if outcome.tries else ""
    if last in _ENDS:
        return _ENDS[last]
    discarded = ", ".join(dict.fromkeys(one.reason for one in outcome.discarded))
    return "; ".join(outcome.warnings) or discarded or None


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
