"""``--crlf``: a line feed becomes carriage return and line feed, as most protocols of text want it."""


class CrlfNewlines:
    """The stage of ``-C``: LF to CR LF; a CR LF that is there already stays, also when it comes in two reads."""

    __slots__ = ("_is_behind_cr",)

    def __init__(self) -> None:
        self._is_behind_cr = False

    def feed(self, octets: bytes) -> bytes:
        if not octets:
            return octets
        begun = b"\n" if self._is_behind_cr and octets.startswith(b"\n") else b""
        self._is_behind_cr = octets.endswith(b"\r")
        return begun + octets[len(begun) :].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    def finish(self) -> bytes:
        return b""

    def reply(self) -> bytes:
        return b""
