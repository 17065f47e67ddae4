"""The machine of a relay between two ends. The driver tells it what happened; it says what to do, and when it is over.

The far end is the peer; the near end is standard input and output, a program, or whatever stands in for them.

Three rules keep octets that others lose. Where the end of the peer's side ends all, our input is sent on until it has
nothing for a while: a file goes out whole. Where the end of ours ends all, the socket is closed only when the peer's
system has everything. And a connection that broke while we wrote is read until it has nothing left: what the peer said
before is in the receive queue.
"""

from typing import Final

from nettools.core.relay.ending import Ending, EndingKind
from nettools.core.relay.flow import Flow
from nettools.core.relay.manner import Manner, Way

WAYS: Final[tuple[Way, Way]] = ("out", "in")

_ARRIVAL_CHECK_S: Final = 0.02
"""How often it is asked whether the peer's system has all: half of the longest delay of an acknowledgement on Linux,
40 ms (TCP_DELACK_MIN, linux/include/net/tcp.h)."""

BROKEN_S: Final = 2.0
"""How long a program, or the target of a forward, may take none of what the broken other side has said before."""

_PEER_CLOSED: Final = "the other side closed the connection"


class Relay:
    """Two flows and the rules that end them."""

    __slots__ = (
        "_broke_s",
        "_checked_s",
        "_failure",
        "_is_sent",
        "_linger_base_s",
        "_quit_base_s",
        "active_s",
        "ending",
        "into",
        "manner",
        "out",
    )

    def __init__(self, manner: Manner, *, now_s: float, out: Flow | None = None, into: Flow | None = None) -> None:
        self.manner = manner
        self.out = out or Flow()
        self.into = into or Flow()
        self.ending: Ending | None = None
        self.active_s = now_s
        """When octets last moved either way, or the relay began."""
        self._quit_base_s: float | None = None
        self._failure: Ending | None = None
        self._broke_s: float | None = None
        self._is_sent = False
        self._linger_base_s: float | None = None
        """Since when the far end has ended and the near end has nothing to say."""
        self._checked_s: float | None = None
        if not manner.sends:
            self.out.source_ended = self.out.is_shut = True
        self.into.is_dropping = not manner.receives

    def flow(self, way: Way) -> Flow:
        return self.out if way == "out" else self.into

    def wants_read(self, way: Way) -> bool:
        """Whether the source of that way should be read now."""
        return self.ending is None and self.flow(way).wants_more

    @property
    def awaits_arrival(self) -> bool:
        """Whether the end is near, and only waits until the peer's system has all that was sent.

        To close a socket into which the peer still talks resets the connection, and what is on its way is lost
        (RFC 9293, section 3.6.1, and RFC 1122, section 4.2.2.13).
        """
        return self._is_sent and self.ending is None

    def source_ended(self, way: Way, now_s: float) -> None:
        """The source has no more."""
        self.flow(way).source_ended = True
        self._look(now_s)

    def source_is_dry(self, way: Way, now_s: float) -> None:
        """The source has no more for the moment."""
        self.flow(way).is_dry = True
        self._look(now_s)

    def moved(self, now_s: float) -> None:
        """Octets moved: whether that was the last."""
        self.active_s = now_s
        self._look(now_s)

    def arrived(self) -> None:
        """The peer's system has all that was sent."""
        if self._is_sent:
            self._end("sent", "all was sent") if not self.manner.receives else self._end("closed", "the program ended")

    def shuts(self) -> list[Way]:
        """The ways whose sink is to be told, once, that there is no more."""
        found: list[Way] = []
        for way in WAYS:
            flow = self.flow(way)
            if flow.is_done and not flow.is_shut:
                flow.is_shut = True
                if not flow.is_broken and (way == "in" or self.manner.half_closes):
                    found.append(way)
        return found

    def fail(self, kind: EndingKind, message: str) -> None:
        """It cannot go on. The first reason stays."""
        if self.ending is None:
            self.ending = self._failure or Ending(kind=kind, message=message)

    def far_broke(self, kind: EndingKind, message: str, now_s: float) -> None:
        """The far end takes nothing more, or an error of before was reported: over, once what it said has been read.

        A program, or a target, may read nothing before somebody has taken what it says: that goes nowhere then. One
        that takes nothing all the same is not waited for longer than a while: nobody is there who could end it.
        """
        if self._failure is None:
            self._failure = Ending(kind=kind, message=message)
            self._broke_s = now_s
        if self.manner.needs_reader:
            self.out.is_broken = True
        else:
            self.out.is_dropping = True
        self.into.is_dry = False
        self._look(now_s)

    def near_broke(self, kind: EndingKind, message: str) -> None:
        """The near end takes nothing more. Where that is no reason to end, what the far end says goes nowhere."""
        if kind == "reader-gone" and not self.manner.needs_reader:
            self.into.is_dropping = True
        else:
            self.fail(kind, message)

    def may_send(self, way: Way) -> bool:
        """Whether a stage's answer may still go that way: not once its sink was told that there is no more."""
        flow = self.flow(way)
        is_told = flow.is_shut and (way == "in" or self.manner.half_closes or not self.manner.sends)
        return not is_told and not flow.is_broken and not flow.is_dropping

    @property
    def deadline_s(self) -> float | None:
        """When ``tick`` has to be called at the latest."""
        if self.ending is not None:
            return None
        all_moments = (self._idle_s, self._quit_s, self._linger_until_s, self._broken_until_s, self._check_s)
        moments = [one for one in all_moments if one is not None]
        return min(moments) if moments else None

    def tick(self, now_s: float) -> None:
        """Time has passed."""
        if self._broken_until_s is not None and now_s >= self._broken_until_s:
            assert self._failure is not None
            self._end(self._failure.kind, self._failure.message)
        elif self._linger_until_s is not None and now_s >= self._linger_until_s:
            self._end("closed", _PEER_CLOSED)
        elif self._quit_s is not None and now_s >= self._quit_s:
            waited_s = self.manner.quit_after_s or 0.0
            self._end("quit-after", f"{waited_s:g} s have passed since the input ended")
        elif self._idle_s is not None and now_s >= self._idle_s:
            self.fail("idle-timeout", f"idle timeout: nothing came or went for {self.manner.idle_timeout_s:g} s")
        if self._check_s is not None and now_s >= self._check_s:
            self._checked_s = now_s

    @property
    def _idle_s(self) -> float | None:
        timeout_s = self.manner.idle_timeout_s
        return None if timeout_s is None else self.active_s + timeout_s

    @property
    def _quit_s(self) -> float | None:
        if self._quit_base_s is None or self.manner.quit_after_s is None:
            return None
        base_s = self._quit_base_s
        if self.manner.quits_when_quiet:
            base_s = max(base_s, self.active_s)
        return base_s + self.manner.quit_after_s

    @property
    def _linger_until_s(self) -> float | None:
        if self._linger_base_s is None or not self.out.is_quiet:
            return None
        return self._linger_base_s + self.manner.linger_s

    @property
    def _broken_until_s(self) -> float | None:
        if self._broke_s is None or self.manner.needs_reader:
            return None
        return max(self._broke_s, self.into.last_s or 0.0) + BROKEN_S

    @property
    def _check_s(self) -> float | None:
        return None if self._checked_s is None or self.ending is not None else self._checked_s + _ARRIVAL_CHECK_S

    def _look(self, now_s: float) -> None:
        """Whether it is over, or begins to be."""
        out, into = self.out, self.into
        if out.source_ended and out.is_done and self._quit_base_s is None and self.manner.sends:
            self._quit_base_s = now_s
        if self._failure is not None:
            if into.is_quiet:
                self._end(self._failure.kind, self._failure.message)
        elif into.is_done and (out.is_done or not self.manner.sends):
            self._end("closed", "both sides have ended" if self.manner.sends else _PEER_CLOSED)
        elif into.is_done and "in" in self.manner.ends_with:
            self._look_for_more(now_s)
        elif out.is_done and "out" in self.manner.ends_with and not self._is_sent:
            self._is_sent = into.is_dropping = True
            self._checked_s = now_s

    def _look_for_more(self, now_s: float) -> None:
        """The far end has ended: whether the near end still has something to say."""
        if not self.out.is_quiet:
            self._linger_base_s = None
        elif self._linger_base_s is None:
            self._linger_base_s = now_s
            if not self.manner.linger_s:
                self._end("closed", _PEER_CLOSED)

    def _end(self, kind: EndingKind, message: str) -> None:
        self.fail(kind, message)
