"""Who takes care of the clients of ``nettools listen``: one handler for each mode."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nettools.commands._listen_options import ListenOptions
from nettools.commands._listen_order import ListenOrder, receive_path
from nettools.commands._relay_order import terminal_text
from nettools.commands._session import Session
from nettools.commands._story import Story
from nettools.commands._taps import taps_of
from nettools.core.listen.settings import IDLE_S
from nettools.core.relay.ending import Ending
from nettools.core.relay.flow import Pace
from nettools.core.relay.manner import Way
from nettools.core.relay.stage import Stage
from nettools.net.listen.clients import Client, Handler
from nettools.net.loop import Loop
from nettools.net.relay.flows import Tap
from nettools.net.relay.stdio import StdioEnd
from nettools.render.style import use_color

if TYPE_CHECKING:
    from collections.abc import Callable

    from nettools.net.relay.children import Children
    from nettools.net.relay.hub import HubMode
    from nettools.net.relay.session_log import SessionLogs


class Handlers:
    """Makes the handler of a run, from what the run has opened."""

    def __init__(
        self,
        session: Session,
        options: ListenOptions,
        order: ListenOrder,
        story: Story,
        *,
        loop: Loop,
        stdio: StdioEnd,
        logs: "SessionLogs | None",
        on_standard_end: "Callable[[Ending], None]",
        tls_subject_of: "Callable[[Client], str | None]",
    ) -> None:
        self._session = session
        self._options = options
        self._order = order
        self._story = story
        self._loop = loop
        self._stdio = stdio
        self._logs = logs
        self.children: Children | None = None
        """The programs of clients, where each has one."""
        self._on_standard_end = on_standard_end
        self._tls_subject_of = tls_subject_of

    def make(self) -> Handler:
        """The handler of the mode that was asked for. Raises RequestError."""
        options, order, loop = self._options, self._order, self._loop
        if order.relay.program is not None:
            from nettools.net.relay.children import Children
            from nettools.net.relay.exec_clients import ExecHandler

            self.children = Children(loop)
            return ExecHandler(
                loop,
                self.children,
                order.relay.program,
                manner=order.relay.manner,
                environ=self._session.environment.variables,
                stages_of=self._stages,
                taps_of=self._taps,
                pace_of=self._pace,
                tls_subject_of=self._tls_subject_of,
            )
        if order.service is not None:
            from nettools.net.service.streams import ServiceHandler

            return ServiceHandler(loop, order.service, idle_timeout_s=self._idle_s(IDLE_S))
        if options.serve is not None:
            from nettools.commands._listen_serve import serve_handler

            return serve_handler(loop, options.serve, self._story, idle_timeout_s=self._idle_s(IDLE_S))
        if order.forward is not None:
            from nettools.net.forward.handler import Forward

            return Forward(
                loop,
                order.forward,
                idle_timeout_s=order.relay.manner.idle_timeout_s,
                taps_of=self._taps,
                pace_of=lambda: order.relay.pace(loop.now_s),
            )
        if order.proxy is not None:
            return self._proxy()
        if options.receive is not None:
            from nettools.commands._listen_receive import receive_handler

            return receive_handler(self._session, self._story, loop, receive_path(options), order)
        return self._relay()

    def _relay(self) -> Handler:
        order = self._order
        if not order.settings.keep_open:
            from nettools.net.relay.single import RelayHandler

            manner = order.relay.manner
            return RelayHandler(
                self._loop,
                self._stdio,
                manner=manner.typed() if self._session.environment.stdin_is_terminal else manner,
                stages_of=self._stages,
                taps_of=self._taps,
                pace_of=self._pace,
            )
        from nettools.net.relay.hub_clients import HubHandler

        mode: HubMode = "chat" if self._options.chat else "broker" if self._options.broker else "all"
        hub = HubHandler(
            self._loop,
            self._stdio,
            mode=mode,
            manner=order.relay.manner,
            is_datagram=order.relay.is_datagram,
            on_standard_end=self._on_standard_end,
            stages_of=self._stages,
            taps_of=self._taps,
            pace=order.relay.pace(self._loop.now_s),
        )
        hub.start()
        return hub

    def _proxy(self) -> Handler:
        from nettools.commands._listen_order import DIAL_TIMEOUT_S
        from nettools.core.connect.order import DialOrder
        from nettools.net.proxy_server.handler import ProxyServer

        assert self._order.proxy is not None
        return ProxyServer(
            self._loop,
            self._order.proxy,
            credentials=self._order.credentials,
            order_of=lambda target: DialOrder(target=target, timeout_s=DIAL_TIMEOUT_S),
            taps_of=self._taps,
            idle_timeout_s=self._idle_s(IDLE_S),
        )

    def _idle_s(self, otherwise_s: float) -> float:
        """The idle timeout that was asked for, else the mode's own."""
        idle_s = self._order.relay.manner.idle_timeout_s
        return otherwise_s if idle_s is None else idle_s

    def _stages(self, _client: Client) -> Mapping[Way, Sequence[Stage]]:
        environment, options = self._session.environment, self._options
        is_shown = self._order.relay.program is None and not options.broker and not options.chat
        if not environment.stdout_is_terminal or options.raw or not is_shown:
            return self._order.relay.stages(None)
        uses_color = use_color(self._session.options.color, environment.variables, is_terminal=True)
        return self._order.relay.stages(terminal_text(uses_color=uses_color, encoding=environment.encoding))

    def _taps(self, client: Client) -> Sequence[Tap]:
        return taps_of(self._story, self._logs, local=client.local, peer=client.peer, protocol=client.protocol)

    def _pace(self, _client: Client) -> Pace | None:
        return self._order.relay.pace(self._loop.now_s)
