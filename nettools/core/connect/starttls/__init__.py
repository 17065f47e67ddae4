"""TLS that begins inside another protocol: ``--starttls``."""

from collections.abc import Callable
from typing import Final

from nettools.core.connect.handshake import Handshake
from nettools.core.connect.starttls.imap import ImapStartTls
from nettools.core.connect.starttls.ldap import LdapStartTls
from nettools.core.connect.starttls.mysql import MysqlStartTls
from nettools.core.connect.starttls.nntp import NntpStartTls
from nettools.core.connect.starttls.numbered import FtpStartTls, LmtpStartTls, SmtpStartTls
from nettools.core.connect.starttls.pop3 import Pop3StartTls
from nettools.core.connect.starttls.postgres import PostgresStartTls
from nettools.core.connect.starttls.sieve import SieveStartTls
from nettools.core.connect.starttls.xmpp import XmppStartTls
from nettools.core.text import quoted, suggestion
from nettools.errors import OptionError

_KINDS: Final[dict[str, Callable[[str], Handshake]]] = {
    "smtp": lambda _host: SmtpStartTls(),
    "lmtp": lambda _host: LmtpStartTls(),
    "imap": lambda _host: ImapStartTls(),
    "pop3": lambda _host: Pop3StartTls(),
    "ftp": lambda _host: FtpStartTls(),
    "nntp": lambda _host: NntpStartTls(),
    "sieve": lambda _host: SieveStartTls(),
    "xmpp": lambda host: XmppStartTls(host, namespace="jabber:client"),
    "xmpp-server": lambda host: XmppStartTls(host, namespace="jabber:server"),
    "ldap": lambda _host: LdapStartTls(),
    "postgres": lambda _host: PostgresStartTls(),
    "mysql": lambda _host: MysqlStartTls(),
}
_ALIASES: Final = {"managesieve": "sieve", "postgresql": "postgres", "mariadb": "mysql", "pop": "pop3"}

PROTOCOLS: Final = tuple(_KINDS)
"""What ``--starttls`` takes."""


def parse_starttls(text: str) -> str:
    """The protocol of ``--starttls``. Raises OptionError."""
    name = _ALIASES.get(text.lower(), text.lower())
    if name not in _KINDS:
        raise OptionError(
            f"--starttls {quoted(text)} is no protocol in which TLS can begin here",
            hint=suggestion(text.lower(), PROTOCOLS, f"there are {', '.join(PROTOCOLS)}"),
        )
    return name


def starttls_handshake(protocol: str, host: str) -> Handshake:
    """What is said before TLS begins. The host is what XMPP is asked for: the server's name."""
    return _KINDS[protocol](host)
