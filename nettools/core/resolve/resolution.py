"""One lookup as a state machine: whom to ask next, with what, until when; and which reply to believe.

The driver asks ``next_action`` for an ``Ask``, sends it, and tells what happened: ``received``, ``failed`` or
``timed_out``. Times are monotonic seconds. The rules:

1. Servers are asked in their order, and all of them again in each further round, as the stub resolver of glibc does.
2. A reply counts when ID, question, opcode and QR fit (RFC 5452 §9); others are put aside, and over UDP we wait on.
3. TC is asked again over TCP, at the same server (RFC 7766 §5).
4. FORMERR, NOTIMP and BADVERS to a query with EDNS are asked again without (RFC 6891 §7).
5. BADCOOKIE is asked again with the cookie that came with it (RFC 7873 §5.3), once; each server has its own.
6. SERVFAIL, REFUSED, NOTIMP, a referral, silence and damage send us to the next server; in the next round we ask only
   those again who may answer then: not who refused.
7. With a key, a reply counts when its TSIG does (RFC 8945 §5.4); the server's refusal of ours is told.
8. Of several failures the most telling is the outcome: a reply, then damage, then unreachable, then silence.
9. A query that got lost at a server that is known to limit its rate is asked again over TCP, where it does not.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from nettools.core.dns.edns import CLIENT_COOKIE_SIZE
from nettools.core.dns.message import Message
from nettools.core.dns.query import LEAST_UDP_SIZE, make_query
from nettools.core.dns.tsig import TsigStream, sign
from nettools.core.resolve.lookup import Ask, Lookup, Outcome, Server, Transport
from nettools.core.resolve.reply import read_reply
from nettools.core.resolve.status import status_of
from nettools.core.resolve.try_log import FINAL, TryLog

_BAD_EDNS: Final = frozenset({"formerr", "notimp", "badvers"})
_WORTH_REPEATING: Final = frozenset({"servfail", "timeout", "malformed"})
_WITHOUT_IDENTIFIER: Final = frozenset({"https", "quic"})
"""A stream of its own tells the reply: the ID is 0 by RFC 9250 §4.2.1, and by RFC 8484 §4.1 so that caches work."""


class Resolution:
    """One lookup. ``entropy`` gives that many random octets; TSIG needs the time of day, ``started_wall_s``."""

    def __init__(
        self, lookup: Lookup, *, entropy: Callable[[int], bytes], started_s: float, started_wall_s: float = 0.0
    ) -> None:
        self._lookup = lookup
        self._wall_ahead_s = started_wall_s - started_s
        self._mac = b""
        self._identifier = int.from_bytes(entropy(2), "big")
        self._cookie = entropy(CLIENT_COOKIE_SIZE) if lookup.options.cookie else b""
        self._deadline_s = started_s + lookup.timeout_s
        self._willing = list(lookup.servers)
        self._round: list[Server] = list(lookup.servers)
        self._rounds_left = lookup.tries - 1
        self._options = lookup.options
        self._asked: Ask | None = None
        self._asked_at_s = 0.0
        self._again: Transport | None = None
        self._log = TryLog(lookup)
        self._outcome: Outcome | None = None

    def next_action(self, now_s: float) -> Ask | Outcome:
        """What to do now: ask somebody, or take the outcome."""
        if self._outcome is None and self._again is None and not self._round:
            self._begin_round()
        if self._outcome is None and not self._may_ask(now_s):
            self._outcome = self._log.outcome()
        if self._outcome is not None:
            return self._outcome
        if self._again is not None:
            assert self._asked is not None
            server, transport, self._again = self._asked.server, self._again, None
        else:
            server = self._round.pop(0)
            self._options = self._lookup.options
            self._cookie = self._cookie[:CLIENT_COOKIE_SIZE]  # the rest is another server's
            transport = server.transport
            self._log.is_unusable = False
        return self._ask(server, transport, now_s)

    def _begin_round(self) -> None:
        if self._rounds_left > 0 and self._willing:
            self._rounds_left -= 1
            self._round = list(self._willing)

    def _may_ask(self, now_s: float) -> bool:
        return now_s < self._deadline_s and (self._again is not None or bool(self._round))

    def _ask(self, server: Server, transport: Transport, now_s: float) -> Ask:
        identifier = 0 if transport in _WITHOUT_IDENTIFIER else self._identifier
        wire = make_query(self._lookup.question, self._options, identifier=identifier, cookie=self._cookie)
        if self._lookup.tsig is not None:
            wire, self._mac = sign(wire, self._lookup.tsig, int(now_s + self._wall_ahead_s))
        before = self._asked
        is_repeat = before is not None and (before.server, before.transport, before.wire) == (server, transport, wire)
        self._asked = Ask(
            server=server,
            transport=transport,
            wire=wire,
            deadline_s=self._try_deadline_s(transport, now_s),
            is_repeat=is_repeat,
        )
        self._asked_at_s = now_s
        return self._asked

    def _try_deadline_s(self, transport: Transport, now_s: float) -> float:
        """Each try gets an even part of what is left, or what the lookup allows; a stream to the last server all."""
        others = len(self._round) + self._rounds_left * len(self._willing)
        is_stream = transport != "udp"
        if is_stream and len(self._willing) <= 1:
            return self._deadline_s
        share_s = self._lookup.try_timeout_s or (self._deadline_s - now_s) / (1 + others)
        return min(now_s + share_s, self._deadline_s)

    def received(self, wire: bytes, now_s: float) -> bool:
        """A reply came. Returns whether that settles the try; if not, the wait goes on."""
        assert self._asked is not None
        message, reason = read_reply(wire, self._asked.wire, self._lookup.question, self._cookie)
        if message is not None and reason is None and self._lookup.tsig is not None:
            verdict = TsigStream(self._lookup.tsig, self._mac).check(wire, now_s + self._wall_ahead_s)
            if verdict.kind != "valid":
                self.noted(f"{self._asked.server}: {verdict.why}")
                reason = "bad-tsig"
            if verdict.kind == "refused":  # not signed, and yet no reason to wait: an error is nothing that is believed
                self._close_try("notauth", message, now_s)
                return True
            if verdict.kind == "wrong-time":  # made for this query with the key: nothing better will come
                self._log.put_aside(self._asked.server, "bad-tsig", len(wire))
                self._close_try("badtime", None, now_s, result="BADTIME")
                return True
        if reason is not None or message is None:
            self._log.put_aside(self._asked.server, reason or "malformed", len(wire))
            is_stream = self._asked.transport != "udp"
            if is_stream:
                self._close_try("malformed", None, now_s)
            return is_stream
        status, warnings = status_of(message, self._lookup.question)
        warnings += self._oversize(wire)
        if message.is_truncated:
            self._truncated(message, now_s)
        elif status in _BAD_EDNS and self._options.edns:
            self._note_try(message.rcode_name, now_s)
            self._log.warnings.append(
                f"{self._asked.server} answers {message.rcode_name} to EDNS: asked again without it"
            )
            self._options = replace(self._options, edns=False)
            self._again = self._asked.transport
        elif status == "badcookie" and self._learn_cookie(message):
            self._note_try(message.rcode_name, now_s)
            self._again = self._asked.transport
        else:
            self._close_try(status, message, now_s, warnings)
        return True

    def _oversize(self, wire: bytes) -> tuple[str, ...]:
        """A warning of a datagram beyond what the query allowed: on another path it would be lost."""
        assert self._asked is not None
        allowed = max(self._options.udp_size, LEAST_UDP_SIZE) if self._options.edns else LEAST_UDP_SIZE
        if self._asked.transport != "udp" or len(wire) <= allowed:
            return ()
        return (f"{self._asked.server} sent a datagram of {len(wire):,} octets, and the query allowed {allowed:,}",)

    def _truncated(self, message: Message, now_s: float) -> None:
        assert self._asked is not None
        if self._asked.transport == "udp":
            self._note_try("truncated", now_s)
            self._again = "tcp"
        else:
            self._close_try("malformed", message, now_s, ("the answer is truncated over a stream too",))

    def _learn_cookie(self, message: Message) -> bool:
        """Take over the server's part of the cookie. Returns whether it is the first: twice in vain is enough."""
        cookie = message.edns.cookie if message.edns else None
        if cookie is None or len(self._cookie) != CLIENT_COOKIE_SIZE:
            return False
        self._cookie = cookie
        return True

    def noted(self, text: str) -> None:
        """Something that the outcome has to say, once."""
        if text not in self._log.warnings:
            self._log.warnings.append(text)

    def failed(self, result: str, now_s: float, why: str | None = None) -> None:
        """The query could not be sent, or the connection ended; ``result`` is a word of ``TryResult``."""
        assert self._asked is not None
        warnings = (f"{self._asked.server}: {why}",) if why else ()
        is_reached = result == "cut" or result.startswith("http-")
        status = "malformed" if is_reached else "local-fault" if result == "local-fault" else "unreachable"
        self._close_try(status, None, now_s, warnings, result=result)

    def timed_out(self, now_s: float) -> None:
        """The deadline of what was asked has passed."""
        self._close_try("malformed" if self._log.is_unusable else "timeout", None, now_s)

    def limited(self, now_s: float) -> None:
        """No reply came in time from a server that limits what it answers over UDP: rule 9."""
        self._note_try("timeout", now_s)
        self._again = "tcp"

    @property
    def started_s(self) -> float:
        """When the lookup began."""
        return self._deadline_s - self._lookup.timeout_s

    @property
    def asked_at_s(self) -> float:
        """When the query was sent that waits for its reply, or waited last."""
        return self._asked_at_s

    def _note_try(self, result: str, now_s: float) -> None:
        assert self._asked is not None
        self._log.tried(self._asked, result, self._asked_at_s, now_s)

    def _close_try(
        self,
        status: str,
        message: Message | None,
        now_s: float,
        warnings: tuple[str, ...] = (),
        *,
        result: str | None = None,
    ) -> None:
        """The try has come to an end with this status; ``result`` is its word where the status is none."""
        assert self._asked is not None
        told = result or (message.rcode_name if message and status not in ("malformed", "referral") else status)
        duration_ms = self._log.tried(self._asked, told, self._asked_at_s, now_s)
        self._log.warnings += warnings
        self._log.found(self._asked, status, message, duration_ms if message else None)
        if status in FINAL:
            self._outcome = self._log.outcome()
        elif status not in _WORTH_REPEATING and self._asked.server in self._willing:
            self._willing.remove(self._asked.server)
