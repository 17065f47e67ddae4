"""Which services there are, and the one that a word names."""

from typing import Final, Literal, get_args

from nettools.core.text import quoted, suggestion
from nettools.errors import OptionError

ServiceName = Literal["echo", "discard", "daytime", "time", "chargen", "qotd", "finger"]
"""RFC 862, 863, 867, 868, 864, 865 and 1288."""

SERVICES: Final[tuple[ServiceName, ...]] = get_args(ServiceName)


def parse_service(text: str) -> ServiceName:
    """The service of that name, in any case. Raises OptionError."""
    wanted = text.lower() if text.isascii() else text
    for name in SERVICES:
        if name == wanted:
            return name
    raise OptionError(
        f"there is no service {quoted(text)}", hint=suggestion(wanted, SERVICES, f"there are {', '.join(SERVICES)}")
    )
