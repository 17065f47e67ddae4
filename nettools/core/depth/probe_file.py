"""Reads a file of ``data/probes`` and refuses what it cannot mean."""

import re
import tomllib
from typing import Final, cast

from nettools.core.depth.matcher import Matcher, places
from nettools.core.depth.probe import ServiceProbe
from nettools.core.ports import HIGHEST_PORT, Transport

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,30}\Z")
_READER: Final = re.compile(r"[a-z][a-z0-9_]{0,30}\Z")
_PART: Final = re.compile(r"(all|status|body|header [A-Za-z0-9-]{1,60}|json [A-Za-z0-9_.-]{1,80})\Z")
_TOLD: Final = ("product", "version", "extra")


class ProbeFileError(ValueError):
    """The file and what is wrong with it, for its author: files that ship are all held valid by a test."""


class _Fields:
    """The keys of a table, each taken with its type; what is left at the end is unknown."""

    def __init__(self, name: str, table: dict[str, object]) -> None:
        self._name = name
        self._left = dict(table)

    def wrong(self, what: str) -> ProbeFileError:
        return ProbeFileError(f"probe file {self._name}: {what}")

    def text(self, key: str) -> str | None:
        value = self._left.pop(key, None)
        if value is not None and not isinstance(value, str):
            raise self.wrong(f"{key} must be text")
        return value

    def required(self, key: str) -> str:
        value = self.text(key)
        if not value:
            raise self.wrong(f"{key} is missing")
        return value

    def flag(self, key: str) -> bool:
        value = self._left.pop(key, False)
        if not isinstance(value, bool):
            raise self.wrong(f"{key} must be true or false")
        return value

    def number(self, key: str, otherwise: int) -> int:
        value = self._left.pop(key, otherwise)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong(f"{key} must be a number")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._left.pop(key, [])
        if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
            raise self.wrong(f"{key} must be a list of texts")
        return tuple(values)

    def ports(self, key: str) -> frozenset[int]:
        values = self._left.pop(key, [])
        if not isinstance(values, list) or not all(type(one) is int and 0 <= one <= HIGHEST_PORT for one in values):
            raise self.wrong(f"{key} must be a list of port numbers")
        return frozenset(values)

    def tables(self, key: str) -> list[dict[str, object]]:
        values = self._left.pop(key, [])
        if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
            raise self.wrong(f"{key} must be tables")
        return cast(list[dict[str, object]], values)

    def table_of_texts(self, key: str) -> dict[str, str]:
        value = self._left.pop(key, {})
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise self.wrong(f"{key} must be a table of texts")
        return cast(dict[str, str], value)

    def end(self) -> None:
        if self._left:
            raise self.wrong(f"unknown key {next(iter(self._left))}")


def parse_probe(name: str, text: str) -> ServiceProbe:
    """The probe that the file called ``name`` describes. Raises ProbeFileError."""
    try:
        fields = _Fields(name, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProbeFileError(f"probe file {name}: {error}") from None
    if not _NAME.match(name):
        raise fields.wrong("its name must be lower-case letters, digits and hyphens")
    service = fields.required("service")
    says = _says(fields)
    hears = frozenset(fields.texts("hears"))
    if says == b"":
        raise fields.wrong("it says nothing: what waits for a greeting has hears instead of says")
    if says is None and not hears:
        raise fields.wrong("it needs something to say (says, says_hex) or to hear (hears)")
    transports = fields.texts("transports") or ("tcp",)
    if not set(transports) <= {"tcp", "udp"}:
        raise fields.wrong("transports must be tcp, udp or both")
    order = fields.number("order", 5)
    if not 1 <= order <= 9:
        raise fields.wrong("order must be 1 to 9")
    reader = fields.text("reader")
    if reader is not None and not _READER.match(reader):
        raise fields.wrong("reader must be the name of a module in core/depth/readers")
    matchers = tuple(_matcher(name, service, one) for one in fields.tables("match"))
    is_general = fields.flag("general")
    if not (matchers or reader or is_general):  # a general one may be said for the sake of those that hear its answers
        raise fields.wrong("it has neither a match nor a reader")
    probe = ServiceProbe(
        name=name,
        service=service,
        service_in_tls=fields.text("service_in_tls") or service,
        source=fields.required("source"),
        says=says,
        hears=hears,
        also=fields.texts("also"),
        after=frozenset(fields.texts("after")),
        transports=frozenset(cast(tuple[Transport, ...], transports)),
        ports=fields.ports("ports"),
        tls_ports=fields.ports("tls_ports"),
        order=order,
        is_general=is_general,
        starttls=fields.text("starttls"),
        matchers=matchers,
        reader=reader,
    )
    fields.end()
    return probe


def _says(fields: _Fields) -> bytes | None:
    text, hexadecimal = fields.text("says"), fields.text("says_hex")
    if text is not None and hexadecimal is not None:
        raise fields.wrong("says and says_hex exclude each other")
    try:
        if hexadecimal is not None:
            return bytes.fromhex(hexadecimal)
        return None if text is None else text.encode("latin-1")
    except ValueError:
        raise fields.wrong("what it says is not octets") from None


def _matcher(name: str, service: str, table: dict[str, object]) -> Matcher:
    fields = _Fields(name, table)
    where = fields.table_of_texts("where")
    if (pattern := fields.text("pattern")) is not None:
        where = {"all": pattern, **where}
    if not where:
        raise fields.wrong("a match needs a pattern, or where")
    for part in where:
        if not _PART.match(part):
            raise fields.wrong(f"there is no part {part} of an answer")
    templates = {key: value for key in _TOLD if (value := fields.text(key)) is not None}
    matcher = Matcher(
        where=where,
        service=fields.text("service") or service,
        templates=templates,
        speaks_tls=fields.flag("speaks_tls"),
    )
    fields.end()
    return matcher


def check_patterns(matcher: Matcher) -> None:
    """Raises ValueError for a pattern that does not compile, or a template that names no group of it.

    A run compiles patterns when it needs them; this is for tests and authors.
    """
    try:
        groups = {group for _, pattern in matcher.patterns for group in pattern.groupindex}
    except (re.error, UnicodeEncodeError) as error:
        raise ValueError(f"{matcher.where}: {error}") from None
    for template in matcher.templates.values():
        if missing := set(places(template)) - groups:
            raise ValueError(f"{template}: no group {min(missing)}")
