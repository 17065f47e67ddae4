"""Which options of cat and listen go together."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from nettools.commands._at_rest import at_rest, without_settings
from nettools.errors import OptionError
from nettools.render.format import Format
from nettools.runs import connect_modes
from nettools.runs.connect_modes import TLS, check_connection
from nettools.runs.together import given, refuse_alone, refuse_several, refuse_without_effect, spelled

if TYPE_CHECKING:
    from nettools.commands._cat_options import CatOptions
    from nettools.commands._listen_options import ListenOptions
    from nettools.commands._relay_options import RelayOptions

NO_PROXY: Final = "none"
"""Says that there is to be no proxy, where a setting names one."""

_SHAPES: Final = ("crlf", "telnet", "delay", "raw")
"""What changes the octets on their way."""
_ENDS: Final = ("send_only", "recv_only", "no_shutdown", "quit_after")
_LOGS: Final = ("output_log", "hex_dump", "append_output")
_IP: Final = ("ipv4", "ipv6", "tos", "ttl", "nodelay", "mptcp")

_EXCLUDE: Final = (
    ("ipv4", "ipv6"),
    ("send_only", "recv_only"),
    ("exec", "sh_exec"),
    ("unix", "vsock", "mptcp"),
    ("udp", "vsock", "mptcp"),
)
_WITHOUT_EFFECT: Final = {
    "udp": ("nodelay", "keepalive", "no_shutdown"),
    "unix": (*_IP, "keepalive"),
    "vsock": (*_IP, "keepalive"),
    "exec": ("send_only", "recv_only", "quit_after", "raw", "telnet"),
    "sh_exec": ("send_only", "recv_only", "quit_after", "raw", "telnet"),
    "recv_only": ("crlf", "delay", "limit_rate", "quit_after", "no_shutdown"),
    "send_only": ("raw", "no_shutdown"),
}

_CAT_EXCLUDE: Final = (
    ("zero", "exec"),
    ("zero", "sh_exec"),
    ("zero", "send"),
    ("send", "exec"),
    ("send", "sh_exec"),
    ("stay", "send_only"),
)
_CAT_WITHOUT_EFFECT: Final = {
    "zero": (*_SHAPES, *_ENDS, *_LOGS, "idle_timeout", "limit_rate", "stay", "timeline"),
    "send": (*_SHAPES, *_ENDS, *_LOGS, "udp", "stay"),
    "exec": ("stay",),
    "sh_exec": ("stay",),
    "recv_only": ("stay",),
    "udp": ("stay",),
}
_CAT_ALONE: Final = {
    "append_output": ("output_log", "hex_dump"),
    "resume": ("send",),
}

_LISTEN_MODES: Final = ("exec", "sh_exec", "service", "serve", "forward", "proxy_server", "receive", "broker", "chat")
"""Each does something else with a client."""
_TALKS: Final = ("service", "serve", "proxy_server", "receive")
"""Modes in which nettools itself is what the client talks to: nothing is relayed from or to here."""
_LISTEN_WITHOUT_EFFECT: Final = {
    **dict.fromkeys(_TALKS, (*_SHAPES, *_ENDS, *_LOGS, "limit_rate")),
    "forward": (*_SHAPES, *_ENDS),
    "serve": (*_SHAPES, *_ENDS, *_LOGS, "limit_rate", "udp"),
    "broker": ("recv_only", "raw", "quit_after", "telnet"),
    "chat": ("recv_only", "raw", "quit_after", "telnet"),
    "udp": ("tls", "nodelay", "keepalive", "no_shutdown", "serve", "proxy_server", "receive"),
    "unix": (*_IP, "keepalive", "any_address", "allow", "deny", "allowfile", "denyfile"),
    "vsock": (*_IP, "keepalive", "any_address", "allow", "deny", "allowfile", "denyfile"),
    "keep_open": ("quit_after",),
}
_LISTEN_ALONE: Final = {
    "append_output": ("output_log", "hex_dump"),
    "mode": ("unix",),
    "unlink_first": ("unix",),
    "max_conns": ("keep_open", "serve", "proxy_server", "broker", "chat"),
    "proxy_auth": ("proxy_server",),
    "proxy_auth_file": ("proxy_server",),
    "key": ("cert",),
    **dict.fromkeys(TLS, ("tls",)),
}


def cat_settings_at_rest(options: "CatOptions") -> "CatOptions":
    """The options without the settings that do not go with them, and without a proxy where ``--proxy none`` says so."""
    if options.proxy == NO_PROXY:
        options = replace(options, proxy=None, from_settings=options.from_settings - {"proxy"})
    options = at_rest(options, exclude=_EXCLUDE, without_effect=_WITHOUT_EFFECT)
    options = at_rest(options, exclude=_CAT_EXCLUDE, without_effect=_CAT_WITHOUT_EFFECT, alone=_CAT_ALONE)
    return at_rest(
        options,
        exclude=connect_modes.EXCLUDE,
        without_effect=connect_modes.WITHOUT_EFFECT,
        alone=connect_modes.ALONE,
    )


def listen_settings_at_rest(options: "ListenOptions") -> "ListenOptions":
    """The same for listen."""
    options = at_rest(options, exclude=_EXCLUDE, without_effect=_WITHOUT_EFFECT)
    options = at_rest(options, without_effect=_LISTEN_WITHOUT_EFFECT, alone=_LISTEN_ALONE)
    if options.udp and options.service is not None:
        return without_settings(options, ("idle_timeout", "max_conns"))
    return options


def check_cat(options: "CatOptions", chosen: Format) -> None:
    """Raise OptionError for options of cat that exclude or need each other."""
    _check_shared(options)
    for names in _CAT_EXCLUDE:
        refuse_several(options, names)
    refuse_without_effect(options, _CAT_WITHOUT_EFFECT)
    refuse_alone(options, _CAT_ALONE)
    check_connection(options)
    if options.unix and not options.udp and options.source is not None:
        raise OptionError("--source does not go with --unix", hint="with -u it is the path to which answers come")
    if not options.zero and chosen is not Format.TABLE:
        raise OptionError("what the other side says is no record", hint="--events writes what happens as JSONL")
    if options.events == "-" and not any(given(options, ("exec", "sh_exec", "send", "send_only"))):
        raise OptionError(
            "--events - would mix with the answer" if options.zero else "--events - would mix with the data",
            hint="name a file, or /dev/stderr",
        )


def check_listen(options: "ListenOptions", chosen: Format) -> None:
    """Raise OptionError for options of listen that exclude or need each other."""
    _check_shared(options)
    modes = [name for name in _LISTEN_MODES if name != "broker" or not options.chat]
    refuse_several(options, modes)
    refuse_without_effect(options, _LISTEN_WITHOUT_EFFECT)
    refuse_alone(options, _LISTEN_ALONE)
    if options.udp and options.service is not None:
        for name in given(options, ("idle_timeout", "max_conns")):
            raise OptionError(f"{spelled(options, name)} does not go with --service and --udp: there are no clients")
    if options.proxy_auth and options.proxy_auth_file:
        raise OptionError("--proxy-auth and --proxy-auth-file exclude each other")
    if chosen is not Format.TABLE:
        raise OptionError("what clients say is no record", hint="--events writes what happens as JSONL")
    if options.events == "-" and not any(given(options, (*_LISTEN_MODES, "send_only"))):
        raise OptionError("--events - would mix with the data", hint="name a file, or /dev/stderr")


def _check_shared(options: "RelayOptions") -> None:
    for names in _EXCLUDE:
        refuse_several(options, names)
    refuse_without_effect(options, _WITHOUT_EFFECT)
    if options.output_log is not None and options.output_log == options.hex_dump != "-":
        raise OptionError(f"{spelled(options, 'output_log')} and --hex-dump name the same file")
