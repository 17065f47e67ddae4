"""One run of ``nettools listen``: bind, take clients, say how it ended."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

from nettools.commands._listen_handlers import Handlers
from nettools.commands._listen_options import ListenOptions
from nettools.commands._listen_order import ListenOrder, read_listen_order
from nettools.commands._relay_modes import check_listen, listen_settings_at_rest
from nettools.commands._session import Session
from nettools.commands._story import Story
from nettools.commands._taps import open_logs
from nettools.core.listen.access import EVERYBODY
from nettools.core.listen.settings import ListenEvent
from nettools.core.relay.ending import FINE, OTHER_ERROR, Ending
from nettools.core.text import safe
from nettools.net.connect.socket_options import apply_socket_options
from nettools.net.interrupts import Interrupts
from nettools.net.listen.access_files import AccessRules
from nettools.net.listen.clients import Client
from nettools.net.listen.listeners import Listening, open_listeners
from nettools.net.listen.serving import Server, keep_garbage_small, make_server, resolve_place
from nettools.net.loop import Loop
from nettools.net.relay.stdio import open_stdio

if TYPE_CHECKING:
    from nettools.commands._listen_tls import ServerSide

NAME_TIMEOUT_S = 10.0


def run_listen(session: Session, options: ListenOptions) -> int:
    """Returns the exit status."""
    options = listen_settings_at_rest(options)
    check_listen(options, session.options.format)
    order = read_listen_order(session, options)
    with Story(session, events=options.events, append=options.append_output) as story:
        return ListenRun(session, options, order, story).run()


class ListenRun:
    """Bind, serve, end."""

    def __init__(self, session: Session, options: ListenOptions, order: ListenOrder, story: Story) -> None:
        self._session = session
        self._options = options
        self._order = order
        self._story = story
        self._status = FINE
        self._tls: ServerSide | None = None
        self._is_ending = False

    def run(self) -> int:
        """Returns the exit status. Raises RequestError, ListenError."""
        order = self._order
        is_broker = self._options.broker or self._options.chat  # what clients say goes to the others alone
        self._stdio = open_stdio(
            stdin=self._uses_stdio and order.relay.manner.sends,
            stdout=self._uses_stdio and order.relay.manner.receives and not is_broker,
            held=self._session.environment.held,
        )
        with ExitStack() as opened:
            interrupts = opened.enter_context(Interrupts(reloads=order.rules.has_files))
            self._logs = opened.enter_context(open_logs(self._session, self._options, self._story, interrupts))
            self._loop = Loop(interrupts)
            self._loop.on_reload = self._reload
            listeners = self._open_listeners(interrupts)
            for one in listeners:
                opened.callback(one.close)
            if order.service is not None and order.place.is_datagram:
                signal_number = self._serve_datagrams(listeners)
            else:
                signal_number = self._serve(listeners)
            if signal_number is not None:
                return 128 + signal_number
            return OTHER_ERROR if self._logs and self._logs.has_failed and not self._status else self._status

    @property
    def _uses_stdio(self) -> bool:
        """Whether clients speak with standard input and output."""
        options, order = self._options, self._order
        modes = (order.relay.program, order.service, order.forward, order.proxy, options.serve, options.receive)
        return all(mode is None for mode in modes)

    def _open_listeners(self, interrupts: Interrupts) -> list[Listening]:
        addresses = resolve_place(self._order.place, timeout_s=NAME_TIMEOUT_S, interrupts=interrupts)
        return open_listeners(
            self._order.place,
            addresses,
            mode=self._order.mode,
            unlink_first=self._options.unlink_first,
            prepare=lambda made: apply_socket_options(made, self._order.relay.socket_options),
        )

    def _serve(self, listeners: list[Listening]) -> int | None:
        """Returns the signal that ended it."""
        if self._order.tls is not None:
            from nettools.commands._listen_tls import ServerSide

            self._tls = ServerSide(self._loop, self._order.tls, self._story, listeners)
        handlers = Handlers(
            self._session,
            self._options,
            self._order,
            self._story,
            loop=self._loop,
            stdio=self._stdio,
            logs=self._logs,
            on_standard_end=self._standard_ended,
            tls_subject_of=self._subject_of,
        )
        self._server: Server = make_server(
            self._loop,
            self._order.place,
            listeners,
            handlers.make(),
            settings=self._order.settings,
            on_event=self._tell,
            on_over=self._over,
            access=lambda: self._order.rules.now,
            wrap=None if self._tls is None else self._tls.wrap,
        )
        self._announce(listeners)
        self._server.start()
        keep_garbage_small()
        signal_number = self._loop.run()
        self._is_ending = True
        self._server.close_all("cut", "the server ends")
        if handlers.children is not None:
            handlers.children.finish(is_forced=signal_number is not None)
        return signal_number

    def _serve_datagrams(self, listeners: list[Listening]) -> int | None:
        """A service that answers each datagram for itself: there are no clients."""
        from nettools.net.service.datagrams import DatagramService

        assert self._order.service is not None
        service = DatagramService(
            self._loop,
            listeners,
            self._order.service,
            access=lambda: self._order.rules.now,
            on_event=self._tell,
            on_answer=lambda peer, octets_in, octets_out: self._story.tell(
                "request",
                f"{peer} was answered",
                peer=peer,
                protocol="udp",
                bytes_in=octets_in,
                bytes_out=octets_out,
                verbosity=2,
            ),
        )
        service.start()
        self._announce(listeners)
        signal_number = self._loop.run()
        service.close()
        return signal_number

    def _announce(self, listeners: list[Listening]) -> None:
        """Say where, so that nobody wonders who can come."""
        place = self._order.place
        told = " and ".join(one.text for one in listeners)
        if self._order.rules.now != EVERYBODY:
            who = ", for those whom the rules let in"
        elif place.is_any:
            who = ": everybody who reaches this machine may connect"
        elif place.host is None and place.is_loopback and place.path is None:
            who = ": loopback, for this machine alone; a HOST or --any lets others in"
        else:
            who = ""
        self._story.note(f"listening on {told}{who}")
        is_open = self._order.credentials is None and self._order.rules.now == EVERYBODY
        if self._order.proxy is not None and is_open and not place.is_loopback:
            self._story.note("this proxy is open to whoever reaches it; --proxy-auth and --allow say to whom")
        if self._options.announce_listen:
            for one in listeners:
                where = one.text if one.address is None else f"{one.address} {one.port}"
                self._session.tell(f"listening {where}\n")

    def _tell(self, event: ListenEvent) -> None:
        """What the server tells: for people with -v, for scripts in the events."""
        words = {
            "listening": f"listening on {event.local}",
            "accept": f"{event.peer} connected to {event.local}",
            "close": f"{event.peer} left: {event.reason}",
            "reject": f"{event.peer} was turned away: {event.reason}{_more(event.dropped)}",
            "error": f"{event.local}: {event.reason}",
        }
        self._story.tell(
            event.event,
            words[event.event],
            local=event.local,
            peer=event.peer,
            protocol=event.protocol,
            bytes_in=event.bytes_in,
            bytes_out=event.bytes_out,
            duration_ms=event.duration_ms,
            reason=event.kind or event.reason,
            verbosity={"listening": None, "error": 0}.get(event.event, 1),
        )

    def _over(self, ending: Ending | None) -> None:
        """Nobody is left, and nobody will come: the only client's end is ours."""
        if ending is not None:
            self._status = ending.status
            if ending.is_failure and self._options.receive is None and not self._is_ending:
                self._story.failed(ending.message)
        self._loop.stop()

    def _standard_ended(self, ending: Ending) -> None:
        """Standard output cannot be written, or input not be read: nothing is left to do."""
        if ending.status:
            self._status = ending.status
            if ending.is_failure:
                self._story.failed(ending.message)
            self._loop.stop()

    def _subject_of(self, client: Client) -> str | None:
        return None if self._tls is None else self._tls.subject_of(client)

    def _reload(self) -> None:
        rules: AccessRules = self._order.rules
        trouble = rules.reload()
        if trouble is None:
            self._story.note("the allow and deny files were read again")
        else:
            self._story.failed(safe(trouble))


def _more(dropped: int) -> str:
    return f" (and {dropped:,} more that were not told)" if dropped else ""
