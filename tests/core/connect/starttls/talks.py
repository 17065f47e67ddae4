"""A server whose replies are written down, and what a handshake says to it."""

from nettools.core.connect.handshake import Handshake, HandshakeFailed


def talk(handshake: Handshake, *replies: bytes) -> list[bytes]:
    """What the handshake said: first of its own accord, then to each reply. Raises HandshakeFailed."""
    return [handshake.begin(), *(handshake.received(reply) for reply in replies)]


def failure(handshake: Handshake, *replies: bytes) -> HandshakeFailed:
    """How the talk failed at the last of these replies."""
    handshake.begin()
    for reply in replies[:-1]:
        handshake.received(reply)
        assert not handshake.is_done
    try:
        handshake.received(replies[-1])
    except HandshakeFailed as found:
        return found
    raise AssertionError("it did not fail")
