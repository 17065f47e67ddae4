"""The words of ``nettools resolve``: which are names, which are types, which are servers, and what each stands for.

A word equal to a type in any case is a type unless that leaves no name; a final dot makes it a name; ``@`` begins a
server. An address without a type asks for its PTR record, under its name in in-addr.arpa or ip6.arpa.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv6Address
from typing import Final

from nettools.core.address import Address, format_address, parse_address
from nettools.core.dns.name import name_from_text
from nettools.core.dns.types import TYPES, type_number
from nettools.core.host_name import spells_address
from nettools.core.resolve.habits import refuse_plus_words, slips
from nettools.core.resolve.idna import ascii_name
from nettools.core.resolve.server_spec import ServerSpec, parse_server
from nettools.core.subnet.reverse import ptr_name
from nettools.core.text import quoted, safe, suggestion
from nettools.errors import AddressError, DomainNameError, NettoolsError, OptionError

DEFAULT_TYPES: Final = (TYPES["A"], TYPES["AAAA"])
"""What is asked when no type is named."""
_PTR: Final = TYPES["PTR"]

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/", re.ASCII)
_CLASSLESS = re.compile(r"[0-9]{1,3}/[0-9]{1,2}\.(?:[0-9]{1,3}\.){3}in-addr\.arpa\.?\Z", re.ASCII | re.IGNORECASE)
"""The zones and names of a classless delegation, RFC 2317 §4."""
_CLASSLESS_OWNER = re.compile(r"[0-9]{1,3}\.", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedName:
    """A name to ask for."""

    text: str
    """As it was given."""
    name: str
    """In ASCII; with a final dot where it was given so, or is the reverse name of an address."""
    types: tuple[int, ...]
    address: Address | None = None
    """The address whose reverse name this is."""
    warnings: tuple[str, ...] = ()

    @property
    def wire(self) -> bytes:
        """The name as it stands in a message, without a search list."""
        return name_from_text(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of whom: names times types times servers, in that order."""

    names: tuple[AskedName, ...]
    types: tuple[int, ...]
    """Those that were named; each of the names has its own, which depend on what it is where none were."""
    servers: tuple[ServerSpec, ...]
    unreadable: tuple[tuple[str, NettoolsError], ...] = ()
    """The words that stand where names do and are none; they never stop the others."""


def parse_request(
    words: Sequence[str],
    *,
    names: Sequence[str] = (),
    types: Sequence[str] = (),
    servers: Sequence[str] = (),
    addresses: Sequence[str] = (),
    default_port: int | None = None,
    tls_name: str | None = None,
    needs_name: bool = True,
) -> Request:
    """What the words and the options ``-n``, ``-t``, ``-s`` and ``-x`` ask for.

    ``needs_name=False`` is for names that come from a file: then all words may be types. Raises a RequestError that
    names the part which is wrong; for a name only when there is none beside it that can be asked for.

    >>> request = parse_request(["mx", "example.test", "@192.0.2.53"])
    >>> [(one.name, one.types) for one in request.names], len(request.servers)
    ([('example.test', (15,))], 1)
    """
    plain = [word for word in words if not word.startswith("@")]
    asked = [word[1:] for word in words if word.startswith("@")]
    refuse_plus_words(plain)
    named, typed = _split(plain, has_name=bool(names or addresses) or not needs_name)
    numbers = tuple(dict.fromkeys([*map(parse_type, typed), *map(parse_type, types)]))
    found: list[AskedName] = []
    unreadable: list[tuple[str, NettoolsError]] = []
    readers = [(word, asked_name) for word in (*named, *names)] + [(word, reverse_name) for word in addresses]
    for word, read in readers:
        try:
            found.append(read(word, numbers))
        except (AddressError, DomainNameError) as error:
            unreadable.append((word, error))
    if unreadable and not found:
        raise unreadable[0][1]
    if needs_name and not found:
        raise OptionError(
            "no name to ask for",
            hint="write one, as in nettools resolve example.com; an address asks for its PTR record",
        )
    doubts = slips([word for word in named if word not in names] + ["" for _ in (*names, *addresses)])
    found = [replace(one, warnings=(*one.warnings, doubts[one.text])) if one.text in doubts else one for one in found]
    specs = [parse_server(one, default_port=default_port, tls_name=tls_name) for one in (*asked, *servers)]
    return Request(names=tuple(found), types=numbers, servers=tuple(specs), unreadable=tuple(unreadable))


def _split(words: Sequence[str], *, has_name: bool) -> tuple[list[str], list[str]]:
    """(names, types). When every word is a type and there is no name, the first is the name."""
    are_types = [type_number(word) is not None for word in words]
    if words and all(are_types) and not has_name:
        are_types[0] = False
    return (
        [word for word, is_type in zip(words, are_types, strict=True) if not is_type],
        [word for word, is_type in zip(words, are_types, strict=True) if is_type],
    )


def parse_type(word: str) -> int:
    """The number of a type. Raises OptionError.

    >>> parse_type("mx"), parse_type("TYPE65280")
    (15, 65280)
    """
    number = type_number(word)
    if number is None:
        hint = suggestion(word.upper(), TYPES, "any type can be written as TYPE and its number, as in TYPE65280")
        raise OptionError(f"the type {quoted(word)} is unknown", hint=hint)
    return number


def asked_name(text: str, types: Sequence[int] = ()) -> AskedName:
    """A name or an address, with the types that are asked for it: those given, else PTR, or A and AAAA.

    An address is its reverse name when PTR or nothing in particular is asked; for other types it is taken at its word.
    Raises DomainNameError or AddressError.

    >>> asked_name("192.0.2.1").name
    '1.2.0.192.in-addr.arpa.'
    """
    if not text.endswith(".") and _is_address(text):
        if not types or _PTR in types:
            return reverse_name(text, types)
        parse_address(text)
        odd = (f"{text} is asked as a name, not as an address: its reverse name is asked with PTR or -x",)
        return AskedName(text=text, name=text, types=tuple(types), warnings=odd)
    _check_characters(text)
    named = ascii_name(text)
    name_from_text(named.name)  # raises what is wrong with it
    return AskedName(text=text, name=named.name, types=tuple(types) or DEFAULT_TYPES, warnings=named.warnings)


def reverse_name(text: str, types: Sequence[int] = ()) -> AskedName:
    """The reverse name of an address, for its PTR record if nothing else is asked. Raises AddressError."""
    if "/" in text or "-" in text.partition("%")[0].lstrip("-"):
        raise AddressError(
            f"{quoted(text)} is more than one address", hint=f"nettools rdns {safe(text)} asks for all of them"
        )
    address = parse_address(text)
    zone = address.scope_id if isinstance(address, IPv6Address) else None
    return AskedName(
        text=text,
        name=ptr_name(address.version, int(address)) + ".",
        types=tuple(types) or (_PTR,),
        address=address,
        warnings=(f"DNS knows no zones: {format_address(address)} is asked without its zone",) if zone else (),
    )


def _is_address(text: str) -> bool:
    """Whether a word is meant as an address, CIDR or range; a URL, or a word with blanks, is none."""
    is_clean = text.isascii() and text.isprintable() and " " not in text and "\\" not in text
    return is_clean and not _URL.match(text) and not _is_classless(text) and spells_address(text) and _is_numeric(text)


def _is_numeric(text: str) -> bool:
    """A slash alone makes no address of a name: ``www/x``."""
    return ":" in text or spells_address(text.partition("/")[0])


def _is_classless(text: str) -> bool:
    owner = _CLASSLESS_OWNER.match(text)
    return bool(_CLASSLESS.match(text) or (owner and _CLASSLESS.match(text[owner.end() :])))


def _check_characters(text: str) -> None:
    """Raise DomainNameError for what nobody means in a name: an octet of any kind can be written ``\\DDD``."""
    if not text:
        raise DomainNameError("the name is empty")
    if _URL.match(text):
        host = re.split(r"[/?#]", text.partition(":")[2].lstrip("/"), maxsplit=1)[0].rpartition("@")[2]
        hint = f"ask for the name in it: {quoted(host)[1:-1]}" if host else None
        raise DomainNameError(f"{quoted(text)} is a URL and no name", hint=hint)
    if text.startswith("-"):
        raise DomainNameError(f"the name {quoted(text)} begins with '-'", hint=r"a name that does is written \045…")
    is_escaped = False
    for character in text:
        if not is_escaped:
            _check_character(character, text)
        elif character.isspace() or not character.isprintable():
            raise _unfit(character, text)
        is_escaped = character == "\\" and not is_escaped


def _check_character(character: str, text: str) -> None:
    if character == "@":
        domain = safe(text.rpartition("@")[2])
        hint = f"who takes its mail: nettools resolve {domain} MX" if domain else r"write \@ for the octet"
        raise DomainNameError(f"the name {quoted(text)} has an '@'", hint=hint)
    if character.isspace() or (character.isascii() and not character.isprintable()):
        raise _unfit(character, text)
    if character == "/" and not _is_classless(text):
        raise _unfit(character, text)


def _unfit(character: str, text: str) -> DomainNameError:
    hint = rf"write \{ord(character):03d} for the octet" if character.isascii() else None
    return DomainNameError(f"the name {quoted(text)} has {quoted(character)} in it", hint=hint)
