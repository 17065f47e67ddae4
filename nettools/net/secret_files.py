"""Files that hold a password: read whole, within bounds, and looked at by whom they may be read."""

import os
import stat
from typing import Final

from nettools.core.proxy.credentials import SecretFile
from nettools.core.text import safe
from nettools.errors import InputError

_LARGEST: Final = 1 << 16
_OTHERS: Final = stat.S_IRGRP | stat.S_IROTH


def read_secret_file(path: str) -> SecretFile:
    """The text of the file. Raises InputError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a FIFO must not stop us
        with os.fdopen(descriptor, "rb") as file:
            mode = os.fstat(descriptor).st_mode
            if not stat.S_ISREG(mode):
                raise InputError(f"{safe(path)} is no regular file")
            octets = file.read(_LARGEST + 1)
    except OSError as error:
        raise InputError(f"cannot read {safe(path)}: {error.strerror or error}") from None
    if len(octets) > _LARGEST:
        raise InputError(f"{safe(path)} is larger than {_LARGEST:,} bytes")
    return SecretFile(path=path, text=octets.decode("utf-8", "surrogateescape"), is_open_to_others=bool(mode & _OTHERS))
