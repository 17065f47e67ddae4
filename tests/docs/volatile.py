"""What differs from run to run in a printed answer, and what stands for it in a comparison.

Each rule is as narrow as it can be: a number is let go only with the unit or the word that makes it a time, a rate, a
random number or a date. Where a rule has changed a line of an answer, the widths of columns hang on it too, so runs of
spaces and of ruler are made one there, and nowhere else.
"""

import re
from collections.abc import Sequence

_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"

RULES: tuple[tuple[str, str], ...] = (
    # Durations: "0.31 ms", "in 1.35 s", "2.1 µs".
    (rf"(?<![\w.])(?:{_NUMBER}) (?:ms|µs|s)\b", "<duration>"),
    # Rates: "431 MB/s", "17,536/s".
    (rf"(?<![\w.])(?:{_NUMBER})(?: [kMG]?B)?/s", "<rate>"),
    # Moments and days: RFC 3339, "2026-11-21 15:02 UTC", a time at the beginning of a line.
    (r"20\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?UTC|Z)?)?", "<date>"),
    (r"^\d\d:\d\d:\d\d(?=  )", "<time>"),
    # The ports that Linux gives to clients (net.ipv4.ip_local_port_range), behind an address.
    (r"(?<=[\d\]]:)(?:3[2-9]\d{3}|[45]\d{4}|60\d{3})\b", "<port>"),
    # The first evidence that a host is up depends on the random order of the ports.
    (r"\bis up \([a-z-]+, ", "is up (<first answer>, "),
    # Linux limits the ICMP errors of the whole machine (icmp_msgs_burst): an absent neighbour is then silent, not down.
    (r"\b\d+ (?:down, \d+ silent|down|silent);", "<absent>;"),
    # Keys are made anew for each world: their tags (RFC 4034 appendix B), and the pins of certificates.
    (r"\bkey \d{1,5}\b", "key <tag>"),
    (r"\b[0-9a-f]{64}\b", "<sha256>"),
    # How often a silent port was asked again hangs on the clock.
    (r"[\d,]+ probes(?: \([\d,]+ again\))?", "<probes>"),
)
_COMPILED = tuple((re.compile(pattern), stands) for pattern, stands in RULES)
_SPACES, _RULER = re.compile(r" {2,}"), re.compile(r"─{2,}")


def masked(lines: Sequence[str]) -> list[str]:
    """The lines as they are compared."""
    told = [_mask(line) for line in lines]
    if told == list(lines):
        return told
    return [_RULER.sub("──", _SPACES.sub("  ", line)).strip() for line in told]


def _mask(line: str) -> str:
    for pattern, stands in _COMPILED:
        line = pattern.sub(stands, line)
    return line
