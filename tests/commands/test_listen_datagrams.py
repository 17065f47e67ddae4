"""``nettools listen --udp``: a receiver of datagrams, which have no end."""

import subprocess

import pytest

from tests.commands.relay_runs import cat, listening

HERE = "127.0.0.1"
LONGER_THAN_CAT_WAITS_S = 1.5


def test_a_receiver_waits_on_though_its_input_has_ended() -> None:
    with listening("--udp", stdin=subprocess.DEVNULL) as server:
        assert cat("--udp", "--quit-after", "1ms", HERE, server.port, stdin=b"first\n").status == 0
        with pytest.raises(subprocess.TimeoutExpired):
            server.process.wait(LONGER_THAN_CAT_WAITS_S)


def test_it_ends_so_long_after_its_input_as_was_asked() -> None:
    with listening("--udp", "--quit-after", "100ms", stdin=subprocess.DEVNULL) as server:
        assert cat("--udp", "--quit-after", "1ms", HERE, server.port, stdin=b"only\n").status == 0
        assert server.process.wait(10) == 0
