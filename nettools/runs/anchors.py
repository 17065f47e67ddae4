"""What DNSSEC is trusted by: the bundled anchors of the root, or those of ``--trust-anchor``."""

from nettools import data
from nettools.core.dnssec.anchors import BUNDLED, TrustAnchor, parse_trust_anchors
from nettools.net.line_input import read_text


def read_anchors(path: str | None) -> tuple[TrustAnchor, ...]:
    """The anchors of the file, or the root's. Raises InputError, which names the file and the line."""
    if path is None:
        return parse_trust_anchors("\n".join(data.lines(BUNDLED)), BUNDLED)
    return parse_trust_anchors(read_text(path), path)
