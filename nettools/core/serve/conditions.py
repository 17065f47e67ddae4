"""Validators of a file and the conditions of a request, RFC 9110 §8.8 and §13."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Literal

from nettools.core.serve.http_date import format_http_date, parse_http_date

_TAG: Final = re.compile(rb'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_TAG_OCTETS: Final = 12
_SETTLED_S: Final = 2
"""A file that changed so lately may change again within what its time of change can tell: its tag is weak (§8.8.1)."""

Outcome = Literal["not-modified", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What tells one state of a file from another."""

    opaque: str
    """The tag in its quotes, without the mark of a weak one."""
    modified_s: int
    """Seconds since 1970, and not later than now."""
    is_strong: bool

    @property
    def etag(self) -> str:
        return self.opaque if self.is_strong else f"W/{self.opaque}"

    @property
    def last_modified(self) -> str:
        return format_http_date(self.modified_s)


def validators_of(*, size: int, modified_ns: int, inode: int, now_s: float) -> Validators:
    """The validators of a file: another inode, size or time of change is another file.

    The tag is a hash of them, since an inode in the open helps those who attack NFS (CVE-2003-1418).
    """
    modified_s = max(min(modified_ns // 1_000_000_000, int(now_s)), 0)
    state = f"{inode}-{size}-{modified_ns}".encode()
    return Validators(
        opaque=f'"{blake2b(state, digest_size=_TAG_OCTETS).hexdigest()}"',
        modified_s=modified_s,
        is_strong=now_s - modified_ns / 1e9 >= _SETTLED_S,
    )


def judge(headers: Mapping[bytes, bytes], validators: Validators, *, now_s: float) -> Outcome | None:
    """What the conditions say, in the order of §13.2.2; None when the file is to be sent."""
    if (match := headers.get(b"if-match")) is not None:
        if not _any_tag(match, validators, is_strong=True):
            return "failed"
    elif (date_s := _date(headers.get(b"if-unmodified-since"), now_s)) is not None and validators.modified_s > date_s:
        return "failed"
    if (none_match := headers.get(b"if-none-match")) is not None:
        return "not-modified" if _any_tag(none_match, validators, is_strong=False) else None
    date_s = _date(headers.get(b"if-modified-since"), now_s)
    return "not-modified" if date_s is not None and validators.modified_s <= date_s else None


def range_holds(headers: Mapping[bytes, bytes], validators: Validators, *, now_s: float) -> bool:
    """Whether the range is of the file that the client knows (If-Range, §13.1.5). Only strong validators tell that."""
    condition = headers.get(b"if-range")
    if condition is None:
        return True
    if not validators.is_strong:
        return False
    if b'"' in condition:
        return condition.strip(b" \t") == validators.opaque.encode()
    return _date(condition, now_s) == validators.modified_s


def _any_tag(header: bytes, validators: Validators, *, is_strong: bool) -> bool:
    if header.strip(b" \t") == b"*":
        return True
    if is_strong and not validators.is_strong:
        return False
    ours = validators.opaque.encode()
    return any(tag == ours and not (weak and is_strong) for weak, tag in _TAG.findall(header))


def _date(header: bytes | None, now_s: float) -> int | None:
    return None if header is None else parse_http_date(header.decode("latin-1"), now_s=now_s)
