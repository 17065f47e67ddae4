"""Very many questions from lines, each answered as it comes or in its turn, in constant memory."""

import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic, time

from nettools.core.bulk_resolve.groups import Group, IteratedRows
from nettools.core.bulk_resolve.lines import Form, Line, ReplyLines
from nettools.core.bulk_resolve.ordering import HeldBack, InOrder
from nettools.core.bulk_resolve.pacing import DEFAULT_CONCURRENCY
from nettools.core.bulk_resolve.plan import BulkPlan
from nettools.core.bulk_resolve.reply import AnswerReader
from nettools.core.bulk_resolve.rows import BadLine, Chunk, rows_of
from nettools.core.resolve.answering import Manner, ServerGroup
from nettools.net.bulk_resolve import system_entropy
from nettools.net.dns_channels import OpenChannel
from nettools.net.dns_open import channel_opener
from nettools.runs.resolve_order import ResolveOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkOrder:
    """What to ask whom, and how fast."""

    types: tuple[int, ...]
    """Those of a line that names none; none: A and AAAA, PTR for an address."""
    groups: tuple[ServerGroup, ...]
    manner: Manner
    concurrency: int
    rate: float | None
    """Queries a second to one server."""
    open: OpenChannel
    """Makes the channels of what does not go over the shared UDP sockets."""


def bulk_order(order: ResolveOrder) -> BulkOrder:
    """The same questions, for names that come from elsewhere."""
    return BulkOrder(
        types=order.types,
        groups=order.groups,
        manner=order.manner,
        concurrency=order.concurrency or DEFAULT_CONCURRENCY,
        rate=order.rate,
        open=channel_opener(order.tls, order.servers),
    )


def plan_bulk(
    order: BulkOrder,
    chunks: Iterable[Chunk],
    form: Form,
    *,
    in_order: InOrder[Line] | None,
    on_bad_line: Callable[[BadLine], None],
) -> BulkPlan:
    """The plan of a run, whose results are lines that ``form`` makes of responses."""
    groups = [Group(order.manner.lookup(b"\0", 1, one)) for one in order.groups]
    rows = rows_of(chunks, types=order.types, groups=len(groups), on_bad_line=on_bad_line, class_=order.manner.class_)
    source = IteratedRows(rows)
    reader = AnswerReader(socket.inet_ntop, ipv4=socket.AF_INET, ipv6=socket.AF_INET6)
    return BulkPlan(
        groups,
        source if in_order is None else HeldBack(source, in_order),
        ReplyLines(form, reader, len(groups)),
        entropy=system_entropy,
        concurrency=order.concurrency,
        rate=order.rate,
        wall_ahead_s=time() - monotonic(),
    )
