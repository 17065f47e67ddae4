"""How the text of each setting is read: by the parser of its option, imported when a value has to be read."""

from importlib import import_module
from typing import Final

from nettools.core.config.setting import Check, Surroundings
from nettools.core.text import quoted, suggestion
from nettools.errors import OptionError

COMMON_FORMATS: Final = ("table", "plain", "json", "jsonl", "csv")
"""Those that every command has; a test holds that they are the choices of ``--format``."""


def one_of(*choices: str) -> Check:
    """One of some words."""

    def check(text: str, name: str, _surroundings: Surroundings) -> None:
        if text not in choices:
            known = f"there are {', '.join(choices[:-1])} and {choices[-1]}"
            raise OptionError(f"{name} {quoted(text)} is unknown", hint=suggestion(text, choices, otherwise=known))

    return check


def formats(*more: str) -> Check:
    """A format that every command has, or one of this command's own."""
    return one_of(*COMMON_FORMATS, *more)


def parser(module: str, function: str) -> Check:
    """The parser of the option: ``function(text, name)`` in a module of ``nettools.core``."""

    def check(text: str, name: str, _surroundings: Surroundings) -> None:
        getattr(import_module(f"nettools.core.{module}"), function)(text, name)

    return check


def path(_text: str, _name: str, _surroundings: Surroundings) -> None:
    """A file, whose name the setting's kind reads; whether it is there is seen when it is wanted."""


def scan_ports(text: str, _name: str, surroundings: Surroundings) -> None:
    """A list of ports: 22, ssh, web, top:100."""
    from nettools.core.ports import parse_ports

    parse_ports(text, surroundings.port_names())


def name_server(text: str, _name: str, _surroundings: Surroundings) -> None:
    """A server as it stands behind the ``@``."""
    from nettools.core.resolve.server_spec import parse_server

    parse_server(text)


def proxy_type(text: str, _name: str, _surroundings: Surroundings) -> None:
    """http, socks4, socks5."""
    from nettools.core.proxy.settings import parse_proxy_type

    parse_proxy_type(text)


def proxy(text: str, name: str, _surroundings: Surroundings) -> None:
    """``HOST:PORT``, without anything secret: settings are shown, and their file may be open to others."""
    from nettools.core.proxy.settings import parse_proxy_endpoint

    if "@" in text:
        raise OptionError(
            f"{name} has a user in it", hint="write HOST:PORT; proxy-auth-file names a file with USER:PASSWORD"
        )
    parse_proxy_endpoint(text, default_port=1)
