"""Whether a message is the reply to a query: what a client has to look at before it believes one."""

from nettools.core.dns.edns import CLIENT_COOKIE_SIZE
from nettools.core.dns.message import HEADER_SIZE, BadMessage, Message, Question, parse_message
from nettools.core.dns.types import QR


def read_reply(wire: bytes, query: bytes, question: Question, cookie: bytes) -> tuple[Message | None, str | None]:
    """(the message, why it is no reply to the query): one of them is None, the message of a stray may be there too.

    ID, QR, opcode, question (RFC 5452 §9) and cookie (RFC 7873 §5.3) must fit; the reason is a word of ``Discarded``.
    """
    try:
        message = parse_message(wire)
    except BadMessage:
        return None, "short" if len(wire) < HEADER_SIZE else "malformed"
    if wire[:2] != query[:2]:
        return message, "wrong-id"
    if not message.flags & QR:
        return message, "no-response"
    if message.opcode != 0:
        return message, "wrong-opcode"
    # Some servers leave the question out of FORMERR and its like: RFC 5452 leaves that to us.
    if not message.questions and message.rcode != 0:
        return message, None
    if len(message.questions) != 1 or not message.questions[0].is_same(question):
        return message, "wrong-question"
    echoed = message.edns.cookie if message.edns else None
    if echoed is not None and cookie and not echoed.startswith(cookie[:CLIENT_COOKIE_SIZE]):
        return message, "bad-cookie"
    return message, None
