"""The names under which an answer tells what was asked, so that a later run can ask the same."""

from typing import Final

TARGETS: Final = "targets"
EXCLUDE: Final = "exclude"
ADDRESSES: Final = "addresses"
ORDER: Final = "order"
"""Keys of the options of a scan that a resumed one must have alike: words with blanks between, and the order."""
