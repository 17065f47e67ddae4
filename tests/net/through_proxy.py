"""Talks to a server through a proxy, with our own handshake, dial and loop."""

from collections.abc import Callable

from nettools.core.connect.handshake import Handshake, HandshakeFailed, NewConnectionWanted
from nettools.core.connect.target import Target
from nettools.core.proxy.credentials import Credentials
from nettools.core.proxy.handshakes import make_handshake
from nettools.core.proxy.settings import ProxySettings, parse_proxy_settings
from nettools.core.relay.ending import Ending
from nettools.core.relay.machine import Relay
from nettools.core.relay.manner import Manner
from nettools.net.connect.dial import Dial, Dialed, DialFailure
from nettools.net.connect.handshakes import Talk
from nettools.net.loop import Loop
from nettools.net.relay.driver import RelayDriver
from nettools.net.relay.ends import End
from nettools.net.relay.wrapping import UnreadEnd
from tests.net.proxy_bed import order_of


def settings_of(port: int, kind: str, credentials: Credentials | None = None) -> ProxySettings:
    return parse_proxy_settings(f"127.0.0.1:{port}", type_word=kind, dns_word=None, credentials=credentials)


class Words:
    """An end that says these octets, and keeps what it is told."""

    backlog = 0
    is_datagram = False
    read_descriptor = None
    write_descriptor = None
    splices = False

    def __init__(self, octets: bytes) -> None:
        self._left = memoryview(octets)
        self.heard = bytearray()

    def read_into(self, buffer: memoryview) -> int | None:
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def write(self, octets: memoryview) -> int | None:
        self.heard += octets
        return len(octets)

    def attach(self, on_change: Callable[[], None]) -> None:
        """It is always ready."""

    def flush(self) -> None:
        """Nothing is kept back."""

    def shut(self) -> None:
        """It has heard all."""

    def close(self) -> None:
        """It holds nothing."""


class Through:
    """One conversation with a target through a proxy; the loop is stopped at its end."""

    def __init__(self, loop: Loop, settings: ProxySettings, target: Target, octets: bytes | None) -> None:
        self._loop = loop
        self._settings = settings
        self._words = Words(octets or b"")
        self._manner = Manner(sends=octets is not None)
        self._handshake: Handshake = make_handshake(settings, target, client_nonce="0123456789abcdef")
        self.connections = 0
        self.failure: str | None = None
        self.ending: Ending | None = None

    @property
    def heard(self) -> bytes:
        return bytes(self._words.heard)

    def begin(self, handshake: Handshake | None = None) -> None:
        self._handshake = handshake or self._handshake
        Dial(self._loop, order_of(self._settings.target), on_done=self._talk, on_failed=self._not_connected).start()

    def _talk(self, dialed: Dialed) -> None:
        self.connections += 1

        def on_failed(failure: HandshakeFailed) -> None:
            if isinstance(failure, NewConnectionWanted):
                self.begin(failure.again)
            else:
                self._over(failure.message)

        Talk(
            self._loop,
            dialed.end,
            self._handshake,
            deadline_s=self._loop.now_s + 10,
            on_done=lambda: self._relay(dialed.end),
            on_failed=on_failed,
        ).start()

    def _relay(self, end: End) -> None:
        far = UnreadEnd(end, self._handshake.rest) if self._handshake.rest else end

        def on_end(ending: Ending) -> None:
            self.ending = ending
            self._over(ending.message if ending.is_failure else None)

        RelayDriver(self._loop, self._words, far, Relay(self._manner, now_s=self._loop.now_s), on_end=on_end).start()

    def _not_connected(self, failure: DialFailure) -> None:
        self._over(failure.message)

    def _over(self, failure: str | None) -> None:
        self.failure = failure
        self._loop.stop()


def talk_through(loop: Loop, settings: ProxySettings, target: Target, octets: bytes | None) -> Through:
    """Runs the loop until the conversation is over, 30 s at most. Without octets our side never ends."""
    through = Through(loop, settings, target, octets)
    loop._is_stopped = False
    late = loop.call_at(loop.now_s + 30, loop.stop)
    through.begin()
    loop.run()
    late.cancel()
    return through
