"""Whether a connection can be made: who answers, after how long, and with which TLS."""

from collections.abc import Callable
from time import monotonic
from typing import Final, Protocol

from nettools.core.address import Address
from nettools.core.connect.fault import Fault, Try
from nettools.core.connect.order import DialOrder
from nettools.core.connect.report import (
    CONNECTED,
    CatReport,
    Outcome,
    failure_of_fault,
    outcome_of,
)
from nettools.core.connect.retry import Retry, RetryPolicy
from nettools.core.outcome import Failure
from nettools.core.text import with_hint
from nettools.core.tls.report import TlsReport
from nettools.net.connect.datagram_probe import DatagramProbe
from nettools.net.connect.dial import Dial, Dialed, DialEvent, DialFailure
from nettools.net.loop import Loop, Timer
from nettools.net.relay.ends import End
from nettools.runs.connect_agreed import Disagreement
from nettools.runs.connect_order import ConnectOrder, Listener

DATAGRAM_WAIT_S: Final = 2.0
"""How long a UDP answer is waited for, as ncat 7.93 waits with -z -u (measured)."""

OnAgreed = Callable[[End, TlsReport | None], None]
OnRefused = Callable[[Fault], None]


class Agree(Protocol):
    """What is to be agreed on after connecting, and before the answer is yes: a proxy's consent, TLS.

    It takes over the end; ``on_agreed`` gets the one to be closed, ``on_refused`` says why not, after closing it.
    """

    def __call__(
        self, loop: Loop, dialed: Dialed, *, deadline_s: float, on_agreed: OnAgreed, on_refused: OnRefused
    ) -> None: ...


class ConnectRun:
    """Rounds of dialing and asking, until one answers or no more are to be made.

    ``answer_s`` is how long a UDP answer is waited for.
    """

    def __init__(
        self,
        order: DialOrder,
        policy: RetryPolicy,
        loop: Loop,
        *,
        answer_s: float | None = None,
        agree: Agree | None = None,
        note: Callable[[str], None],
        on_event: Callable[[DialEvent], None],
    ) -> None:
        self._note = note
        self._on_event = on_event
        self._order = order
        self._retry = Retry(policy)
        self._policy = policy
        self._loop = loop
        self._answer_s = answer_s or DATAGRAM_WAIT_S
        self._agree = agree
        self._dial: Dial | None = None
        self._timer: Timer | None = None
        self._probe: DatagramProbe | None = None
        self._dialed: Dialed | None = None
        self._end: End | None = None
        self._tries: tuple[Try, ...] = ()
        self._lookup_ms: float | None = None
        self._outcome: Outcome | None = None
        self._tls: TlsReport | None = None
        self.fault: Fault | None = None

    def run(self) -> int | None:
        """Returns the number of the signal that ended it, if one did."""
        try:
            self._begin()
            return self._loop.run()
        finally:
            self._let_go()
            self._loop.close()

    def _begin(self) -> None:
        self._timer = None
        self._dial = Dial(
            self._loop, self._order, on_done=self._connected, on_failed=self._not_connected, on_event=self._on_event
        )
        self._dial.start()

    def _connected(self, dialed: Dialed) -> None:
        self._dialed, self._end = dialed, dialed.end
        self._tries, self._lookup_ms = dialed.tries, dialed.lookup_ms
        for note in dialed.notes:
            self._note(note)
        if self._order.target.transport == "udp":
            self._probe = DatagramProbe(
                self._loop, dialed.end, self._order, wait_s=self._answer_s, on_end=self._on_answer
            )
            self._probe.start()
        elif self._agree is None:
            self._succeed("open")
        else:
            self._agree(
                self._loop,
                dialed,
                deadline_s=monotonic() + self._order.timeout_s,
                on_agreed=self._on_agreed,
                on_refused=self._on_refused,
            )

    def _not_connected(self, failure: DialFailure) -> None:
        self._tries, self._lookup_ms = failure.tries, failure.lookup_ms
        self._round_failed(failure)

    def _on_answer(self, fault: Fault | None, is_answered: bool) -> None:
        if fault is not None:
            self._round_failed(fault)
        else:
            self._succeed("open" if is_answered else "open|filtered")

    def _on_agreed(self, end: End, tls: TlsReport | None) -> None:
        self._end, self._tls = end, tls
        self._succeed("open")

    def _on_refused(self, fault: Fault) -> None:
        self._end = None
        self._round_failed(fault)

    def _succeed(self, outcome: Outcome) -> None:
        self._outcome, self.fault = outcome, None
        self._loop.stop()

    def _round_failed(self, fault: Fault) -> None:
        self.fault, self._outcome = fault, outcome_of(fault)
        wait_s = self._retry.after(fault)
        if wait_s is None:
            self._loop.stop()
            return
        self._let_go()
        left = self._policy.retries - self._retry.failed_rounds + 1
        self._note(f"{fault.message}; next try in {wait_s:g} s, {left} left")
        self._timer = self._loop.call_at(monotonic() + wait_s, self._begin)

    def _let_go(self) -> None:
        """Close what is open."""
        for pending in (self._probe, self._dial, self._timer):
            if pending is not None:
                pending.cancel()
        if self._end is not None:
            self._end.close()
        self._probe = self._end = None

    def report(self, target: str, *, is_interrupted: bool) -> CatReport:
        """What was found out."""
        errors: tuple[Failure, ...] = ()
        if self.fault is not None and self._outcome is None and not is_interrupted:
            errors = (failure_of_fault(self.fault, target),)
        # Connecting a datagram socket sends nothing: there is nothing to be timed.
        is_connected = self._outcome in CONNECTED and self._order.target.transport != "udp"
        return CatReport(
            target=target,
            transport=self._order.target.transport,
            address=self._address(),
            port=self._order.target.port,
            outcome=self._outcome,
            reason=self._reason(),
            lookup_ms=self._lookup_ms,
            connect_ms=self._dialed.connect_ms if self._dialed is not None and is_connected else None,
            tries=self._tries,
            tls=self._tls,
            errors=errors,
        )

    def _reason(self) -> str | None:
        if self._outcome == "open|filtered":
            return f"nothing came back within {self._answer_s:g} s"
        return None if self.fault is None else with_hint(self.fault.message, self.fault.hint)

    def _address(self) -> Address | None:
        if self._dialed is not None:
            return self._dialed.address
        return self._tries[0].address if len(self._tries) == 1 else None


def agreement_of(order: ConnectOrder, listener: Listener) -> Agree | None:
    """What is to be agreed on after connecting; None where that is nothing."""
    if order.proxy is None and order.tls is None:
        return None

    def agree(loop: Loop, dialed: Dialed, *, deadline_s: float, on_agreed: OnAgreed, on_refused: OnRefused) -> None:
        from nettools.runs.connect_agree import Agreement

        def on_failed(failure: Disagreement) -> None:
            on_refused(
                Fault(
                    outcome=failure.outcome,
                    message=failure.message,
                    hint=failure.hint,
                    is_network=failure.is_network,
                )
            )

        Agreement(
            loop,
            dialed.end,
            order,
            listener,
            deadline_s=deadline_s,
            on_agreed=on_agreed,
            on_failed=on_failed,
        ).start()

    return agree
