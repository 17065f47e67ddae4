"""The rules of access as the command line gives them, with those in files, which can be read again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nettools.core.listen.access import Access, parse_rule_file, parse_rules
from nettools.core.prefix import Prefix
from nettools.core.text import safe
from nettools.errors import InputError, RequestError

if TYPE_CHECKING:
    from nettools.core.intervals import IntervalSet

_LARGEST_FILE: Final = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessOrder:
    """--allow, --deny, --allowfile, --denyfile."""

    allow: Sequence[str] = ()
    deny: Sequence[str] = ()
    allow_file: str | None = None
    deny_file: str | None = None


class AccessRules:
    """The rules that hold now. Raises RequestError when they cannot be read the first time."""

    def __init__(self, order: AccessOrder) -> None:
        self._order = order
        self._allow = parse_rules(order.allow, "--allow")
        self._deny = parse_rules(order.deny, "--deny")
        self.now = self._read()

    @property
    def has_files(self) -> bool:
        return self._order.allow_file is not None or self._order.deny_file is not None

    def reload(self) -> str | None:
        """Read the files again. When one cannot be read the rules stay as they were, and why is returned."""
        try:
            self.now = self._read()
        except RequestError as error:
            return f"{error.message}; the rules stay as they were"
        return None

    def _read(self) -> Access:
        order = self._order
        return Access(
            allow=_set_of(self._allow, order.allow_file, is_given=bool(order.allow)),
            deny=_set_of(self._deny, order.deny_file, is_given=bool(order.deny)),
        )


def _set_of(rules: list[Prefix], file: str | None, *, is_given: bool) -> "IntervalSet | None":
    """All rules of one kind; None when there are none, which is something else than an empty list."""
    if file is None and not is_given:
        return None
    from nettools.core.intervals import IntervalSet

    if file is None:
        return IntervalSet.of_prefixes(rules)
    return IntervalSet.of_prefixes([*rules, *parse_rule_file(_text_of(file), file)])


def _text_of(file: str) -> str:
    try:
        with open(file, "rb") as opened:
            octets = opened.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(f"cannot read {safe(file)}: {error.strerror or error}") from None
    if len(octets) > _LARGEST_FILE:
        raise InputError(f"{safe(file)} is larger than {_LARGEST_FILE >> 20} MiB")
    return octets.decode("utf-8", "surrogateescape")
