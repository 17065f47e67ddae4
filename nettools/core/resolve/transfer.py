"""A zone transfer as a machine: fed with messages, it hands on the records and says how it ended.

Over TCP, TLS (RFC 9103) or QUIC (RFC 9250 §5.4), never UDP: an IXFR over UDP is answered with a SOA alone when the
differences do not fit (RFC 1995 §4), so that all but the smallest end at TCP. Nothing is kept but the records that wait
for the next signature (at most 99 messages, RFC 8945 §5.3.1).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from nettools.core.dns.message import BadMessage, Message, Question, parse_message
from nettools.core.dns.name import ROOT
from nettools.core.dns.query import QueryOptions, make_query
from nettools.core.dns.tsig import MOST_UNSIGNED, TsigKey, TsigStream, sign
from nettools.core.dns.types import QR, TYPES
from nettools.core.resolve.lookup import Server, Transport
from nettools.core.resolve.transfer_records import (
    BrokenTransfer,
    Step,
    TransferReader,
    TransferredRecord,
)
from nettools.core.resolve.transfer_report import Style

PLAIN_OPTIONS: Final = QueryOptions(recursion_desired=False)
_BAD_EDNS: Final = frozenset({"formerr", "notimp", "badvers"})
_MOST_WARNINGS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequest:
    """Which zone is wanted, and since when."""

    zone: bytes
    """An uncompressed wire name."""
    serial: int | None = None
    """What is known already: then the differences are asked for (IXFR), else the whole zone (AXFR)."""
    class_: int = 1
    options: QueryOptions = PLAIN_OPTIONS
    tsig: TsigKey | None = None
    timeout_s: float = 5.0
    """The longest wait for the connection, and then for each message."""

    @property
    def kind(self) -> Literal["axfr", "ixfr"]:
        return "axfr" if self.serial is None else "ixfr"

    @property
    def question(self) -> Question:
        return Question(name=self.zone, type=TYPES[self.kind.upper()], class_=self.class_)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOutcome:
    """How a transfer ended; its records have been handed on by then, also those of one that broke off."""

    request: TransferRequest
    server: Server
    transport: Transport
    status: str
    """answered, malformed, timeout, unreachable, or an rcode in lower case"""
    result: str
    """complete, up-to-date; cut, changed, malformed, bad-tsig; or a word of ``Try.result``"""
    style: Style | None
    serial: int | None
    """Of the zone that was sent."""
    steps: tuple[Step, ...]
    messages: int
    records: int
    octets: int
    """Of all messages together."""
    duration_ms: float
    message: Message | None
    """The first message, for its flags, rcode and EDNS."""
    warnings: tuple[str, ...]


class Transfer:
    """One transfer. ``wire`` is the query; ``received`` takes each message until ``has_ended``."""

    def __init__(self, request: TransferRequest, *, identifier: int, wall_s: float) -> None:
        self._request = request
        authority = _known_soa(request) if request.serial is not None else b""
        self.wire = make_query(request.question, request.options, identifier=identifier, authority=authority)
        self._tsig: TsigStream | None = None
        if request.tsig is not None:
            self.wire, mac = sign(self.wire, request.tsig, int(wall_s))
            self._tsig = TsigStream(request.tsig, mac)
        self._reader = TransferReader(request.zone, request.serial)
        self._held: list[TransferredRecord] = []
        self._first: Message | None = None
        self._messages = 0
        self._octets = 0
        self._records = 0
        self._end: tuple[str, str] | None = None
        self._warnings: dict[str, None] = {}

    @property
    def has_ended(self) -> bool:
        return self._end is not None

    def received(self, wire: bytes, wall_s: float) -> Iterator[TransferredRecord]:
        """The records of the next message that are sure; none once the transfer has ended."""
        if self.has_ended:
            return
        self._messages += 1
        self._octets += len(wire)
        is_signed, broken = False, None
        try:
            message = self._read(wire)
            is_signed = self._verify(message, wall_s)
            for one in self._placed(message):
                self._held.append(one)
        except BrokenTransfer as error:
            broken = error
        if is_signed or self._tsig is None:
            yield from self._released()
        if broken is not None:
            self._break_off(broken)
        elif self._reader.is_whole:
            self._finish(is_signed)

    def noted(self, text: str) -> None:
        """Something that the outcome has to say."""
        if len(self._warnings) < _MOST_WARNINGS:
            self._warnings[text] = None

    def failed(self, result: str, why: str | None = None) -> None:
        """The connection could not be made, or ended."""
        if why is not None:
            self.noted(why)
        if self._messages and result in ("closed", "cut", "reset"):
            self.noted(f"the transfer is cut: the connection ended after {self._so_far()}")
            self._end = "malformed", "cut"
        elif result == "cut" or result.startswith("http-"):
            self._end = "malformed", result
        else:
            self._end = "local-fault" if result == "local-fault" else "unreachable", result

    def timed_out(self) -> None:
        """No further message came in time."""
        if self._messages:
            self.noted(f"the transfer is cut: nothing came for {self._request.timeout_s:g} s after {self._so_far()}")
        self._end = "timeout", "timeout"

    def outcome(self, server: Server, transport: Transport, duration_s: float) -> TransferOutcome:
        """How it ended."""
        assert self._end is not None
        status, result = self._end
        if self._reader.strays:
            self.noted(f"of names outside of the zone: {_counted(self._reader.strays, 'record')}")
        return TransferOutcome(
            request=self._request,
            server=server,
            transport=transport,
            status=status,
            result=result,
            style=self._reader.style,
            serial=self._reader.serial,
            steps=self._reader.steps,
            messages=self._messages,
            records=self._records,
            octets=self._octets,
            duration_ms=round(duration_s * 1000, 3),
            message=self._first,
            warnings=tuple(self._warnings),
        )

    def _so_far(self) -> str:
        return f"{_counted(self._messages, 'message')} and {_counted(self._records, 'record')}"

    def _read(self, wire: bytes) -> Message:
        """The message, when it is one of this transfer: RFC 5936 §2.2."""
        try:
            message = parse_message(wire)
        except BadMessage as error:
            raise BrokenTransfer(f"message {self._messages:,}: {error}") from None
        at = f"message {self._messages:,}"
        if wire[:2] != self.wire[:2]:
            raise BrokenTransfer(f"{at} has another ID than the query")
        if not message.flags & QR or message.opcode != 0:
            raise BrokenTransfer(f"{at} is no reply to a query")
        is_asked = [one.is_same(self._request.question) for one in message.questions] in ([], [True])
        # Only the first message must repeat the question; that of an error may leave it out too (RFC 5936 §2.2.1).
        is_bare = self._first is None and not message.questions and message.rcode == 0
        if not is_asked or is_bare:
            raise BrokenTransfer(f"{at} answers another question")
        for fault in message.faults:
            self.noted(f"{at}: {fault}")
        return message

    def _verify(self, message: Message, wall_s: float) -> bool:
        """Whether what has come so far is signed. Raises BrokenTransfer when it is not as it must be."""
        is_first, self._first = self._first is None, self._first or message
        if self._tsig is None:
            return False
        verdict = self._tsig.check(message.wire, wall_s)
        if verdict.kind == "valid":
            return True
        if verdict.kind == "refused":
            raise BrokenTransfer(verdict.why, "NOTAUTH")
        if verdict.kind == "wrong-time":
            raise BrokenTransfer(verdict.why, "BADTIME")
        if verdict.kind == "missing" and message.rcode != 0:
            self.noted(f"{verdict.why}: anybody may have said {message.rcode_name}")
        elif verdict.kind != "missing" or is_first:
            raise BrokenTransfer(verdict.why, "bad-tsig")
        elif self._tsig.unsigned_count > MOST_UNSIGNED:
            raise BrokenTransfer(f"{MOST_UNSIGNED + 1} messages have come without a TSIG", "bad-tsig")
        return False

    def _placed(self, message: Message) -> Iterator[TransferredRecord]:
        at = f"message {self._messages:,}"
        if message.rcode != 0 and self._messages == 1:
            raise BrokenTransfer("", message.rcode_name)
        if message.rcode != 0:
            raise BrokenTransfer(f"{at} says {message.rcode_name}")
        if message.is_truncated:
            raise BrokenTransfer(f"{at} is truncated, over a stream")
        if not message.answer and self._messages == 1:
            raise BrokenTransfer("the reply has no record at all")
        for number, record in enumerate(message.answer):
            if self._reader.is_whole:
                self.noted(f"behind the last SOA: {_counted(len(message.answer) - number, 'record')}")
                break
            yield self._reader.take(record)
        if len(message.answer) < message.counts[1]:
            raise BrokenTransfer(f"{at} is damaged")
        self._reader.end_of_message()

    def _released(self) -> Iterator[TransferredRecord]:
        held, self._held = self._held, []
        self._records += len(held)
        yield from held

    def _finish(self, is_signed: bool) -> None:
        if self._tsig is not None and not is_signed:
            self._break_off(BrokenTransfer("the last message has no TSIG", "bad-tsig"))
            return
        first, last = self._reader.serial, self._reader.last_serial
        if last is not None and last != first:
            changed = f"the zone changed during the transfer: it began with serial {first} and ends with {last}"
            self._break_off(BrokenTransfer(changed, "changed"))
            return
        self._end = "answered", "up-to-date" if self._reader.style == "up-to-date" else "complete"

    def _break_off(self, error: BrokenTransfer) -> None:
        if str(error):
            self.noted(str(error))
        if self._records:
            self.noted(f"the transfer broke off after {self._so_far()}")
        is_rcode = error.result.isupper()
        self._end = error.result.lower() if is_rcode else "malformed", error.result


def without_edns(outcome: TransferOutcome) -> TransferRequest | None:
    """The request once more without EDNS, when the server may have failed for that (RFC 6891 §7); else None."""
    request = outcome.request
    is_old = outcome.status in _BAD_EDNS and request.options.edns and outcome.messages == 1
    return replace(request, options=replace(request.options, edns=False)) if is_old else None


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _known_soa(request: TransferRequest) -> bytes:
    """The SOA that is known, for the authority section of an IXFR query (RFC 1995 §3): only its serial is looked at."""
    assert request.serial is not None
    rdata = ROOT + ROOT + request.serial.to_bytes(4, "big") + bytes(16)
    head = TYPES["SOA"].to_bytes(2, "big") + request.class_.to_bytes(2, "big") + bytes(4)
    return request.zone + head + len(rdata).to_bytes(2, "big") + rdata
