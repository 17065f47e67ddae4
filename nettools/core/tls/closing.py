"""How a TLS stream ends: with a close_notify (RFC 8446 §6.1), without one, or inside a record.

An end without close_notify looks the same as one that somebody on the way made up. ncat never sends it (7.93, as client
and as server; socat and openssl do), so such an end is taken, and told; one inside a record is certainly a cut.
"""

from typing import Final

UNANNOUNCED: Final = "the other side closed without saying so in TLS (no close_notify): more may have been cut off"
"""For people, beside a status of 0."""

CUT: Final = "the connection ended in the middle of a TLS record: what came is cut short"
"""For an ending that is a failure."""
