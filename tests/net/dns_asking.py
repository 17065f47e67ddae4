"""One lookup over real sockets on loopback, for the tests of the transports."""

from ipaddress import ip_address
from time import monotonic

from nettools.core.dns.query import QueryOptions
from nettools.core.resolve.lookup import Lookup, Outcome, Procedure, Server, Transport
from nettools.core.resolve.tls import TlsSettings
from nettools.net.dns_open import channel_opener
from nettools.net.resolve import LookupDriver
from tests.dns_servers.replies import QUESTION

TIMEOUT_S = 10.0
"""Long: no test that ends otherwise comes near it."""


def server(transport: Transport, port: int, *, name: str | None = None, path: str | None = None) -> Server:
    return Server(address=ip_address("127.0.0.1"), port=port, transport=transport, name=name, path=path)


def asked(about: Server, settings: TlsSettings, *, timeout_s: float = TIMEOUT_S) -> Outcome:
    """What comes of asking the server once."""
    lookup = Lookup(question=QUESTION, servers=(about,), options=QueryOptions(), timeout_s=timeout_s, tries=1)
    return LookupDriver(open=channel_opener(settings)).run(_single(lookup))


def failure(outcome: Outcome) -> tuple[str, str]:
    """(the result of the only try, the only warning without the server that stands before it)."""
    (only,) = outcome.tries
    (warning,) = outcome.warnings
    return only.result, warning.removeprefix(f"{outcome.server}: ")


class Stopwatch:
    """How long something took."""

    def __init__(self) -> None:
        self._started_s = monotonic()

    @property
    def elapsed_s(self) -> float:
        return monotonic() - self._started_s


def _single(lookup: Lookup) -> Procedure[Outcome]:
    (outcome,) = yield [lookup]
    return outcome
