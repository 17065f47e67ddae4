"""What is told of a port's TLS in the end, of all handshakes that were tried on it."""

from dataclasses import replace

from nettools.core.scan.finding import Finding
from nettools.core.scan.tls_info import TlsInfo


class TlsTold:
    """The first session counts; without one, what was shown last before the other side broke off, and why it did."""

    def __init__(self) -> None:
        self.info: TlsInfo | None = None
        self.has_session = False
        self.problem: str | None = None

    def secured(self, info: TlsInfo) -> None:
        """There is a session."""
        if not self.has_session:
            self.info, self.has_session, self.problem = info, True, None

    def broken_off(self, shown: TlsInfo | None, problem: str | None) -> None:
        """There is none. ``problem`` is None for one who does not speak TLS."""
        if not self.has_session:
            self.info = shown or self.info
            self.problem = problem or self.problem

    def added_to(self, finding: Finding, problem: str | None) -> Finding:
        """The finding with what is known of TLS; another ``problem`` goes before its own."""
        told = problem or self.problem
        return finding if self.info is None and told is None else replace(finding, tls=self.info, problem=told)
