"""Hosts that limit how often they say "closed": a kernel's ICMP limit, a firewall's limit on resets.

Silence under such a limit is no silence: the port would have answered had it been asked later. Linux sends
one port-unreachable a second to a peer, after a burst of six (icmp(7), ``icmp_ratelimit``); FreeBSD 200 resets a
second (``net.inet.icmp.icmplim``). All of them are token buckets: an answer takes a token, silence takes none.

    A. Before silence counts, *controls* are asked right behind the silent ports: ports that are known to be
       closed. If they answer, there was a token for each port before them. If all are silent, there is a limit.
    B. From then on the host's ports go in batches. The first ones measure: a few ports and a control, again and
       again, until three answers have come; so many came in so much time.
    C. Then each batch has as many ports as there are tokens, and a few more. If fewer answered than there were
       tokens, the silent ones are put on a pile, and the next batch is twice as large, since silence has cost
       nothing; else they go to the end of the queue.
    D. At the end the pile is asked with a control behind it. When that answers, the silence is real; when
       anything else answers, the pile was made by a wrong measure and goes back to the queue.
"""

from collections import deque
from typing import Final

CONTROLS: Final = 3
"""One lost packet is no limit; three in a row are none in 999 of 1,000 rounds where a tenth is lost."""

_FIRST_CHECK: Final = 64
"""So many silent attempts are checked in the midst of a scan; each later check waits for twice as many."""


class LimitWatch:
    """Looks for a limit of one host on one kind of answer (rule A)."""

    __slots__ = ("_answered", "_check_at", "_silent", "asking", "closed", "closed_at_s", "count")

    def __init__(self) -> None:
        self.closed: deque[int] = deque(maxlen=CONTROLS)
        """Places that answered "closed", the latest ones."""
        self.closed_at_s = 0.0
        self.count = 0
        """How many have answered "closed"."""
        self.asking: set[int] = set()
        """Controls on their way."""
        self._answered = 0
        self._silent = 0
        self._check_at = _FIRST_CHECK

    def note_closed(self, place: int, now_s: float) -> None:
        """A port said that it is closed."""
        self.count += 1
        self.closed_at_s = now_s
        self.closed.append(place)

    def is_check_due(self) -> bool:
        """An attempt ended in silence. Whether controls should be asked now, in the midst of the scan."""
        self._silent += 1
        if self._silent < self._check_at or self.asking or not self.closed:
            return False
        self._silent = 0
        self._check_at *= 2
        return True

    def controls(self) -> list[int]:
        """The controls to ask, none when no port is known to be closed or some are on their way."""
        if self.asking:
            return []
        self.asking = set(self.closed)
        self._answered = 0
        return list(self.asking)

    def control_ended(self, place: int, now_s: float, *, has_answered: bool) -> bool:
        """A control has answered or not. Whether that shows a limit."""
        self.asking.discard(place)
        if has_answered:
            self._answered += 1
            self.closed_at_s = now_s
        return not self.asking and self._answered == 0
