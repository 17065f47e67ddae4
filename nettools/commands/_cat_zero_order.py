"""``cat -z`` with all that a connection of cat may need: a proxy, STARTTLS, TLS."""

from nettools.commands._cat_agreed import Disagreement
from nettools.commands._cat_connect import first_hop
from nettools.commands._cat_order import CatOrder
from nettools.commands._cat_zero import OnAgreed, OnRefused, run_zero
from nettools.commands._session import Session
from nettools.commands._story import Story
from nettools.core.connect.fault import Fault
from nettools.net.connect.dial import Dialed
from nettools.net.loop import Loop


def run_zero_of(session: Session, order: CatOrder, story: Story) -> int:
    """Returns the exit status."""

    def agree(loop: Loop, dialed: Dialed, *, deadline_s: float, on_agreed: OnAgreed, on_refused: OnRefused) -> None:
        from nettools.commands._cat_agree import Agreement

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
            story,
            deadline_s=deadline_s,
            on_agreed=on_agreed,
            on_failed=on_failed,
        ).start()

    has_more = order.proxy is not None or order.tls is not None
    return run_zero(
        session,
        first_hop(order),
        order.retry,
        answer_s=order.answer_s,
        agree=agree if has_more else None,
        target=str(order.dial.target),
    )
