"""Options of nmap are answered with ours, and none of ours is taken for one of nmap's."""

import pytest

from nettools.cli import COMMANDS
from nettools.commands._catalog import described_commands
from nettools.core.scan.nmap_words import nmap_word_here, refuse_nmap_words
from nettools.errors import OptionError


@pytest.mark.parametrize(
    ("word", "instead"),
    [
        ("-oX", "--format nmap-xml"),
        ("-oG", "--format grepable"),
        ("-oN", "-o FILE"),
        ("-oA", "--format json, nmap-xml or grepable"),
        ("-oJ", "--format json"),
        ("-sV", "--probe"),
        ("-sS", "--syn"),
        ("-sU", "--udp"),
        ("-sT", "--connect"),
        ("-sSUV", "--syn --udp --probe"),
        ("-sn", "--discover"),
        ("-Pn", "leave it out"),
        ("-A", "--probe --tls-info --rdns"),
        ("-T4", "--rate PPS"),
        ("-F", "top:100"),
        ("-O", "not guessed"),
        ("-iL", "--targets FILE"),
        ("--top-ports=20", "-p top:N"),
    ],
)
def test_an_option_of_nmap_is_refused_with_ours(word: str, instead: str) -> None:
    with pytest.raises(OptionError, match="is an option of nmap") as caught:
        refuse_nmap_words(["-v", word])
    assert caught.value.hint is not None
    assert instead in caught.value.hint


@pytest.mark.parametrize(
    "word", ["-v", "-vv", "-p22", "-p-", "-4", "-oout.xml", "-ojson", "-s", "-T6", "-T", "-sQ", "-"]
)
def test_what_is_not_an_option_of_nmap_is_left_to_ours(word: str) -> None:
    assert nmap_word_here(word) is None


def test_none_of_ours_is_refused() -> None:
    scan = next(one for one in described_commands(COMMANDS) if one.name == "scan")
    spellings = [word for option in scan.options for word in option.spellings]
    assert "--open" in spellings
    refuse_nmap_words(spellings)
