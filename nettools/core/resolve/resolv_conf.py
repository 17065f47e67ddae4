"""resolv.conf(5), read as the stub resolver of glibc reads it.

Source: glibc 2.36, ``res_vinit_1`` and ``res_setoptions`` of resolv/res_init.c, with the limits of <resolv.h>; a test
asks the C library itself. What one would not expect: a keyword counts only at the very start of a line, an address may
be octal or short (inet_aton), a CRLF line end spoils the line, an option is known by its beginning (``rotateX``
rotates), and of all ``search`` and ``domain`` lines only the last counts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from nettools.core.address import Address, parse_ipv6, parse_ipv6_with_zone, parse_legacy_ipv4
from nettools.core.resolve.lookup import Server
from nettools.core.text import quoted
from nettools.errors import AddressError

MOST_NAME_SERVERS: Final = 3
"""MAXNS."""
MOST_DOTS: Final = 15
"""RES_MAXNDOTS."""
LONGEST_TIMEOUT_S: Final = 30
"""RES_MAXRETRANS."""
MOST_ATTEMPTS: Final = 5
"""RES_MAXRETRY."""
LOCAL_SERVER: Final = IPv4Address("127.0.0.1")
"""Who is asked when no name server is named."""

_MOST_NOTES: Final = 20
_BLANKS: Final = " \t"
_LEADING_NUMBER = re.compile(r"[ \t\n\v\f\r]*([+-]?[0-9]+)", re.ASCII)

_FLAGS: Final[tuple[tuple[str, str | None], ...]] = (
    ("inet6", None),
    ("rotate", "rotate"),
    ("edns0", "edns0"),
    ("single-request-reopen", "single_request_reopen"),
    ("single-request", "single_request"),
    ("no_tld_query", "no_tld_query"),
    ("no-tld-query", "no_tld_query"),
    ("no-reload", None),
    ("use-vc", "use_vc"),
    ("trust-ad", "trust_ad"),
    ("no-aaaa", "no_aaaa"),
    ("strict-error", None),
)
"""The beginning of an option -> the field of ours; None where it concerns other callers of the C library."""
_FORMER: Final = ("no-check-names", "debug", "ip6-bytestring", "ip6-dotint", "no-ip6-dotint")
"""Options that resolv.conf(5) describes and glibc does not look at any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvConf:
    """What the file says, with the defaults of <resolv.h> for what it leaves open."""

    name_servers: tuple[Address, ...] = (LOCAL_SERVER,)
    search: tuple[str, ...] = ()
    """Domains in presentation text as they stand there; ``.`` or nothing is the root."""
    ndots: int = 1
    timeout_s: int = 5
    """How long one server gets."""
    attempts: int = 2
    """How often each server is asked."""
    rotate: bool = False
    """Whether a new lookup begins with the next server."""
    use_vc: bool = False
    """Whether to ask over TCP."""
    trust_ad: bool = False
    """Whether to ask for, and believe, the AD bit."""
    edns0: bool = False
    no_aaaa: bool = False
    """Whether AAAA is not asked where both kinds of addresses are wanted."""
    single_request: bool = False
    single_request_reopen: bool = False
    no_tld_query: bool = False
    """Whether a name without a dot is never asked as it stands."""
    notes: tuple[str, ...] = ()
    """What was ignored or cut short, and where."""

    def servers(self, *, port: int = 53, turn: int = 0) -> tuple[Server, ...]:
        """The name servers, over TCP where ``use-vc`` says so.

        In the order of the file; with ``rotate``, lookup number ``turn`` begins with another than the one before.
        """
        first = turn % len(self.name_servers) if self.rotate else 0
        ordered = self.name_servers[first:] + self.name_servers[:first]
        return tuple(Server(address=one, port=port, transport="tcp" if self.use_vc else "udp") for one in ordered)


def parse_resolv_conf(
    text: str, *, host_name: str = "", local_domain: str | None = None, res_options: str | None = None
) -> ResolvConf:
    """The settings in the text of a resolv.conf, which may be empty; nothing in it is an error.

    ``host_name`` is gethostname(2)'s: without a search list its domain is searched. ``local_domain`` and
    ``res_options`` are the environment variables LOCALDOMAIN and RES_OPTIONS, which overrule the file.

    >>> conf = parse_resolv_conf("nameserver 192.0.2.53\\nsearch a.test b.test\\noptions ndots:2")
    >>> conf.name_servers, conf.search, conf.ndots
    ((IPv4Address('192.0.2.53'),), ('a.test', 'b.test'), 2)
    """
    reading = _Reading(is_search_settled=local_domain is not None)
    if local_domain is not None:
        reading.search = tuple(_words_of_local_domain(local_domain))
    for number, line in enumerate(text.split("\n"), 1):
        reading.read_line(f"line {number}", line)
    if not reading.search and "." in host_name:
        reading.search = (host_name.partition(".")[2],)
    if res_options is not None:
        reading.read_options("RES_OPTIONS", res_options)
    return replace(
        reading.conf,
        name_servers=tuple(reading.name_servers[:MOST_NAME_SERVERS]) or (LOCAL_SERVER,),
        search=tuple(map(_presentation, reading.search)),
        notes=tuple(reading.all_notes()),
    )


@dataclass(slots=True, kw_only=True)
class _Reading:
    """What has been read so far."""

    is_search_settled: bool
    conf: ResolvConf = field(default_factory=ResolvConf)
    name_servers: list[Address] = field(default_factory=list)
    search: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    note_count: int = 0

    def note(self, where: str, what: str) -> None:
        self.note_count += 1
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(f"{where}: {what}")

    def all_notes(self) -> Iterator[str]:
        yield from self.notes
        more = self.note_count - len(self.notes)
        if more:
            yield f"{more:,} more lines or words were ignored"

    def read_line(self, where: str, line: str) -> None:
        line = line.partition("\0")[0]  # a C string ends here
        if line[:1] in ("", "#", ";"):
            return
        keyword, rest = _keyword(line)
        if keyword == "nameserver":
            self._read_name_server(where, rest)
        elif keyword in ("search", "domain"):
            self._read_search(where, keyword, rest)
        elif keyword == "options":
            self.read_options(where, rest)
        elif keyword == "sortlist":
            self.note(where, "sortlist orders addresses for gethostbyname(3) and has no effect here")
        elif line[0] in _BLANKS and _keyword(line.lstrip(_BLANKS))[0] is not None:
            self.note(where, "is ignored: a keyword must stand at the start of the line")
        elif line.strip():
            self.note(where, f"{quoted(line.strip(), 40)} is no setting")

    def _read_name_server(self, where: str, rest: str) -> None:
        word = re.split(r"[ \t]", rest, maxsplit=1)[0]
        try:
            address = IPv4Address(parse_legacy_ipv4(word))
        except AddressError:
            try:
                self._add_name_server(where, self._ipv6(where, word))
            except AddressError:
                hint = ": the line ends in CR LF" if word.endswith("\r") else ""
                self.note(where, f"{quoted(word, 40)} is no address of a name server{hint}")
            return
        self._add_name_server(where, address)

    def _add_name_server(self, where: str, address: Address) -> None:
        if len(self.name_servers) == MOST_NAME_SERVERS:
            self.note(where, f"{address} is ignored: only the first {MOST_NAME_SERVERS} name servers are asked")
            return
        self.name_servers.append(address)

    def _ipv6(self, where: str, word: str) -> IPv6Address:
        bare, percent, zone = word.partition("%")
        address = IPv6Address(parse_ipv6(bare))
        if not percent:
            return address
        is_index = zone.isascii() and zone.isdigit()
        is_known = int(zone[:11]) < 1 << 32 if is_index else _may_have_named_zone(address)
        if is_known:
            try:
                return parse_ipv6_with_zone(word)
            except AddressError:
                pass
        self.note(where, f"the zone {quoted(zone, 40)} of {bare} is ignored")
        return address

    def _read_search(self, where: str, keyword: str, rest: str) -> None:
        domains = [word for word in re.split(r"[ \t]+", rest) if word]
        if self.is_search_settled:
            self.note(where, f"{keyword} is overruled by LOCALDOMAIN")
        elif not domains:
            self.note(where, f"{keyword} names no domain")
        else:
            if keyword == "domain" and len(domains) > 1:
                self.note(where, f"{quoted(domains[1], 40)} is ignored: domain takes one name")
            if self.search:
                self.note(where, f"{keyword} replaces the search list before it")
            self.search = tuple(domains[:1] if keyword == "domain" else domains)

    def read_options(self, where: str, text: str) -> None:
        place = 0
        while place < len(text):
            if text[place] in _BLANKS:
                place += 1
                continue
            end = min(
                (found for found in (text.find(blank, place) for blank in _BLANKS) if found >= 0), default=len(text)
            )
            self._read_option(where, text[place:end], text[place:])
            place = end

    def _read_option(self, where: str, word: str, rest: str) -> None:
        """``rest`` begins with the word: atoi(3) skips blanks, so that a number may stand behind some."""
        for beginning, name, most in (
            ("ndots:", "ndots", MOST_DOTS),
            ("timeout:", "timeout_s", LONGEST_TIMEOUT_S),
            ("attempts:", "attempts", MOST_ATTEMPTS),
        ):
            if rest.startswith(beginning):
                self._set_number(where, name, word, _number(rest[len(beginning) :]), most)
                return
        for beginning, flag in _FLAGS:
            if word.startswith(beginning):
                if flag is not None:
                    self._set(flag, True)
                return
        if not _LEADING_NUMBER.fullmatch(word):
            former = " any more" if word in _FORMER else ""
            self.note(where, f"the option {quoted(word, 40)} has no effect{former}")

    def _set_number(self, where: str, name: str, word: str, value: int, most: int) -> None:
        used = min(value, most)
        if name == "ndots":
            used &= MOST_DOTS  # a bit-field of four bits
        used = max(used, 0 if name == "ndots" else 1)
        if used != value:
            self.note(where, f"the option {quoted(word, 40)} counts as {used}")
        self._set(name, used)

    def _set(self, name: str, value: int) -> None:
        changed: dict[str, int] = {name: value}
        self.conf = replace(self.conf, **changed)  # type: ignore[arg-type]


def _may_have_named_zone(address: IPv6Address) -> bool:
    """Whether the zone of the address may be the name of an interface: link-local, RFC 4291 §2.4 and §2.7."""
    first = int(address) >> 112
    return first & 0xFFC0 == 0xFE80 or first & 0xFF0F == 0xFF02


_KEYWORDS: Final = ("nameserver", "search", "domain", "options", "sortlist")


def _keyword(line: str) -> tuple[str | None, str]:
    """The keyword at the start of a line, and what stands behind it."""
    for keyword in _KEYWORDS:
        if line.startswith(keyword) and line[len(keyword) : len(keyword) + 1] in (" ", "\t"):
            return keyword, line[len(keyword) :].lstrip(_BLANKS)
    return None, line


def _words_of_local_domain(text: str) -> Iterator[str]:
    """Blank-separated; what stands before a leading blank is a word too, and means the root."""
    words = re.split(r"[ \t]+", text.partition("\n")[0])
    yield words[0]
    yield from (word for word in words[1:] if word)


def _number(text: str) -> int:
    """atoi(3) of a C library whose int has 32 bits: 0 for what is no number, wrapped when it is too large."""
    match = _LEADING_NUMBER.match(text)
    if match is None:
        return 0
    digits = match[1].lstrip("+-").lstrip("0")[:20] or "0"
    magnitude = min(int(digits), (1 << 63) - 1)
    value = -magnitude if match[1].startswith("-") else magnitude
    return (value + (1 << 31)) % (1 << 32) - (1 << 31)


def _presentation(domain: str) -> str:
    r"""The octets of a domain that are not ASCII as \DDD: the C library sends them as they are."""
    if domain.isascii():
        return domain
    octets = domain.encode("utf-8", "surrogateescape")
    return "".join(chr(octet) if octet < 0x80 else f"\\{octet:03d}" for octet in octets)
