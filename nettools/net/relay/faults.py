"""What an OSError in the middle of a relay means: whose it is, and how the relay ended."""

import errno
from typing import Final

from nettools.core.relay.ending import Ending

RESETS: Final = frozenset({errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED, errno.ENOTCONN, errno.ESHUTDOWN})
"""The other side has gone without a word, or we find out late that it had (tcp(7), send(2))."""


def ending_of(error: OSError, *, is_far: bool, is_sink: bool) -> Ending:
    """How the relay ended when reading or writing one of its ends failed."""
    why = error.strerror or str(error)
    if not is_far:
        if is_sink and error.errno == errno.EPIPE:
            return Ending(kind="reader-gone", message="nobody reads the output any more")
        if is_sink:
            return Ending(kind="output-failed", message=f"cannot write to standard output: {why}")
        return Ending(kind="input-failed", message=f"cannot read standard input: {why}")
    if error.errno in RESETS:
        return Ending(kind="reset", message="the other side reset the connection")
    if error.errno == errno.ECONNREFUSED:
        return Ending(kind="refused", message="nobody listens there (the datagram was refused)")
    if error.errno == errno.EMSGSIZE:
        return Ending(kind="network-error", message="the datagram is too large to be sent")
    return Ending(kind="network-error", message=f"the connection failed: {why}")
