"""Settings of the kernel, read from /proc/sys: sysctl(8)."""


def read_sysctl(name: str) -> int | None:
    """The number under that name, as ``net/ipv4/conf/all/rp_filter``; None where there is none to be read."""
    if ".." in name.split("/"):
        return None
    try:
        with open(f"/proc/sys/{name}", encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None
