"""Which options of ``nettools resolve`` go together: what would have no effect is refused, never ignored."""

from collections.abc import Iterable
from typing import Final

from nettools.commands._resolve_options import ResolveOptions
from nettools.commands._together import given, refuse_alone, refuse_several, refuse_without_effect, spelled
from nettools.core.resolve.answering import ServerGroup
from nettools.errors import OptionError
from nettools.render.format import Format

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
    "file": ("short", "validate", "system", "expect", "search"),
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

_WITHOUT_SYSTEM: Final = (Format.CSV, Format.PLAIN, Format.RFC8427)
_WITHOUT_MESSAGES: Final = (Format.DIG, Format.RFC8427)


def check_together(options: ResolveOptions, chosen: Format) -> None:
    """Raise OptionError for options that exclude or need each other."""
    if options.ipv4 and options.ipv6:
        raise OptionError("-4 and -6 exclude each other", hint="without either, both are used")
    if options.tsig and options.tsig_file:
        raise OptionError("--tsig and --tsig-file exclude each other")
    if options.insecure and options.cafile:
        raise OptionError("--insecure takes any certificate: --cafile has no use beside it")
    _check_mode(options)
    _check_format(options, chosen)
    refuse_alone(options, _NEEDS)
    for name in given(options, _IN_EDNS) if options.no_edns else ():
        raise OptionError(f"{spelled(options, name)} needs EDNS", hint="leave out --no-edns")


def check_servers(options: ResolveOptions, groups: Iterable[ServerGroup]) -> None:
    """Raise OptionError for options that have no use with the servers that are asked."""
    asked = tuple(groups)
    if options.search and not any(one.conf for one in asked):
        raise OptionError("--search is for the servers of resolv.conf", hint="leave out --search, or the servers")
    transports = {server.transport for one in asked for server in one.servers}
    for name in given(options, _TLS) if transports.isdisjoint({"tls", "https", "quic"}) else ():
        raise OptionError(
            f"{spelled(options, name)} is for servers with a certificate", hint="name one: @tls:// @https:// @quic://"
        )


def _check_mode(options: ResolveOptions) -> None:
    refuse_several(options, _MODES)
    refuse_without_effect(options, _WITHOUT_EFFECT)
    servers = len(options.server or []) + sum(one.startswith("@") for one in options.words or [])
    if options.compare and servers < 2:
        raise OptionError("--compare needs two servers or more", hint="name them: @192.0.2.53 @198.51.100.53")
    if options.trace and servers:
        raise OptionError("--trace asks the servers of the zones", hint="leave out the server; --root-hints has others")
    if options.all_ns and options.class_.upper() != "IN":
        raise OptionError("--all-ns asks the servers of the Internet's zones", hint="leave out --class")
    if options.all_ns and servers > 1:
        raise OptionError("--all-ns finds the servers of the zone through one resolver", hint="name one at most")


def _check_format(options: ResolveOptions, chosen: Format) -> None:
    if options.short and chosen is not Format.TABLE:
        raise OptionError(f"--short and --format {chosen} exclude each other")
    if options.watch and chosen not in (Format.TABLE, Format.JSONL):
        raise OptionError("--watch has no end that a document could wait for", hint="use --format jsonl")
    if options.system and (options.short or chosen in _WITHOUT_SYSTEM):
        form = "--short" if options.short else f"--format {chosen}"
        raise OptionError(f"{form} has no place for what --system finds", hint="use --format table or json")
    if options.file is not None and chosen in _WITHOUT_MESSAGES:
        raise OptionError(f"--format {chosen} does not go with --file", hint="use --format jsonl, csv or plain")
