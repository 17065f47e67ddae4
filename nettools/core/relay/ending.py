"""How a relay ended, in a word for scripts, a sentence for people, and the exit status of ncat."""

from dataclasses import dataclass
from typing import Final, Literal

EndingKind = Literal[
    "closed",  # the far end closed, and all it said was written
    "sent",  # --send-only: all was sent
    "quit-after",
    "idle-timeout",
    "reset",  # the far end reset the connection, or was gone when we wrote
    "refused",  # a datagram was answered by an ICMP error
    "network-error",
    "tls-failed",
    "mismatch",  # a checked transfer: what arrived is not what was sent
    "declined",  # a checked transfer: one side would not take what the other offered, or gave it up
    "reader-gone",  # nobody reads our standard output
    "input-failed",
    "output-failed",
    "program-failed",  # the program of --exec could not be started
    "cut",  # we ended it: a limit, a rule, a signal
]

FINE: Final = 0
NETWORK_ERROR: Final = 1
OTHER_ERROR: Final = 2
READER_GONE: Final = 141
"""128 + SIGPIPE: the run ends without a word, as SIGPIPE would end it."""

_STATUS: Final[dict[EndingKind, int]] = {
    "closed": FINE,
    "sent": FINE,
    "quit-after": FINE,
    "idle-timeout": NETWORK_ERROR,
    "reset": NETWORK_ERROR,
    "refused": NETWORK_ERROR,
    "network-error": NETWORK_ERROR,
    "tls-failed": NETWORK_ERROR,
    "mismatch": NETWORK_ERROR,
    "declined": NETWORK_ERROR,
    "cut": NETWORK_ERROR,
    "reader-gone": READER_GONE,
    "input-failed": OTHER_ERROR,
    "output-failed": OTHER_ERROR,
    "program-failed": OTHER_ERROR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Why it is over."""

    kind: EndingKind
    message: str

    @property
    def status(self) -> int:
        """The exit status: 0 fine, 1 a network error, 2 anything else (ncat(1), EXIT CODE)."""
        return _STATUS[self.kind]

    @property
    def is_failure(self) -> bool:
        return self.status in (NETWORK_ERROR, OTHER_ERROR)
