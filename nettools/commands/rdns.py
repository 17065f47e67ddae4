"""``nettools rdns``: which names addresses have, and whether the names lead back to them."""

from typer.core import TyperCommand

from nettools.commands._at_rest import without_settings
from nettools.commands._command import build
from nettools.commands._rdns_options import RdnsOptions
from nettools.commands._session import Session
from nettools.errors import OptionError

EPILOG = """\
\b
Examples:
  # the names in a network, and whether they lead back
  nettools rdns 192.0.2.0/24
  # some addresses and a range, from a server of one's choice
  nettools rdns 192.0.2.1 198.51.100.7-198.51.100.20 @192.0.2.53
  # what exists in an IPv6 network, nibble by nibble
  nettools rdns 2001:db8::/48 --all --format jsonl
  # the addresses of a file, at a pace that the servers bear
  nettools rdns --file addresses.txt --no-forward --rate 500
"""


_GROUPS = {
    "What to find out": ("no_forward", "every"),
    "Whom to ask, and how to reach them": (
        *("server", "port", "timeout", "tries"),
        *("insecure", "cafile", "tls_name"),
    ),
    "Many addresses": ("file", "concurrency", "rate", "ordered"),
}


def build_command() -> TyperCommand:
    """The command for the table."""
    return build("rdns", rdns, epilog=EPILOG, groups=_GROUPS)


def rdns(session: Session, options: RdnsOptions) -> int:
    """Say which names addresses have, and whether each name leads back to its address.

    confirmed: every name has the address. mismatch: the name has other addresses. dangling: it has none. multiple:
    several names, not all confirmed. none: no name. error: nobody could say. Of an IPv6 network of more than 65,536
    addresses only what exists is asked, nibble by nibble.
    """
    from nettools.commands._rdns_run import RdnsRun
    from nettools.runs.rdns_order import order_of

    options = settings_at_rest(options)
    words = options.words or []
    targets = [word for word in words if not word.startswith("@")]
    servers = [word[1:] for word in words if word.startswith("@")] + (options.server or [])
    if not targets and options.file is None:
        raise OptionError("no address", hint="name one, or a network, as in nettools rdns 192.0.2.0/24")
    order = order_of(session, options, targets, servers)
    session.waits_for("the name servers")
    return RdnsRun(session, options, order).run()


def settings_at_rest(options: RdnsOptions) -> RdnsOptions:
    """The options without the settings that do not go with them: servers that were named stand for the one set."""
    if any(word.startswith("@") for word in options.words or []):
        options = without_settings(options, ("server",))
    return without_settings(options, ("cafile",)) if options.insecure else options
