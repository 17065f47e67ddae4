"""Which kinds of proxy ``--proxy-server`` can be."""

from typing import Final, Literal, get_args

from nettools.core.text import quoted, suggestion
from nettools.errors import OptionError

ProxyServerType = Literal["http", "socks5"]

KINDS: Final[tuple[ProxyServerType, ...]] = get_args(ProxyServerType)


def parse_proxy_server(text: str) -> ProxyServerType:
    """The kind of that name, in any case. Raises OptionError."""
    for kind in KINDS:
        if kind == text.lower():
            return kind
    hint = suggestion(text.lower(), KINDS, f"there are {' and '.join(KINDS)}")
    raise OptionError(f"there is no proxy server {quoted(text)}", hint=hint)
