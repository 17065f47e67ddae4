"""Replies as dig and nettools tell them, as values that are equal when the messages are: rdata in hex, names folded."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nettools.core.dns.types import class_number, type_number
from tests.dns_bed.fixture import DnsBed

QUERY_OPTIONS = ("+unknownformat", "+nocookie", "+bufsize=1232", "+noidnin", "+noidnout", "+tries=1", "+notcp")
"""What makes dig ask as nettools does (ANY over UDP too), and answer in octets; it does not try servers again here."""

Record = tuple[str, int, int, int, str]
"""Owner in lower case, class, type, TTL, rdata in hex."""
Question = tuple[str, str]
"""Name and type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply; sections are sorted, since servers turn the records of a set."""

    rcode: str
    flags: tuple[str, ...]
    edns: tuple[int, tuple[str, ...], int] | None
    """Version, flags, UDP size."""
    answer: tuple[Record, ...]
    authority: tuple[Record, ...]
    additional: tuple[Record, ...]
    size: int
    transport: str


def reply_of_response(response: dict[str, Any]) -> Reply:
    """The reply that stands in a response of ``nettools resolve --json``."""
    edns = response["edns"]
    return Reply(
        rcode=response["rcode"],
        flags=tuple(response["flags"]),
        edns=edns and (edns["version"], tuple(edns["flags"]), edns["udp"]),
        answer=_section(map(_record_of_json, response["answer"])),
        authority=_section(map(_record_of_json, response["authority"])),
        additional=_section(map(_record_of_json, response["additional"])),
        size=response["size"],
        transport=response["server"]["transport"],
    )


def _section(records: Iterable[Record]) -> tuple[Record, ...]:
    return tuple(sorted(records))


def _record_of_json(record: dict[str, Any]) -> Record:
    class_, type_ = class_number(record["class"]), type_number(record["type"])
    assert class_ is not None
    assert type_ is not None
    return record["name"].lower(), class_, type_, record["ttl"], record["hex"]


def replies_of_dig(
    dns_bed: DnsBed, server: str, questions: Sequence[Question], *options: str, timeout_s: float = 60
) -> list[Reply]:
    """What dig is answered, one question after the other in one process."""
    lines = [f"-q {name} -t {type_}" for name, type_ in questions]
    return replies_to_lines_of_dig(dns_bed, server, lines, *options, timeout_s=timeout_s)


def replies_to_lines_of_dig(
    dns_bed: DnsBed, server: str, lines: Sequence[str], *options: str, timeout_s: float = 60
) -> list[Reply]:
    """The same for lines of a batch file."""
    words = [f"@{server}", *QUERY_OPTIONS, *options, "-f", "/dev/stdin"]
    done = dns_bed.run("dig", *words, stdin="".join(f"{line}\n" for line in lines).encode(), timeout_s=timeout_s)
    replies = [_reply_of_dig(text) for text in done.stdout.decode("ascii").split("; <<>> DiG ")[1:]]
    assert len(replies) == len(lines), done.stdout[-2000:]
    return replies


_EDNS = re.compile(r"^; EDNS: version: (\d+), flags:([ \w]*); udp: (\d+)$", re.MULTILINE)
_RECORD = re.compile(r"(\S+)\s+(\d+)\s+CLASS(\d+)\s+TYPE(\d+)\s+\\# \d+ ?([0-9A-F ]*)")


def _reply_of_dig(text: str) -> Reply:
    head = text.partition(";; Got answer:")[2]
    found = {key: re.search(pattern, head, re.MULTILINE) for key, pattern in _PARTS.items()}
    told = {key: match[1] for key, match in found.items() if match}
    assert told.keys() == _PARTS.keys(), text
    edns = _EDNS.search(head)
    return Reply(
        rcode=told["rcode"],
        flags=tuple(told["flags"].split()),
        edns=(int(edns[1]), tuple(edns[2].split()), int(edns[3])) if edns else None,
        answer=_section(_records_below(head, "ANSWER")),
        authority=_section(_records_below(head, "AUTHORITY")),
        additional=_section(_records_below(head, "ADDITIONAL")),
        size=int(told["size"]),
        transport=told["transport"].lower(),
    )


_PARTS = {
    "rcode": r"^;; ->>HEADER<<- opcode: QUERY, status: (\w+), id: \d+$",
    "flags": r"^;; flags: ([ \w]*);",
    "size": r"^;; MSG SIZE  rcvd: (\d+)$",
    "transport": r"^;; SERVER: \S+ \((\w+)\)$",
}


def _records_below(text: str, section: str) -> Iterator[Record]:
    """The records between the title of a section and the next empty line."""
    lines = text.partition(f";; {section} SECTION:\n")[2].partition("\n\n")[0]
    for line in filter(None, lines.split("\n")):
        match = _RECORD.fullmatch(line)
        assert match, line
        yield match[1].lower(), int(match[3]), int(match[4]), int(match[2]), match[5].replace(" ", "").lower()
