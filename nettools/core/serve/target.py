"""The target of a request as names beneath the served folder, RFC 9112 §3.2 and RFC 3986 §3.3.

A name never leads anywhere but into the folder before it: what could is refused, however it is encoded.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_from_bytes

from nettools.core.serve.refusal import Refused

LONGEST_TARGET: Final = 8000
"""Octets; RFC 9110 §4.1 wants at least so many to be understood."""
WELL_KNOWN: Final = b".well-known"
"""The one name with a dot that is served: RFC 8615 makes it public."""

_ABSOLUTE: Final = re.compile(rb"https?://[^/?#]*", re.IGNORECASE)
_ESCAPE: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_BROKEN_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_SEPARATORS: Final = (b"/", b"\\", b"\0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a request leads."""

    names: tuple[bytes, ...]
    """From the served folder downwards; none for the folder itself."""
    is_folder: bool
    """Whether the target ends with a slash."""
    query: bytes | None = None
    """What stands behind the question mark; nothing here depends on it."""

    @property
    def path(self) -> str:
        """The path, encoded again: the same place in its one usual spelling."""
        return "/" + "/".join(map(encoded, self.names)) + ("/" if self.is_folder and self.names else "")

    @property
    def folder_location(self) -> str:
        """The place as a folder, for a redirect. It begins with one slash, so it never names another host."""
        query = "" if self.query is None else "?" + quote_from_bytes(self.query, safe="/?:@!$&'()*+,;=-._~%")
        return "/" + "".join(encoded(name) + "/" for name in self.names) + query


def encoded(name: bytes) -> str:
    """A name as a segment of a path, RFC 3986: a colon too, so that no segment looks like a scheme."""
    return quote_from_bytes(name, safe="")


def is_served(name: bytes) -> bool:
    """Whether a file of that name is shown and given: not when it is hidden, nor when it holds what separates names.

    >>> is_served(b"notes.txt"), is_served(b".env"), is_served(b".."), is_served(b"a/b")
    (True, False, False, False)
    """
    return bool(name) and name[:1] != b"." and not any(one in name for one in _SEPARATORS)


def parse_request_target(target: bytes) -> Place:
    """The place that a target names. Raises Refused: 400 for what is no path, 404 for what is never served, 414."""
    if len(target) > LONGEST_TARGET:
        raise Refused(414, f"The target is longer than {LONGEST_TARGET} bytes.")
    scheme = _ABSOLUTE.match(target)
    if scheme is not None:  # a proxy's form, which a server has to take too: RFC 9112 §3.2.2
        target = target[scheme.end() :] or b"/"
        target = target if target.startswith(b"/") else b"/" + target
    path, mark, query = target.partition(b"?")
    if not path.startswith(b"/") or b"#" in target:
        raise Refused(400, "The target is no path.")
    if _BROKEN_ESCAPE.search(path):
        raise Refused(400, "The path has a % that begins no escape.")
    segments = [_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), one) for one in path[1:].split(b"/")]
    names = tuple(one for one in segments if one)  # a//b is a/b
    for number, name in enumerate(names):
        _check(name, is_first=number == 0)
    return Place(names=names, is_folder=not segments[-1], query=query if mark else None)


def _check(name: bytes, *, is_first: bool) -> None:
    if any(one in name for one in _SEPARATORS):
        raise Refused(400, "A name in the path holds a separator or a null byte.")
    if not is_served(name) and not (is_first and name == WELL_KNOWN):
        raise Refused(404, "There is no such file.")
