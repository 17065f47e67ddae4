"""The DNS bed of a test session: name servers on port 53 in private namespaces, and ways to run programs beside them.

done = dns_bed.run("dig", "+short", "www.nsec.test")
outcome = dns_bed.nettools("resolve", "www.nsec.test", "--json")

README.md lists the servers and zones. Nothing that runs there can reach any address outside.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import peers
from tests.cli import PROGRAM, PROJECT, Outcome, variables
from tests.dns_bed import bed, servers, tools

_LONGEST_RUN_S = 60
_LONGEST_END_S = 30
# What the bed runs beside its servers: it says where its folder is, and ends when its input does.
_WAIT = 'echo "$BED_DIR"; exec cat'


@dataclass(frozen=True, slots=True)
class DnsBed:
    """A running bed; it lives as long as its holder, a process in the bed's namespaces."""

    folder: Path
    """tls.crt, root.key, trust-anchor.conf, tsig.key, log/, zones/."""
    holder: int
    """The process whose namespaces the programs enter."""

    def run(
        self,
        *argv: str,
        stdin: bytes = b"",
        timeout_s: float = _LONGEST_RUN_S,
        env: Mapping[str, str] | None = None,
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run a program beside the servers, with the bed's resolv.conf, hosts and nsswitch.conf as the system's."""
        return subprocess.run(
            [*self._enter(), *argv],
            input=stdin,
            env=variables(BED_DIR=str(self.folder), **env or {}),
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )

    def start(self, *argv: str, env: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
        """A program with pipes to all of its streams, to talk to while it runs."""
        return subprocess.Popen(
            [*self._enter(), *argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=variables(BED_DIR=str(self.folder), **env or {}),
        )

    def nettools(
        self,
        *argv: str,
        stdin: bytes = b"",
        timeout_s: float = _LONGEST_RUN_S,
        env: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Run the nettools of this checkout there."""
        ended = self.run(*PROGRAM, *argv, stdin=stdin, timeout_s=timeout_s, env=env)
        return Outcome(ended.returncode, ended.stdout, ended.stderr)

    def python(
        self,
        script: str,
        *argv: str,
        stdin: bytes = b"",
        timeout_s: float = _LONGEST_RUN_S,
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run a Python script there that can import this checkout; what it says on standard error fails the test."""
        ended = self.run(sys.executable, "-c", script, *argv, stdin=stdin, timeout_s=timeout_s)
        assert ended.returncode == 0, ended.stderr.decode(errors="replace")
        return ended

    def _enter(self) -> list[str]:
        """The command that runs another in the bed's namespaces; a new mount namespace wants a new working directory.

        Where the namespaces are root's own there is no user namespace to enter: nsenter passes over the one it has.
        """
        user = [] if _same_user_namespace(self.holder) else ["--user", "--preserve-credentials"]
        enter = [tools.path("nsenter"), f"--target={self.holder}", *user, "--net", "--mount"]
        return [*enter, "env", f"--chdir={PROJECT}"]


def _same_user_namespace(process: int) -> bool:
    return Path(f"/proc/{process}/ns/user").readlink() == Path("/proc/self/ns/user").readlink()


@pytest.fixture(scope="session")
def dns_bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DnsBed]:
    """The bed of this session: up at its first use, down at the end.

    Its holder reads a pipe whose other end only this process has, so that the bed ends with this process however that
    ends; in a session of its own, it does not hear Ctrl-C.
    """
    require_bed()
    holder = subprocess.Popen(
        [*tools.module("bed"), "exec", "sh", "-c", _WAIT],
        env=tools.importable(variables(TMPDIR=str(tmp_path_factory.mktemp("dns")))),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    assert holder.stderr is not None
    with holder:
        folder = holder.stdout.readline().rstrip(b"\n")
        if not folder:
            pytest.fail(f"the DNS bed did not come up:\n{holder.stderr.read().decode(errors='replace')}", pytrace=False)
        try:
            yield DnsBed(Path(folder.decode()), holder.pid)
        finally:
            holder.stdin.close()
            holder.wait(_LONGEST_END_S)


def require_bed() -> None:
    """Skip (in CI: fail) where the bed's programs or private namespaces are missing."""
    try:
        tools.require(tools.FOR_EXEC)
        bed.namespaces()
    except (tools.Missing, servers.BedError) as error:
        peers.unavailable(f"needed for the DNS bed: {error}")
