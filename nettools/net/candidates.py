"""What this machine knows that completes a word: its interfaces, its namespaces, the hosts that it has met.

It looks, and asks nobody: no name is resolved and nothing is sent. What cannot be read is left out without a word,
since whoever pressed Tab is in the middle of a line.
"""

import os
from collections.abc import Iterator
from typing import Final

from nettools.core.completion import (
    LONGEST_HOST,
    LONGEST_NAME,
    fit_candidates,
    hosts_file_words,
    is_address,
    known_hosts_words,
    ssh_config_words,
)
from nettools.errors import InputError

_MOST_BYTES: Final = 1 << 20
"""Of each file; a known_hosts of that size has some 5,000 lines."""

_HOSTS: Final = "/etc/hosts"
_KNOWN_HOSTS: Final = ("~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts")
_SSH_CONFIG: Final = "~/.ssh/config"
"""ssh(1), FILES."""


def candidates(kind: str) -> tuple[str, ...]:
    """The words of that kind (``core.completion.KINDS``) that may be offered; none for a kind that is unknown."""
    match kind:
        case "interfaces":
            return tuple(fit_candidates(_interfaces(), longest=LONGEST_NAME))
        case "namespaces":
            return tuple(fit_candidates(_namespaces(), longest=LONGEST_NAME))
        case "hosts":
            return tuple(fit_candidates(_hosts(), longest=LONGEST_HOST))
        case "addresses":
            return tuple(fit_candidates(filter(is_address, _hosts()), longest=LONGEST_HOST))
    return ()


def _interfaces() -> list[str]:
    import socket  # 3 ms, of which hosts need nothing

    try:
        return [name for _, name in socket.if_nameindex()]
    except OSError:
        return []


def _namespaces() -> list[str]:
    from nettools.net.namespaces import namespace_names

    return namespace_names()


def _hosts() -> Iterator[str]:
    """Names and addresses: what ssh calls by a name comes first, it was chosen by a person."""
    yield from ssh_config_words(_beginning(_SSH_CONFIG))
    yield from hosts_file_words(_beginning(_HOSTS))
    for path in _KNOWN_HOSTS:
        yield from known_hosts_words(_beginning(path))


def _beginning(path: str) -> str:
    """The whole lines in the first MiB of a regular file; nothing where there is none."""
    from nettools.net.regular_file import open_regular_file

    try:
        with open_regular_file(os.path.expanduser(path)) as file:
            data = file.read(_MOST_BYTES)
    except (InputError, OSError):
        return ""
    if len(data) == _MOST_BYTES:
        data = data[: data.rfind(b"\n") + 1]
    return data.decode("utf-8", "surrogateescape")
