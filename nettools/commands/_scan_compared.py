"""A scan beside earlier ones and beside what a file expects: ``--resume``, ``--diff`` and ``--expect-file``."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nettools.core.ports import PortNames, Transport
from nettools.core.scan.report import ScanReport

if TYPE_CHECKING:
    from nettools.core.scan.diff_report import DiffReport
    from nettools.core.scan.expect_file import Expectations
    from nettools.core.scan.expect_report import ExpectReport
    from nettools.core.scan.resume import EarlierRequest
    from nettools.core.scan.stored import StoredScan

_MOST_EXPECTED_BYTES: Final = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """What the answer is to be held against; read before the scan, so that a wrong file costs no probe."""

    old: "StoredScan | None" = None
    expected: "Expectations | None" = None

    def of(self, report: ScanReport) -> "tuple[DiffReport | None, ExpectReport | None]":
        """How it compares."""
        diff = expected = None
        if self.old is not None:
            from nettools.core.scan.diff import compare

            diff = compare(self.old, report)
        if self.expected is not None:
            from nettools.core.scan.expect import judge

            expected = judge(self.expected, report)
        return diff, expected

    @property
    def wants_report(self) -> bool:
        """Whether there is anything to compare with."""
        return self.old is not None or self.expected is not None


def read_comparisons(
    diff: str | None, expect_file: str | None, names: PortNames, *, transport: Transport
) -> Comparisons:
    """The files of the options. Raises InputErrors that name file and place."""
    expected = None
    if expect_file is not None:
        from nettools.core.scan.expect_file import parse_expectations

        expected = parse_expectations(_text_of(expect_file), expect_file, names, transport=transport)
    return Comparisons(old=None if diff is None else read_stored(diff), expected=expected)


def read_stored(path: str) -> "StoredScan":
    """An earlier answer. Raises InputError."""
    from nettools.core.scan.stored_document import MOST_BYTES, read_scan
    from nettools.net.regular_file import chunks_of

    return read_scan(chunks_of(path, most_bytes=MOST_BYTES), path)


def earlier_request(earlier: "StoredScan") -> "EarlierRequest":
    """What it was asked. Raises InputError when it does not say so."""
    from nettools.core.scan.resume import earlier_request as request_of

    return request_of(earlier)


def _text_of(path: str) -> str:
    """A file of expectations. Raises InputError, for what is no regular file too."""
    from nettools.net.regular_file import chunks_of

    return b"".join(chunks_of(path, most_bytes=_MOST_EXPECTED_BYTES)).decode("utf-8", "replace")
