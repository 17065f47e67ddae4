"""Files of the system that a command reads: bounded, and absent without complaint."""

_LARGEST_BYTES = 4 << 20


def read_services(path: str = "/etc/services") -> str:
    """The text of services(5), its first 4 MiB; empty where there is none or it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(_LARGEST_BYTES).decode("utf-8", "surrogateescape")
    except OSError:
        return ""
