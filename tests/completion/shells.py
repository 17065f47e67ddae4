"""Real shells on a terminal, in a world full of names that no shell should see: what is on the line after Tab.

The world is a user, network and mount namespace of its own. Its interfaces, namespaces, hosts and files have names that
would run a program, be taken for options or for patterns, or move the cursor; each of those that would run something
makes a file ``P`` in the folder where the shell is.
"""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import pexpect  # type: ignore[import-untyped]
import pyte

from tests import peers
from tests.cli import PROJECT

ShellName = Literal["bash", "zsh", "fish"]
SHELLS: Final[tuple[ShellName, ...]] = ("bash", "zsh", "fish")
SCRIPTS: Final = {
    "bash": PROJECT / "completions" / "nettools.bash",
    "zsh": PROJECT / "completions" / "_nettools",
    "fish": PROJECT / "completions" / "nettools.fish",
}

HOSTILE: Final = (
    "*",
    "$(echo>P)",
    r"\$(echo>P)",
    "`echo>P`",
    ";echo>P",
    "-cid",
    "{a,b}",
    "it's",
    "~",
    "!!",
    "a\x1b[31m",
    '"x',
    "<(echo>P)",
    "|sh>P",
)
"""Names that the kernel accepts for a link (``dev_valid_name`` forbids blanks, slashes and colons alone)."""

_LONGEST_WAIT_S: Final = 20.0
_LONGEST_LIST_S: Final = 5.0
_QUIET_S: Final = 0.01  # the shell has written all before it wrote the file; the terminal hands it over a little later
_ROWS, _COLUMNS = 50, 160
_TELL_KEY: Final = "\x18\x04"  # Ctrl-X Ctrl-D: the shell writes its line into the file OUT, and begins a new one

_WORLD: Final = r"""
mount -t tmpfs none /run
mkdir /run/netns
touch /run/netns/blue /run/netns/green
mount --bind "$HOME/hosts" /etc/hosts
link() { ip link add name "$1" type veth peer name "$2"; }
link wg-home wg-office
while read -r one && read -r other; do
  link "$one" "$other"
  touch "/run/netns/$one" "/run/netns/$other"
done <"$HOME/hostile"
cd "$HOME/here"
exec "$@"
"""

_SETTINGS: Final = {
    "bash": (
        "bind 'set show-all-if-ambiguous on'; bind 'set completion-query-items 0'; bind 'set page-completions off';"
        "bind 'set enable-bracketed-paste off'; bind 'set bell-style none';"
        'tell() { printf %s "$READLINE_LINE" >$OUT.part; READLINE_LINE= READLINE_POINT=0; mv $OUT.part $OUT; };'
        "bind -x '\"\\C-x\\C-d\": tell';"
        "eval \"$(nettools completion bash)\"; PS1='$ '"
    ),
    "zsh": (
        "autoload -U compinit; compinit -u -D; setopt no_beep; LISTMAX=0; unsetopt prompt_sp;"
        'tell() { print -rn -- "$BUFFER" >$OUT.part; BUFFER=; mv $OUT.part $OUT }; zle -N tell; bindkey "^X^D" tell;'
        "eval \"$(nettools completion zsh)\"; PS1='$ '"
    ),
    "fish": (
        "function tell; commandline -b | string collect >$OUT.part; commandline ''; mv $OUT.part $OUT; end;"
        "bind \\cx\\cd tell;"
        "function fish_prompt; echo '$ '; end; set fish_greeting; set fish_autosuggestion_enabled 0;"
        "nettools completion fish | source"
    ),
}
_COMMANDS: Final = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}


@dataclass(frozen=True, slots=True)
class Completed:
    """What Tab has done."""

    line: str
    """The line, as typed and completed."""
    shown: str
    """What the terminal shows afterwards."""
    took_s: float


class Shell:
    """One interactive shell that completes nettools."""

    def __init__(self, name: ShellName, home: Path) -> None:
        self.name = name
        self._home = home
        self._told = home / "told"
        self._child = pexpect.spawn(
            "unshare",
            ["-Urnm", "sh", "-euc", _WORLD, "sh", *_COMMANDS[name]],
            env=_variables(home),
            dimensions=(_ROWS, _COLUMNS),
            encoding="utf-8",
            timeout=_LONGEST_WAIT_S,
            echo=False,
        )
        self._child.delaybeforesend = None
        self.run(_SETTINGS[name])

    def run(self, line: str) -> None:
        """Let the shell run a line, and wait until it has."""
        done = self._home / "done"
        self._child.sendline(f"{line}\n: >{shlex.quote(str(done))}")
        _wait_for(done, self._child)
        done.unlink()
        self._seen()

    def complete(self, typed: str) -> Completed:
        """Type this and press Tab."""
        started = time.monotonic()
        self._child.send(f"{typed}\t{_TELL_KEY}")
        _wait_for(self._told, self._child)
        took_s = time.monotonic() - started
        line = self._told.read_text(encoding="utf-8", errors="surrogateescape")
        self._told.unlink()
        return Completed(line.removesuffix("\n"), self._seen(), took_s)

    def list(self, typed: str, words: set[str]) -> set[str]:
        """Type this and press Tab; the words that the terminal shows when it shows these, or after a while."""
        screen = pyte.Screen(_COLUMNS, _ROWS)
        self._child.send(f"{typed}\t")
        deadline = time.monotonic() + _LONGEST_LIST_S
        shown: set[str] = set()
        while not words <= shown and time.monotonic() < deadline:
            self._read(screen, quiet_s=0.1)
            shown = {word for row in screen.display for word in row.split()}
        self._child.send(_TELL_KEY)
        _wait_for(self._told, self._child)
        self._told.unlink()
        self._read(pyte.Screen(_COLUMNS, _ROWS), quiet_s=_QUIET_S)
        return shown

    def _seen(self) -> str:
        """What an empty terminal shows of all that the shell has written since the last time."""
        screen = pyte.Screen(_COLUMNS, _ROWS)
        self._read(screen, quiet_s=_QUIET_S)
        return "\n".join(screen.display).rstrip()

    def _read(self, screen: pyte.Screen, *, quiet_s: float) -> None:
        stream = pyte.Stream(screen)
        with suppress(pexpect.TIMEOUT, pexpect.EOF):
            while True:
                stream.feed(self._child.read_nonblocking(1 << 16, timeout=quiet_s))

    def close(self) -> None:
        self._child.close(force=True)


def _wait_for(path: Path, child: "pexpect.spawn") -> None:
    deadline = time.monotonic() + _LONGEST_WAIT_S
    while not path.exists():
        assert time.monotonic() < deadline, f"the shell does not answer: {child.before!r} {child.buffer!r}"
        time.sleep(0.002)


def _variables(home: Path) -> dict[str, str]:
    return {
        "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
        "HOME": str(home),
        "OUT": str(home / "told"),
        "TERM": "xterm",
        "LC_ALL": "C.UTF-8",
        "INPUTRC": "/dev/null",
    }


@contextmanager
def shell_in_hostile_world(name: ShellName, folder: Path) -> Iterator[Shell]:
    """The shell; its home is ``folder``."""
    peers.require(name, "unshare", "ip", "mount", reason=f"to press Tab in {name}")
    probe = subprocess.run(["unshare", "-Urnm", "true"], capture_output=True, text=True, timeout=30, check=False)
    if probe.returncode:
        peers.unavailable(f"needed a namespace of its own for {name}: {probe.stderr.strip()}")
    _furnish(folder)
    shell = Shell(name, folder)
    try:
        yield shell
    finally:
        shell.close()


def _furnish(home: Path) -> None:
    """The files of the world; every hostile name is also a host, as far as the formats have blanks between."""
    for name in ("bin", "here", ".ssh", "slow", "lying"):
        (home / name).mkdir()
    (home / "hostile").write_text("".join(f"{one}\n" for one in HOSTILE))
    hosts = "".join(f"192.0.2.1 {one}\n" for one in HOSTILE)
    (home / "hosts").write_text(f"127.0.0.1 localhost\n2001:db8::42 printer\n{hosts}")
    (home / ".ssh" / "known_hosts").write_text("".join(f"{one} ssh-ed25519 AAAA\n" for one in HOSTILE))
    (home / ".ssh" / "config").write_text("Host build-host *.example ?x\n")
    for name in ("two words.txt", "odd$(echo>P)", "plain.txt"):
        (home / "here" / name).touch()
    (home / "here" / "folder").mkdir()
    _write_program(home / "bin" / "nettools", f'exec {sys.executable} -m nettools "$@"', PYTHONPATH=str(PROJECT))
    _write_program(home / "slow" / "nettools", "exec sleep 10")
    (home / "words").write_text("".join(f"{one}\n" for one in ("harmless", *HOSTILE, "useful", "a b", "@c", "--exec")))
    _write_program(home / "lying" / "nettools", "exec cat $HOME/words")


def _write_program(path: Path, line: str, **variables: str) -> None:
    exported = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
    path.write_text(f"#!/bin/sh\n{exported}{line}\n")
    path.chmod(0o755)
