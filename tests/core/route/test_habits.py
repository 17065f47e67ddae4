"""The words of ip-route(8), which are none of ours."""

import pytest

from nettools.core.route.habits import refuse_words_of_ip_route
from nettools.errors import OptionError


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("get 10.20.30.40", "nettools route 10.20.30.40"),
        ("get to 10.20.30.40", "nettools route 10.20.30.40"),
        ("get", "nettools route 192.0.2.1"),
        ("get 10.0.0.1 from 10.0.0.2 oif eth0", "nettools route 10.0.0.1 --from 10.0.0.2 --interface eth0"),
        ("get from", "nettools route from"),
        ("show", "nettools route"),
        ("list", "nettools route"),
        ("ls", "nettools route"),
        ("show 10.0.0.0/8", "nettools route 10.0.0.0/8"),
        ("show table all", "nettools route --table all"),
        ("get \x1b[2J", r"nettools route \x1b[2J"),
    ],
)
def test_a_verb_is_refused_with_what_to_type(words: str, typed: str) -> None:
    with pytest.raises(OptionError, match="is a word of ip route") as caught:
        refuse_words_of_ip_route(words.split(" "))
    assert str(caught.value.hint).startswith(f"write {typed}; a host")


@pytest.mark.parametrize("words", [[], ["192.0.2.1"], ["192.0.2.1", "show"], ["get."], ["default"], ["Get"]])
def test_other_words_are_destinations(words: list[str]) -> None:
    refuse_words_of_ip_route(words)
