"""The story of one connection for people: when what happened, how much went each way, how it ended."""

from typing import NamedTuple


class Moment(NamedTuple):
    """One thing that happened, so many milliseconds after the beginning."""

    at_ms: float
    text: str


class Timeline:
    """Collects moments, and writes them as lines."""

    def __init__(self, *, began_s: float) -> None:
        self._began_s = began_s
        self._moments: list[Moment] = []

    def add(self, text: str, now_s: float) -> None:
        """It happened at that time."""
        self._moments.append(Moment((now_s - self._began_s) * 1000, text))

    def lines(self) -> list[str]:
        """The moments in the order of their times, which stand in a column of their own.

        >>> story = Timeline(began_s=1.0)
        >>> story.add("connected", 1.0123)
        >>> story.add("closed", 3.5)
        >>> print(*story.lines(), sep="\\n")
             12.3 ms  connected
           2500.0 ms  closed
        """
        ordered = sorted(self._moments, key=lambda moment: moment.at_ms)
        return [f"{moment.at_ms:10.1f} ms  {moment.text}" for moment in ordered]


def amounts(octets_out: int, octets_in: int, duration_s: float) -> str:
    """How much went each way, and how fast."""
    return f"sent {_amount(octets_out, duration_s)}, received {_amount(octets_in, duration_s)}"


def _amount(octets: int, duration_s: float) -> str:
    rate = f" ({octets / duration_s:,.0f}/s)" if octets and duration_s > 0 else ""
    return f"{octets:,} bytes{rate}"
