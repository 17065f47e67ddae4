"""Lookups on their way, each a machine and the channel of its present try: sends, hears, and tells the machine."""

import selectors
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

from nettools.core.resolve.lookup import Ask, Outcome
from nettools.core.resolve.resolution import Resolution
from nettools.errors import LocalFault
from nettools.net.dns_channels import Channel, Event, Failed, Noted, OpenChannel

Owner = TypeVar("Owner")


@dataclass(slots=True, kw_only=True, eq=False)
class Exchange(Generic[Owner]):
    """One lookup on its way, and whose it is."""

    owner: Owner
    machine: Resolution
    ask: Ask
    channel: Channel | None = None

    @property
    def wakes_at_s(self) -> float:
        """When something is due at the latest."""
        channel_s = self.channel.wakes_at_s if self.channel is not None else None
        return self.ask.deadline_s if channel_s is None else min(self.ask.deadline_s, channel_s)


class Exchanges(Generic[Owner]):
    """All that are on their way at one selector; those that have ended wait in ``ended`` to be taken."""

    def __init__(self, selector: selectors.BaseSelector, open: OpenChannel) -> None:
        self._selector = selector
        self._open = open
        self._active: dict[int, Exchange[Owner]] = {}
        self.ended: deque[tuple[Owner, Outcome]] = deque()

    def __len__(self) -> int:
        return len(self._active)

    @property
    def wakes_at_s(self) -> float:
        """When something is due for one of them; there must be one."""
        return min(one.wakes_at_s for one in self._active.values())

    def begin(self, owner: Owner, machine: Resolution) -> None:
        """Do what the machine says until its lookup waits for an answer or has ended."""
        action = machine.next_action(monotonic())
        if isinstance(action, Outcome):
            self.ended.append((owner, action))
        else:
            self.resume(owner, machine, action)

    def resume(self, owner: Owner, machine: Resolution, ask: Ask) -> None:
        """The same for a machine that has said already what it wants to ask."""
        one = Exchange(owner=owner, machine=machine, ask=ask)
        self._active[id(one)] = one
        self._ask(one)

    def advance(self, one: object, channel: object) -> None:
        """The selector says that this channel of an exchange is ready."""
        if isinstance(one, Exchange) and one.channel is not None and one.channel is channel:
            self._hear(one, one.channel.advance)

    def expire(self, now_s: float) -> None:
        """Wake the channels that want it, and tell the machines whose time is up."""
        for one in list(self._active.values()):
            if one.ask.deadline_s <= now_s:
                one.machine.timed_out(now_s)
                self._go_on(one)
            elif one.channel is not None and one.wakes_at_s <= now_s:
                self._hear(one, one.channel.advance)

    def close(self) -> None:
        """Close what is open, and forget what has not ended."""
        for one in self._active.values():
            self._close(one)
        self._active.clear()

    def _ask(self, one: Exchange[Owner]) -> None:
        self._hear(one, lambda: self._send(one))

    def _send(self, one: Exchange[Owner]) -> list[Event]:
        if one.channel is None or not one.ask.is_repeat:
            self._close(one)
            one.channel = self._open(one.ask)
            self._selector.register(one.channel, selectors.EVENT_READ, one)
        return one.channel.send(one.ask.wire)

    def _hear(self, one: Exchange[Owner], act: Callable[[], list[Event]]) -> None:
        """Act, tell the machine what came of it; when that settles the try, go on, else wait."""
        try:
            events = act()
        except LocalFault as fault:
            events = [Failed("local-fault", fault.message)]
        for event in events:
            now_s = monotonic()
            if isinstance(event, Noted):
                one.machine.noted(event.text)
            elif isinstance(event, Failed):
                one.machine.failed(event.result, now_s, event.why)
                self._close(one)
                self._go_on(one)
                return
            elif one.machine.received(event.wire, now_s):
                self._close(one)
                self._go_on(one)
                return
        if one.channel is not None:
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if one.channel.wants_write else 0)
            self._selector.modify(one.channel, wanted, one)

    def _go_on(self, one: Exchange[Owner]) -> None:
        action = one.machine.next_action(monotonic())
        if isinstance(action, Outcome):
            self._close(one)
            del self._active[id(one)]
            self.ended.append((one.owner, action))
            return
        one.ask = action
        self._ask(one)

    def _close(self, one: Exchange[Owner]) -> None:
        if one.channel is not None:
            self._selector.unregister(one.channel)
            one.channel.close()
            one.channel = None
