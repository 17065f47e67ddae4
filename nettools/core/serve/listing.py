"""The listing of a folder: a small page for people, JSON for scripts, by what the Accept header prefers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Final, Literal

from nettools.core.serve.http_date import EPOCH, format_http_date, nearest_moment
from nettools.core.serve.target import Place, encoded
from nettools.core.text import safe, without_surrogates

MOST_ENTRIES: Final = 10_000
"""Entries of one listing: beyond, some are left out, and the listing says so."""

EntryKind = Literal["folder", "file", "link"]

_STYLE: Final = (
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td{padding:.1rem .8rem .1rem 0}"
    "td+td{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One name in a folder."""

    name: bytes
    kind: EntryKind
    """A ``link`` is symbolic; whether it leads to something that is served shows when it is asked for."""
    size: int | None
    modified_s: int


def prefers_json(accept: bytes) -> bool:
    """Whether an Accept header (RFC 9110 §12.5.1) would rather have JSON than HTML. Without a preference: HTML.

    >>> prefers_json(b"application/json"), prefers_json(b"*/*"), prefers_json(b"text/html, application/json;q=0.9")
    (True, False, False)
    """
    weights: dict[bytes, float] = {}
    for one in accept.lower().split(b","):
        media_range, *parameters = (part.strip(b" \t") for part in one.split(b";"))
        weights[media_range] = _weight(parameters)
    return _quality(weights, b"application", b"json") > _quality(weights, b"text", b"html")


def _quality(weights: dict[bytes, float], main: bytes, sub: bytes) -> float:
    for media_range in (main + b"/" + sub, main + b"/*", b"*/*"):
        if media_range in weights:
            return weights[media_range]
    return 0.0


def _weight(parameters: Sequence[bytes]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition(b"=")
        if name == b"q":
            whole, _, thousandths = value.partition(b".")
            if value[:5] == value and whole in (b"0", b"1") and (thousandths or b"0").isdigit():
                return min(float(value), 1.0)
            return 0.0
    return 1.0


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Folders first, each kind by name."""
    return sorted(entries, key=lambda one: (one.kind != "folder", one.name))


def html_listing(place: Place, entries: Sequence[Entry], *, is_cut: bool) -> bytes:
    """A page without scripts. A name is escaped for the terminal of whoever looks, then for HTML."""
    title = escape("/" + "".join(safe(name) + "/" for name in place.names))
    rows = [_row("../", "../", "", "")] if place.names else []
    for one in in_order(entries):
        slash = "/" if one.kind == "folder" else ""
        size = "" if one.size is None else f"{one.size:,}"
        rows.append(_row(f"./{encoded(one.name)}{slash}", safe(one.name) + slash, size, _date(one.modified_s)))
    rest = f"<p>Only {len(entries)} of the names are shown.</p>\n" if is_cut else ""
    page = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"<table>\n{''.join(rows)}</table>\n{rest}</body>\n</html>\n"
    )
    return page.encode("utf-8")


def _row(link: str, name: str, size: str, date: str) -> str:
    return f'<tr><td><a href="{escape(link)}">{escape(name)}</a></td><td>{size}</td><td>{date}</td></tr>\n'


def _date(modified_s: int) -> str:
    return format_http_date(modified_s)[5:-4]


def _timestamp(modified_s: int) -> str:
    """RFC 3339."""
    return (EPOCH + timedelta(seconds=nearest_moment(modified_s))).isoformat().replace("+00:00", "Z")


def json_listing(place: Place, entries: Sequence[Entry], *, is_cut: bool) -> bytes:
    """``name`` is text for people, ``href`` leads to the file whatever octets its name has."""
    document = {
        "path": place.path,
        "entries": [
            {
                "name": without_surrogates(one.name.decode("utf-8", "surrogateescape")),
                "href": encoded(one.name) + ("/" if one.kind == "folder" else ""),
                "type": one.kind,
                "size": one.size,
                "modified": _timestamp(one.modified_s),
            }
            for one in in_order(entries)
        ],
        "complete": not is_cut,
    }
    return json.dumps(document, indent=1).encode("ascii") + b"\n"
