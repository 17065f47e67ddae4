r"""What a shell may offer when Tab is pressed: names found on this machine that no shell could take for anything else.

A name may come from anywhere: the kernel lets a link be called ``$(id)`` or ``*``, and whoever is connected to may
have put a line into known_hosts. So nothing is escaped here. A word that needs escaping is not offered.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

KINDS: Final = ("interfaces", "namespaces", "hosts", "addresses")
"""What ``nettools __complete`` can be asked for."""

LONGEST_NAME: Final = 63
LONGEST_HOST: Final = 253
"""Characters of a host name, RFC 1035 §2.3.4."""
MOST_CANDIDATES: Final = 1000
"""More than anybody reads, and few enough that bash, which reads octet by octet, shows them at once."""

_ALLOWED: Final = re.compile(r"[A-Za-z0-9_.:@%+-]+", re.ASCII)
_FIRST_OF_OPTION: Final = "-"
_FIRST_OF_SERVER: Final = "@"
_ADDRESS: Final = re.compile(r"[0-9.]+|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%[A-Za-z0-9_.-]+)?", re.ASCII)
_BRACKETED: Final = re.compile(r"\[([^]]*)\](:[0-9]+)?")


def fit_candidates(words: Iterable[str], *, longest: int = LONGEST_NAME) -> Iterator[str]:
    """The words that may be offered, each once, in their order; the first thousand.

    A word that begins with ``-`` would be taken for an option (``-cid`` runs a program), one with ``@`` for a server.

    >>> list(fit_candidates(["eth0", "*", "$(id)", "-cid", "wg-home", "eth0"]))
    ['eth0', 'wg-home']
    """
    offered: set[str] = set()
    for word in words:
        if len(offered) == MOST_CANDIDATES:
            return
        is_safe = len(word) <= longest and _ALLOWED.fullmatch(word) is not None
        if is_safe and word not in offered and not word.startswith((_FIRST_OF_OPTION, _FIRST_OF_SERVER)):
            offered.add(word)
            yield word


def is_address(word: str) -> bool:
    """Whether a word looks like an IPv4 or IPv6 address.

    >>> [is_address(word) for word in ("192.0.2.1", "fe80::1%eth0", "2001:db8::", "www.example.com", "cafe")]
    [True, True, True, False, False]
    """
    return _ADDRESS.fullmatch(word) is not None


def hosts_file_words(text: str) -> Iterator[str]:
    """The addresses and names of a hosts(5) file.

    >>> list(hosts_file_words("192.0.2.1 www.example.com www # ours"))
    ['192.0.2.1', 'www.example.com', 'www']
    """
    for line in text.split("\n"):
        yield from line.partition("#")[0].split()


def known_hosts_words(text: str) -> Iterator[str]:
    """The hosts of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), without those that are hashed.

    >>> list(known_hosts_words("www.example.com,[192.0.2.7]:2222 ssh-ed25519 AAAA"))
    ['www.example.com', '192.0.2.7']
    """
    for line in text.split("\n"):
        fields = line.split()
        if fields and fields[0] in ("@cert-authority", "@revoked"):
            del fields[0]
        if not fields or fields[0].startswith(("#", "|")):
            continue
        for host in fields[0].split(","):
            bracketed = _BRACKETED.fullmatch(host)
            yield bracketed[1] if bracketed else host


def ssh_config_words(text: str) -> Iterator[str]:
    """The words of the ``Host`` lines of an ssh_config(5) file; patterns are not fit, and fall out later.

    >>> list(ssh_config_words("Host www db\\n  User me\\nhost=backup"))
    ['www', 'db', 'backup']
    """
    for line in text.split("\n"):
        keyword, *words = line.replace("=", " ", 1).split()[:MOST_CANDIDATES] or [""]
        if keyword.lower() == "host":
            yield from (word.strip('"') for word in words)
