"""The plan for one open port: what to do next, told to a driver that knows nothing of protocols.

A driver asks ``next_action``, does it, tells what came of it, and asks again, until ``Done``:

    while not isinstance(action := plan.next_action(now), Done):
        match action:
            case Connect(): ...      # then plan.connected(now) or plan.failed(now)
            case StartTls(): ...     # then plan.connected(now) or plan.failed(now)
            case Say(): ...          # then ask again at once
            case Listen(): ...       # then plan.heard(data, now), plan.closed(now) or plan.timed_out(now)
"""

from nettools.core.depth.action import Action, Connect, Done, Listen, Say, StartTls, Waits, Wanted
from nettools.core.depth.catalog import Catalog
from nettools.core.depth.conversation import Conversation
from nettools.core.depth.event import Event, Happening
from nettools.core.ports import Transport
from nettools.core.scan.finding import Finding


class DepthPlan:
    """One port's conversation: bounded in time, connections and octets, whatever the other side does."""

    def __init__(
        self,
        port: int,
        transport: Transport,
        wanted: Wanted,
        catalog: Catalog,
        *,
        host: str,
        now_s: float,
        waits: Waits | None = None,
    ) -> None:
        """``host`` is how the user names the host, for ``Host:``. The time of the port (``Waits.port_s``) begins now.

        A ``Catalog({})`` will do where no more than ``wanted.banner`` is asked for.
        """
        self._conversation = Conversation(port, transport, wanted, catalog, host, waits or Waits(), now_s)
        self._procedure = self._conversation.run()
        self._is_told = False
        self._action: Action = next(self._procedure, Done(finding=self._conversation.finding))

    @property
    def finding(self) -> Finding:
        """What is known by now, for a driver that is stopped."""
        return self._conversation.finding

    def next_action(self, now_s: float) -> Action:
        """What to do now; while an answer is coming, another ``Listen`` with its end."""
        if isinstance(self._action, Say) and self._is_told:
            self._advance(Event(Happening.SAID), now_s)
        self._is_told = True
        return self._action

    def connected(self, now_s: float) -> None:
        """The ``Connect`` or ``StartTls`` succeeded."""
        if isinstance(self._action, Connect | StartTls):
            self._advance(Event(Happening.CONNECTED), now_s)

    def failed(self, now_s: float) -> None:
        """It did not."""
        if isinstance(self._action, Connect | StartTls):
            self._advance(Event(Happening.FAILED), now_s)

    def heard(self, data: bytes, now_s: float) -> None:
        """These octets came (UDP: one datagram)."""
        if isinstance(self._action, Listen):
            self._advance(Event(Happening.HEARD, data), now_s)

    def closed(self, now_s: float) -> None:
        """The other side ended or reset the connection (UDP: an ICMP error came)."""
        if isinstance(self._action, Say | Listen):
            self._advance(Event(Happening.CLOSED), now_s)

    def timed_out(self, now_s: float) -> None:
        """``until_s`` of a ``Listen`` is over."""
        if isinstance(self._action, Listen):
            self._advance(Event(Happening.TIMED_OUT), now_s)

    def _advance(self, event: Event, now_s: float) -> None:
        self._is_told = False
        self._conversation.now_s = now_s
        try:
            self._action = self._procedure.send(event)
        except StopIteration:
            self._action = Done(finding=self._conversation.finding)
