"""``--format dig``: an outcome laid out as dig 9.18 prints it, for eyes and scripts that are used to that.

Sections, blanks and tabs are dig's, so that what reads dig's output reads ours. What dig has no line for (why there is
no answer, replies that were not believed) stands in comments, which begin with a semicolon.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from nettools import __version__
from nettools.core.address import format_address
from nettools.core.dns.message import Message, Question, ResourceRecord
from nettools.core.dns.name import name_text
from nettools.core.dns.presentation import rdata_text
from nettools.core.dns.types import OPCODES, QR, RA, RCODES, RD, TYPES, class_name, type_name
from nettools.core.resolve.lookup import Outcome, Server, Transport
from nettools.core.resolve.report import Response
from nettools.core.text import safe
from nettools.render.dig_edns import edns_lines
from nettools.render.output import Output

_TAB: Final = 8
_TTL_COLUMN, _CLASS_COLUMN, _TYPE_COLUMN, _DATA_COLUMN = 24, 32, 40, 48
_LAST_PLAIN_RCODE: Final = 10
_FIRST_LONG_RCODE: Final = 16
_RESERVED_FLAG: Final = 0x0040
"""The one bit of the header that has no meaning, RFC 1035 §4.1.1 as RFC 4035 §3 left it."""
_TSIG: Final = TYPES["TSIG"]

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""In English whatever the locale, as the C locale has them."""

_TRANSPORTS: Final[dict[Transport, str]] = {"udp": "UDP", "tcp": "TCP", "tls": "TLS", "https": "HTTPS", "quic": "QUIC"}
_TROUBLES: Final = {
    "timeout": "timed out",
    "refused-connection": "connection refused",
    "reset": "connection reset",
    "closed": "end of file",
    "cut": "end of file",
    "unreachable": "host unreachable",
}
"""The words of a try that failed, and how dig puts them."""
_RETRYING: Final = {"truncated": "Truncated, retrying in TCP mode.", "BADCOOKIE": "BADCOOKIE, retrying."}


def write_dig(output: Output, outcome: Outcome, *, moment: datetime, notes: Iterable[str] = ()) -> None:
    """Write one outcome. ``moment`` is when it came, with its time zone; ``notes`` are further comments."""
    for line in dig_lines(outcome, moment=moment, notes=notes):
        output.write(line + "\n")


def dig_lines(outcome: Outcome, *, moment: datetime, notes: Iterable[str] = ()) -> Iterator[str]:
    """The lines of one outcome, a blank one first and last."""
    yield ""
    yield f"; <<>> nettools {__version__} <<>> {_asked(outcome)}"
    yield ";; global options: +cmd"
    yield from _troubles(outcome)
    yield from (f";; {safe(note)}" for note in notes)
    if outcome.message is None:
        yield ";; no servers could be reached"
    else:
        yield ";; Got answer:"
        yield from _message(outcome, outcome.message)
        yield from _footer(outcome, outcome.message, moment)
    yield ""


def response_notes(response: Response) -> Iterator[str]:
    """What a response knows beside its outcome: the search list's way to the name, and the verdict of validation."""
    for step in response.search:
        yield f"Searched {step.name}: {step.status}"
    if response.dnssec is not None:
        yield f"DNSSEC {response.dnssec.status}: {response.dnssec.reason}"


def _asked(outcome: Outcome) -> str:
    question = outcome.lookup.question
    class_ = "" if question.class_ == 1 else f"{class_name(question.class_)} "
    server = "" if outcome.server is None else f"@{safe(str(outcome.server))} "
    return f"{server}{name_text(question.name)} {class_}{type_name(question.type)}"


def _troubles(outcome: Outcome) -> Iterator[str]:
    """What went wrong on the way, each try in dig's words, the rest in ours."""
    for one, after in zip(outcome.tries, (*outcome.tries[1:], None), strict=False):
        end_point = _address_and_port(one.server)
        if one.result in _TROUBLES:
            yield f";; communications error to {end_point}: {_TROUBLES[one.result]}"
        elif one.result in _RETRYING:
            yield f";; {_RETRYING[one.result]}"
        elif after is not None:
            then = "trying again" if after.server == one.server else "trying next server"
            yield f";; Got {safe(one.result)} reply from {end_point}, {then}"
    for reply in outcome.discarded:
        yield f";; Warning: {reply.size} octets from {safe(str(reply.server))} were discarded: {safe(reply.reason)}"
    yield from (f";; Warning: {safe(warning)}" for warning in outcome.warnings)


def _address_and_port(server: Server) -> str:
    return f"{format_address(server.address)}#{server.port}"


def _message(outcome: Outcome, message: Message) -> Iterator[str]:
    yield from _header(message)
    yield ""
    if message.edns is not None:
        yield ";; OPT PSEUDOSECTION:"
        yield from edns_lines(message.edns, is_cookie_ours=outcome.lookup.options.cookie)
    if message.questions:
        yield ";; QUESTION SECTION:"
        yield from map(question_line, message.questions)
        yield ""
    signatures = [one for one in message.additional if one.type == _TSIG]
    additional = [one for one in message.additional if one.type != _TSIG]
    yield from _section("ANSWER SECTION", message.answer)
    yield from _section("AUTHORITY SECTION", message.authority)
    yield from _section("ADDITIONAL SECTION", additional)
    yield from _section("TSIG PSEUDOSECTION", signatures)


def _header(message: Message) -> Iterator[str]:
    opcode = OPCODES.get(message.opcode) or f"RESERVED{message.opcode}"
    yield f";; ->>HEADER<<- opcode: {opcode}, status: {_status(message.rcode)}, id: {message.id}"
    flags = "".join(f" {name}" for name in message.flag_names)
    reserved = " MBZ: 0x4;" if message.flags & _RESERVED_FLAG else ""
    questions, answers, authorities, additions = message.counts
    yield (
        f";; flags:{flags};{reserved} QUERY: {questions}, ANSWER: {answers}, AUTHORITY: {authorities},"
        f" ADDITIONAL: {additions}"
    )
    if message.flags & QR and message.flags & RD and not message.flags & RA:
        yield ";; WARNING: recursion requested but not available"


def _status(rcode: int) -> str:
    """Names as dig has them: those of TSIG errors are no rcodes of a message."""
    if rcode <= _LAST_PLAIN_RCODE or RCODES.get(rcode) in ("BADVERS", "BADCOOKIE"):
        return RCODES[rcode]
    return f"RESERVED{rcode}" if rcode < _FIRST_LONG_RCODE else f"?{rcode}"


def _section(title: str, records: Sequence[ResourceRecord]) -> Iterator[str]:
    if records:
        yield f";; {title}:"
        yield from map(record_line, records)
        yield ""


def record_line(record: ResourceRecord) -> str:
    r"""One record as dig prints it.

    >>> record_line(ResourceRecord(name=b"\x01a\x00", type=1, class_=1, ttl=300, rdata=bytes([192, 0, 2, 1])))
    'a.\t\t\t300\tIN\tA\t192.0.2.1'
    """
    line = _Line(name_text(record.name))
    line.put(_TTL_COLUMN, str(record.ttl))
    line.put(_CLASS_COLUMN, class_name(record.class_))
    line.put(_TYPE_COLUMN, type_name(record.type))
    line.put(_DATA_COLUMN, rdata_text(record))
    return line.text


def question_line(question: Question) -> str:
    r"""One question as dig prints it.

    >>> question_line(Question(name=b"\x01a\x00", type=1, class_=1))
    ';a.\t\t\t\tIN\tA'
    """
    line = _Line(name_text(question.name))
    line.put(_CLASS_COLUMN, class_name(question.class_))
    line.put(_TYPE_COLUMN, type_name(question.type))
    return f";{line.text}"  # which dig does not count


class _Line:
    """Text in columns: tabs up to the column, a blank behind what is longer."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._column = len(text)

    def put(self, column: int, text: str) -> None:
        column = max(column, self._column + 1)
        tabs = column // _TAB - self._column // _TAB
        blanks = column % _TAB if tabs else column - self._column
        self.text += "\t" * tabs + " " * blanks + text
        self._column = column + len(text)


def _footer(outcome: Outcome, message: Message, moment: datetime) -> Iterator[str]:
    yield f";; Query time: {int(outcome.query_time_ms or 0)} msec"
    if outcome.server is not None:
        server = outcome.server
        name = safe(server.name or format_address(server.address))
        transport = _TRANSPORTS[outcome.transport or server.transport]
        yield f";; SERVER: {_address_and_port(server)}({name}) ({transport})"
    zone = moment.strftime("%Z")
    day = f"{_DAYS[moment.weekday()]} {_MONTHS[moment.month - 1]} {moment.day:02d}"
    yield f";; WHEN: {day} {moment:%H:%M:%S} {zone} {moment.year}"
    yield f";; MSG SIZE  rcvd: {len(message.wire)}"
