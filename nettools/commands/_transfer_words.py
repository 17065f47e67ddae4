"""A transfer that went well, in one line."""

from nettools.net.checked_transfer.conversation import TransferResult
from nettools.render.units import with_prefix


def told_result(verb: str, result: TransferResult, *, where: str) -> str:
    """How much, how fast, from where it went on, and that it was checked."""
    rate = f" at {with_prefix(result.moved / result.duration_s, 'B/s')}" if result.duration_s > 0 else ""
    resumed = f", {with_prefix(result.resumed, 'B')} were there already" if result.resumed else ""
    return f"{verb} {where}: {with_prefix(result.size or 0, 'B')}{rate}{resumed}; every block verified"
