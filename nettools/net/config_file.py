"""The file of settings, read whole within bounds: a FIFO does not stop us, and a directory is none."""

from nettools.core.config.document import LARGEST_FILE_BYTES
from nettools.net.regular_file import chunks_of


def read_settings_file(path: str) -> bytes:
    """The octets of the file. Raises InputError."""
    return b"".join(chunks_of(path, most_bytes=LARGEST_FILE_BYTES))
