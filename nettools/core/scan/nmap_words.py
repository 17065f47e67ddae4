"""Options of nmap(1) that ``nettools scan`` has under another name, and what to write here.

Several begin like one of ours and would be read as that: ``-oX -`` as ``-o X``, a file of that name. ``-oJ`` and
``--max-rate`` are of masscan(8).
"""

from collections.abc import Iterable
from typing import Final

from nettools.core.text import quoted
from nettools.errors import OptionError

_NOTHING: Final = "leave it out: "
_RATE: Final = "write --rate PPS"

_INSTEAD: Final = {
    "-oX": "write --format nmap-xml, and -o FILE for a file",
    "-oG": "write --format grepable, and -o FILE for a file",
    "-oN": "write -o FILE",
    "-oA": "a run writes one format: --format json, nmap-xml or grepable, and -o FILE for a file",
    "-oJ": "write --format json, and -o FILE for a file",
    "-Pn": f"{_NOTHING}no host has to answer first, unless --discover is given",
    "-A": "write --probe --tls-info --rdns",
    "-F": f"{_NOTHING}top:100 is scanned where no ports are named",
    "-O": "the system of a host is not guessed; --probe asks its services",
    "-iL": "write --targets FILE",
    "-iR": "targets are named, not drawn",
    "-n": f"{_NOTHING}names are asked for with --rdns alone",
    "-R": "write --rdns",
    "-r": "write --order ascending",
    "-e": "write --interface NAME",
    "-S": "write --source ADDRESS",
    "-g": "write --source-port PORT",
    "-d": "write --debug",
    "--top-ports": "write -p top:N",
    "--excludefile": "write --exclude-file FILE",
    "--min-rate": _RATE,
    "--max-rate": _RATE,
    "--max-retries": "write --retries N",
    "--scan-delay": "write --delay TIME",
    "--script": "there are no scripts; --banner, --tls-info and --probe ask services",
}
_KINDS: Final = {
    "S": "--syn",
    "T": "--connect",
    "U": "--udp",
    "A": "--ack",
    "V": "--probe",
    "C": "--probe",
}
"""What follows ``-s``; nmap takes several at once."""
_NO_PORTS: Final = {
    "-sn": "ports are always scanned: --discover scans those of hosts alone that are there",
    "-sP": "ports are always scanned: --discover scans those of hosts alone that are there",
    "-sL": "nettools rdns NETWORK --all lists names",
}


def refuse_nmap_words(options: Iterable[str]) -> None:
    """Raise OptionError for the first word that only nmap takes: it is never read as one of ours."""
    for word in options:
        instead = nmap_word_here(word)
        if instead is not None:
            name = word.partition("=")[0] if word.startswith("--") else word
            raise OptionError(f"{quoted(name)} is an option of nmap", hint=instead)


def nmap_word_here(word: str) -> str | None:
    """What to write for it, None when it is no such option.

    >>> nmap_word_here("-sSV")
    'write --syn --probe'
    >>> nmap_word_here("--syn") is None
    True
    """
    name = word.partition("=")[0] if word.startswith("--") else word
    known = _INSTEAD.get(name) or _NO_PORTS.get(name)
    if known is not None:
        return known
    if len(word) == 3 and word.startswith("-T") and word[2] in "012345":
        return "write --rate PPS, --delay TIME or --timeout TIME; else the pace follows the answers"
    if word.startswith("-s") and len(word) > 2 and all(one in _KINDS for one in word[2:]):
        return f"write {' '.join(dict.fromkeys(_KINDS[one] for one in word[2:]))}"
    return None
