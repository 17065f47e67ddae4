"""The world, up while a test session needs it, and ways to run a shell in it.

done = world.run("nettools resolve www.example.com --short")
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import peers
from tests.cli import PROGRAM, PROJECT, variables
from tests.dns_bed import bed, servers, tools

PROGRAMS = ("bash", "ip", "iptables", "mount", "named", "dnssec-signzone", "dnssec-keygen", "nsenter", "nsupdate",
            "setpriv", "unshare")  # fmt: skip
LONGEST_RUN_S = 40
_LONGEST_END_S = 20
# bash, with the status of the step before in $?.
_SHELL = "(exit {status})\n{script}"


@dataclass(frozen=True, slots=True)
class World:
    """A running world; it lives as long as the process that holds the desk."""

    folder: Path
    """authority.pem, named.log, bin/nettools; home directories."""
    desk: int
    """The process in whose network the desk is; so with the other two."""
    others: int
    bob: int

    def process(self, host: str) -> int:
        """The process in whose network a host of the documents lives."""
        return {"": self.desk, "bob": self.bob}[host]

    def popen(
        self, script: str, *, host: str = "", cwd: Path | None = None, status: int = 0
    ) -> "subprocess.Popen[bytes]":
        """A shell at the desk, or at another host, that runs a script; it leads a process group of its own."""
        return subprocess.Popen(
            [*self._enter(self.process(host)), f"--chdir={cwd or self.folder}", "bash", "-c",
             _SHELL.format(status=status, script=script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.variables(),
            start_new_session=True,
            preexec_fn=_hear_interrupts,
        )  # fmt: skip

    def run(self, script: str, *, host: str = "", cwd: Path | None = None, stdin: bytes = b"") -> str:
        """What a script prints on both streams."""
        with self.popen(script, host=host, cwd=cwd) as shell:
            try:
                printed, _ = shell.communicate(stdin, timeout=LONGEST_RUN_S)
            except subprocess.TimeoutExpired:
                end(shell)
                raise
        return printed.decode()

    def variables(self) -> dict[str, str]:
        ours = variables(LANG="C.UTF-8", LC_ALL="C.UTF-8", TZ="UTC", HOME=str(self.folder))
        return ours | {
            "PATH": f"{self.folder / 'bin'}:{ours['PATH']}:/usr/sbin:/sbin",
            "SSL_CERT_FILE": str(self.folder / "authority.pem"),
        }

    def bound_ports(self, *, host: str = "") -> frozenset[int]:
        """The ports that wait for clients at the desk or elsewhere, as /proc/net tells them (proc(5))."""
        found = set()
        for table, waiting in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
            path = Path(f"/proc/{self.process(host)}/net/{table}")
            rows = (line.split() for line in path.read_text().splitlines()[1:])
            found |= {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == waiting}
        return frozenset(found)

    def _enter(self, network_of: int) -> list[str]:
        """The files of the desk, and the network of either."""
        same = Path(f"/proc/{self.desk}/ns/user").readlink() == Path("/proc/self/ns/user").readlink()
        user = [] if same else [f"--user=/proc/{self.desk}/ns/user", "--preserve-credentials"]
        spaces = [f"--mount=/proc/{self.desk}/ns/mnt", f"--net=/proc/{network_of}/ns/net"]
        return [tools.path("nsenter"), *user, *spaces, "env"]


def _hear_interrupts() -> None:
    """A shell that runs this in its background may have told us to ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def end(shell: "subprocess.Popen[bytes]", number: int = signal.SIGKILL) -> None:
    """Send a signal to a shell of ours and all that it has started."""
    try:
        os.killpg(shell.pid, number)
    except ProcessLookupError:
        return


@contextmanager
def built(folder: Path) -> Iterator[World]:
    """A world of its own in an empty folder."""
    peers.require(*PROGRAMS, reason="for the world of the documents")
    if not Path("/dev/net/tun").exists():
        peers.unavailable("needed for the world of the documents: /dev/net/tun")
    try:
        unshare = bed.namespaces()
    except servers.BedError as error:
        peers.unavailable(f"needed for the world of the documents: {error}")
    _put_nettools(folder / "bin")
    inside = [*unshare, sys.executable, "-m", "tests.docs.world.inside", str(folder), bed.network()]
    with subprocess.Popen(
        inside,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=tools.importable(variables()),
        cwd=PROJECT,
        start_new_session=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        told = process.stdout.readline().split()
        if not told:
            pytest.fail(f"the world did not come up:\n{process.stderr.read()}", pytrace=False)
        try:
            yield World(folder, *map(int, told))
        finally:
            process.stdin.close()
            process.wait(_LONGEST_END_S)


def _put_nettools(folder: Path) -> None:
    """The nettools of this checkout as a program, for shells, xargs and timeout."""
    folder.mkdir()
    program = folder / "nettools"
    program.write_text(f'#!/bin/sh\nexec {" ".join(PROGRAM)} "$@"\n')
    program.chmod(0o755)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with built(tmp_path_factory.mktemp("world")) as made:
        yield made
