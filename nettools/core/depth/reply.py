"""An answer and its parts, each worked out when a matcher asks for it."""

import json
from functools import cached_property

from nettools.core.depth.http_reply import HttpReply, parse_http


class Reply:
    """The octets of one answer, so far."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def http(self) -> HttpReply | None:
        return parse_http(self.data)

    @cached_property
    def _json(self) -> object:
        if self.http is None:
            return None
        try:
            return json.loads(self.http.body)
        except (ValueError, RecursionError):
            return None

    @property
    def is_unfinished_http(self) -> bool:
        """More of an HTTP answer is to come: what stands in its body may tell more than its head."""
        return self.data.startswith(b"HTTP/1.") and not (self.http is not None and self.http.is_whole)

    def part(self, name: str) -> bytes | None:
        """The part that a probe file calls so; None where this answer has no such part.

        ``all``, and of an HTTP answer ``status``, ``header NAME``, ``body``, ``json KEY.KEY`` (a text, a number
        or true and false in a JSON body).
        """
        kind, _, rest = name.partition(" ")
        if kind == "all":
            return self.data
        if self.http is None:
            return None
        if kind == "status":
            return b"%d" % self.http.status
        if kind == "header":
            return self.http.fields.get(rest.lower().encode())
        return self.http.body if kind == "body" else self._json_value(rest)

    def _json_value(self, path: str) -> bytes | None:
        value = self._json
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str):
            return value.encode("utf-8", "surrogatepass")
        return json.dumps(value).encode() if isinstance(value, bool | int | float) else None
