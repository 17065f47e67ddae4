"""Tags of XML 1.0 with their attributes."""

from typing import Final

# XML 1.0 §2.4; §3.3.3 would make blanks of the last three.
_REFERENCES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
)


def escaped(text: str) -> str:
    """Text for content or an attribute. It must have no control characters but TAB, LF and CR: ``safe()`` sees to that.

    >>> escaped('a<b & "c"')
    'a&lt;b &amp; &quot;c&quot;'
    """
    return text.translate(_REFERENCES)


def tag(name: str, /, **attributes: str | None) -> str:
    """A start tag; what is None is left out.

    >>> tag("host", comment=None, timedout="true")
    '<host timedout="true">'
    """
    return f"<{name}{_attributes(attributes)}>"


def element(name: str, /, **attributes: str | None) -> str:
    """An element without content.

    >>> element("verbose", level="0")
    '<verbose level="0"/>'
    """
    return f"<{name}{_attributes(attributes)}/>"


def _attributes(attributes: dict[str, str | None]) -> str:
    return "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items() if value is not None)
