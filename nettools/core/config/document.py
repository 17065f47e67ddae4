"""The octets of a settings file as a TOML document; what is wrong with it has a line."""

import re
import tomllib
from typing import Final, NamedTuple

from nettools.core.text import safe
from nettools.errors import SettingError

LARGEST_FILE_BYTES: Final = 1 << 16
"""A file with every setting and its help has a tenth of that."""

MOST_DOTS: Final = 500
"""On one line: tomllib takes time that grows with the square of a key's parts, 15 s for 60 kB of them (Python 3.11)."""

_BYTE_ORDER_MARK: Final = "\ufeff"
_PLACE: Final = re.compile(r" \(at line ([0-9]+), column ([0-9]+)\)\Z")
_AT_END: Final = " (at end of document)"


class Document(NamedTuple):
    """What tomllib reads, and the text in which the lines are."""

    values: dict[str, object]
    text: str


def read_document(octets: bytes, path: str) -> Document:
    """The document. Raises SettingError, whose message begins with ``path:line``."""
    try:
        text = octets.decode("utf-8").removeprefix(_BYTE_ORDER_MARK)  # editors of Windows write one
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise SettingError(
            f"{safe(path)}:{line}: the byte 0x{octets[error.start]:02x} is no UTF-8", hint="TOML is UTF-8"
        ) from None
    for number, line_text in enumerate(text.split("\n"), start=1):
        if line_text.count(".") > MOST_DOTS:
            raise SettingError(f"{safe(path)}:{number}: the line has more than {MOST_DOTS} dots, as no setting has")
    try:
        return Document(tomllib.loads(text), text)
    except RecursionError:
        raise SettingError(f"{safe(path)}: lists or tables are nested too deeply") from None
    except ValueError as error:  # TOMLDecodeError is one, and so is the error of an integer of thousands of digits
        raise SettingError(_worded(str(error), text, path)) from None


def _worded(message: str, text: str, path: str) -> str:
    """tomllib's message with the place in front."""
    found = _PLACE.search(message)
    if found:
        return f"{safe(path)}:{found[1]}: no valid TOML: {_lowered(message[: found.start()])}, column {found[2]}"
    if message.endswith(_AT_END):
        last = text.rstrip("\n").count("\n") + 1
        return f"{safe(path)}:{last}: no valid TOML: {_lowered(message.removesuffix(_AT_END))}, at the end"
    return f"{safe(path)}: no valid TOML: {_lowered(message)}"


def _lowered(message: str) -> str:
    return safe(message[:1].lower() + message[1:])
