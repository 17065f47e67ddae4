"""Finished addresses as JSON: a template for those with one name and no more, which are nearly all of a long sweep."""

from collections.abc import Callable
from typing import Final

from nettools.core.rdns.report import AddressReport, NameReport
from nettools.core.rdns.sweep import Finished
from nettools.core.record import Json, to_json

_NUMBERS: Final = [str(number) for number in range(256)]
_MARKS: Final = ("\0i", "\0a", "\0p", "\0n")


class AddressLines:
    """Writes addresses; ``head`` makes lines of JSONL, else they are items of a document."""

    def __init__(self, encode: Callable[[Json], str], *, head: bool) -> None:
        self._encode = encode
        self._has_head = head
        self._template = self._single_name()

    def text(self, one: Finished) -> str:
        """One line or item."""
        if one.forward is None and len(one.names) == 1 and not one.path and one.version == 4:
            name, value = one.names[0], one.value
            if "\\" not in name and '"' not in name:
                a, b, c, d = value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255
                address = f"{_NUMBERS[a]}.{_NUMBERS[b]}.{_NUMBERS[c]}.{_NUMBERS[d]}"
                values = address, one.ptr, name
                return self._template % (one.number, *values) if self._has_head else self._template % values
        return self.whole(one.number, one.report())

    def whole(self, number: int, report: AddressReport) -> str:
        """The same the long way."""
        body = to_json(report)
        assert isinstance(body, dict)
        if not self._has_head:
            return self._encode(body)
        return self._encode({"type": "address", "index": number, **body}) + "\n"

    def _single_name(self) -> str:
        index, address, ptr, name = _MARKS
        names = (NameReport(name=name, forward=(), verdict=None),)
        sample = Finished(0, 4, 0, ptr, (), (), None, None).report()
        body = to_json(sample)
        assert isinstance(body, dict)
        body |= {"address": address, "names": to_json(names), "verdict": None}
        text = self._encode({"type": "address", "index": index, **body} if self._has_head else body).replace("%", "%%")
        text = text.replace(self._encode(index), "%s")
        for mark in (address, ptr, name):
            text = text.replace(self._encode(mark), '"%s"')
        return text + ("\n" if self._has_head else "")
