"""``cat -z`` with all that a connection of cat may need: a proxy, STARTTLS, TLS."""

from nettools.commands._cat_order import CatOrder
from nettools.commands._cat_zero import run_zero
from nettools.commands._session import Session
from nettools.commands._story import Story
from nettools.runs.connect import agreement_of
from nettools.runs.connect_order import first_hop


def run_zero_of(session: Session, order: CatOrder, story: Story) -> int:
    """Returns the exit status."""
    return run_zero(
        session,
        first_hop(order),
        order.retry,
        answer_s=order.answer_s,
        agree=agreement_of(order, story),
        target=str(order.dial.target),
    )
