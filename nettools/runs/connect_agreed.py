"""Why nothing came of a connection, before its octets could be relayed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Why a connection is of no use. ``is_network`` tells ncat's status 1 from its 2."""

    outcome: str
    message: str
    is_network: bool = True
    hint: str | None = None
