"""What the system may lack or refuse at any point, as an error of ours."""

import errno
from typing import Final

from nettools.errors import LocalFault

_SHORTAGES: Final = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.ENOSPC, errno.EPERM, errno.EACCES}
)


def as_local_fault(error: OSError) -> LocalFault | None:
    """The fault; None for an OSError that should have become one of ours where it arose."""
    return LocalFault(f"the system refused: {error.strerror or error}") if error.errno in _SHORTAGES else None
