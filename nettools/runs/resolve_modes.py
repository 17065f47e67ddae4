"""What can be asked of name servers together: what would have no effect is refused, never ignored."""

from collections.abc import Iterable
from typing import Final

from nettools.core.resolve.answering import ServerGroup
from nettools.errors import OptionError
from nettools.runs.resolve_asked import ResolveAsked
from nettools.runs.together import given, is_given, refuse_alone, refuse_several, refuse_without_effect, spelled

_MODES: Final = ("trace", "all_ns", "compare", "axfr", "ixfr", "file", "watch")
"""Options that each ask something else: no two of them go together."""

_TLS: Final = ("insecure", "cafile", "tls_name")
_IN_EDNS: Final = ("dnssec", "validate", "subnet", "nsid", "cookie", "bufsize")
_IN_TRANSFERS: Final = (
    *("dnssec", "validate", "system", "search", "expect", "ad", "cd", "no_rd", "bufsize", "subnet", "nsid", "cookie"),
    *("tries", "concurrency"),
)
_WITHOUT_EFFECT: Final = {
    "trace": ("system", "search", "ad", "tsig", "tsig_file", *_TLS),
    "all_ns": ("validate", "system", "search", "ad", "tsig", "tsig_file"),
    "compare": ("validate", "system", "search"),
    "axfr": _IN_TRANSFERS,
    "ixfr": _IN_TRANSFERS,
    "file": ("validate", "system", "expect", "search"),
    "watch": ("short", "validate", "system"),
}
"""What each mode has no use for."""

_NEEDS: Final = {
    "trust_anchor": ("validate", "trace"),
    "root_hints": ("trace",),
    "interval": ("watch",),
    "rate": ("file",),
}
"""Options that say how something else is done."""


def check_together(asked: ResolveAsked) -> None:
    """Raise OptionError for what excludes or needs each other."""
    refuse_several(asked, ("tsig", "tsig_file"))
    if asked.insecure and asked.cafile:
        insecure, cafile = spelled(asked, "insecure"), spelled(asked, "cafile")
        raise OptionError(f"{insecure} takes any certificate: {cafile} has no use beside it")
    _check_mode(asked)
    refuse_alone(asked, _NEEDS)
    for name in given(asked, _IN_EDNS) if asked.no_edns else ():
        raise OptionError(f"{spelled(asked, name)} needs EDNS", hint=f"leave out {spelled(asked, 'no_edns')}")


def check_servers(asked: ResolveAsked, groups: Iterable[ServerGroup]) -> None:
    """Raise OptionError for what has no use with the servers that are asked."""
    asked_servers = tuple(groups)
    if asked.search and is_given(asked, "search") and not any(one.conf for one in asked_servers):
        search = spelled(asked, "search")
        raise OptionError(f"{search} is for the servers of resolv.conf", hint=f"leave out {search}, or the servers")
    transports = {server.transport for one in asked_servers for server in one.servers}
    for name in given(asked, _TLS) if transports.isdisjoint({"tls", "https", "quic"}) else ():
        raise OptionError(
            f"{spelled(asked, name)} is for servers with a certificate", hint="name one: @tls:// @https:// @quic://"
        )


def _check_mode(asked: ResolveAsked) -> None:
    refuse_several(asked, _MODES)
    refuse_without_effect(asked, _WITHOUT_EFFECT)
    servers = len(asked.server or []) + sum(one.startswith("@") for one in asked.words or [])
    if asked.compare and servers < 2:
        raise OptionError(
            f"{spelled(asked, 'compare')} needs two servers or more", hint="name them: @192.0.2.53 @198.51.100.53"
        )
    if asked.trace and servers:
        raise OptionError(
            f"{spelled(asked, 'trace')} asks the servers of the zones",
            hint=f"leave out the server; {spelled(asked, 'root_hints')} has others",
        )
    all_ns = spelled(asked, "all_ns")
    if asked.all_ns and asked.class_.upper() != "IN":
        raise OptionError(
            f"{all_ns} asks the servers of the Internet's zones", hint=f"leave out {spelled(asked, 'class_')}"
        )
    if asked.all_ns and servers > 1:
        raise OptionError(f"{all_ns} finds the servers of the zone through one resolver", hint="name one at most")
