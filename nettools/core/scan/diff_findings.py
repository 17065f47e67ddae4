"""What a service said of itself, before and now: only where both scans asked, or both were told."""

from collections.abc import Iterator

from nettools.core.record import to_json
from nettools.core.scan.diff_report import ChangedThing
from nettools.core.scan.finding import NOTHING_FOUND, Finding
from nettools.core.scan.stored import StoredScan
from nettools.core.scan.tls_info import TlsInfo

Told = tuple[ChangedThing, str | None, str | None]
"""What has changed, before, now."""


class FindingComparison:
    """Compares what the services of two scans said."""

    def __init__(self, old: StoredScan, new: StoredScan) -> None:
        self._both_probed = _both_have(old, new, "probe")
        self._both_asked_tls = _both_have(old, new, "tls-info")

    def changes(self, before: Finding | None, now: Finding | None) -> Iterator[Told]:
        """What has changed of one open port."""
        before, now = before or NOTHING_FOUND, now or NOTHING_FOUND
        said: tuple[Told, ...] = (
            ("service", before.service, now.service),
            ("product", before.product, now.product),
            ("version", before.version, now.version),
        )
        for what, was, is_now in said:
            if was != is_now and (self._both_probed or (was is not None and is_now is not None)):
                yield what, was, is_now
        if before.tls and now.tls:
            yield from _tls_changes(before.tls, now.tls)
        elif before.tls is not now.tls and self._both_asked_tls:
            yield "tls-key", _key(before.tls), _key(now.tls)


def _tls_changes(before: TlsInfo, now: TlsInfo) -> Iterator[Told]:
    pairs: tuple[Told, ...] = (
        ("tls-key", _key(before), _key(now)),
        ("tls-expiry", _text(before.not_after), _text(now.not_after)),
        ("tls-names", ", ".join(sorted(before.names)) or None, ", ".join(sorted(now.names)) or None),
        ("tls-trust", _trust(before), _trust(now)),
    )
    yield from (one for one in pairs if one[1] != one[2])


def _key(tls: TlsInfo | None) -> str | None:
    """The key; where the certificate told none, that it speaks TLS at all."""
    return None if tls is None else tls.spki_sha256 or tls.version


def _trust(tls: TlsInfo) -> str:
    return "trusted" if tls.trusted else tls.distrust or "not trusted"


def _text(value: object) -> str | None:
    text = to_json(value)
    return None if text is None else str(text)


def _both_have(old: StoredScan, new: StoredScan, what: str) -> bool:
    return all(what in str(scan.options.get("depth", "")).split(",") for scan in (old, new))
