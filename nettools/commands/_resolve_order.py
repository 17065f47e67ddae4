"""What ``nettools resolve`` was asked for: its options, and what they ask of name servers."""

from collections.abc import Callable
from dataclasses import dataclass

from nettools.commands._resolve_modes import check_format
from nettools.commands._resolve_options import DEFAULT_INTERVAL, ResolveOptions
from nettools.commands._session import Session
from nettools.core.resolve.option_values import parse_interval_s
from nettools.core.resolve.report import Response
from nettools.core.text import quoted
from nettools.errors import OptionError
from nettools.render.format import Format
from nettools.runs.resolve_order import ResolveOrder, order_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveCommand:
    """What to ask, and what to do with the answers."""

    options: ResolveOptions
    order: ResolveOrder
    interval_s: float
    expectation: Callable[[Response], bool] | None

    def keeps_order(self, session: Session) -> bool:
        """Whether responses come in the order of the questions: lines do only where they shall wait."""
        return session.options.format is not Format.JSONL or self.options.ordered


def read_order(session: Session, options: ResolveOptions) -> ResolveCommand:
    """The order. Raises OptionError and the like for what makes no sense, NameLookupError for an unknown server."""
    if options.ipv4 and options.ipv6:
        raise OptionError("-4 and -6 exclude each other", hint="without either, both are used")
    check_format(options, session.options.format)
    order = order_of(session, options, needs_name=options.file is None)
    if options.file is not None and order.names:
        raise OptionError(f"the name {quoted(order.names[0].text)} and --file exclude each other")
    return ResolveCommand(
        options=options,
        order=order,
        interval_s=parse_interval_s(options.interval or DEFAULT_INTERVAL),
        expectation=None if options.expect is None else _expectation(options.expect),
    )


def _expectation(value: str) -> Callable[[Response], bool]:
    from nettools.core.resolve.expect import is_met

    return lambda response: is_met(value, response.outcome)
