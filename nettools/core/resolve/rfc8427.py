"""An outcome as the pair of messages of RFC 8427 §3: the query and the response to it."""

from datetime import datetime, timedelta

from nettools.core.dns.message import parse_message
from nettools.core.dns.rfc8427 import message_json
from nettools.core.record import Json
from nettools.core.resolve.lookup import Outcome
from nettools.core.text import safe


def outcome_json(outcome: Outcome, *, moment: datetime) -> dict[str, Json]:
    """``queryMessage``, and ``responseMessage`` when one came; ``moment`` is when the outcome was known.

    ``comment`` says who was asked and what came of it, with the warnings: the RFC has that member for what people read.
    """
    value: dict[str, Json] = {"comment": _comment(outcome)}
    if outcome.query is not None:
        sent = moment - timedelta(milliseconds=outcome.query_time_ms or 0)
        value["queryMessage"] = message_json(parse_message(outcome.query), moment=sent)
    if outcome.message is not None:
        value["responseMessage"] = message_json(outcome.message, moment=moment)
    return value


def _comment(outcome: Outcome) -> str:
    server = "" if outcome.server is None else f" from {outcome.server}"
    return safe("; ".join([f"{outcome.status}{server}", *outcome.warnings]))
