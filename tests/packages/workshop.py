"""What the tests of packages share: a folder, and work that is done once, side by side."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from socket import create_server
from threading import BoundedSemaphore, Lock
from typing import Any, TypeVar, TypeVarTuple

from tests.cli import PROJECT

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

EPOCH = "1700000000"
"""SOURCE_DATE_EPOCH of all that is built: 2023-11-14."""
_LONGEST_RUN_S = 240
_NETWORK_VARIABLES = ("PIP_", "SSL_CERT_", "REQUESTS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


@dataclass(frozen=True, slots=True)
class Ran:
    """A program that has ended."""

    command: Sequence[str]
    status: int
    stdout: str
    stderr: str

    def succeeded(self) -> "Ran":
        """Itself. Raises AssertionError with all that was printed when it failed."""
        assert self.status == 0, f"{self.command} ended with {self.status}\n{self.stdout}\n{self.stderr}"
        return self


class Workshop:
    """Work is a function of the workshop and plain values; it runs once, in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.listener = create_server(("127.0.0.1", 0), backlog=64)
        self.open_port: int = self.listener.getsockname()[1]
        """A port of 127.0.0.1 that is open as long as the workshop is."""
        self._pool = ThreadPoolExecutor(max_workers=64)
        self._begun: dict[object, Future[Any]] = {}
        self._lock = Lock()
        # Threads wait for each other's work; only programs take a processor.
        self._processors = BoundedSemaphore((os.cpu_count() or 1) + 1)

    def begin(self, work: Callable[["Workshop", *Ts], T], *values: *Ts) -> Future[T]:
        """Have it done, without waiting."""
        with self._lock:
            if (work, values) not in self._begun:
                self._begun[work, values] = self._pool.submit(work, self, *values)
            return self._begun[work, values]

    def done(self, work: Callable[["Workshop", *Ts], T], *values: *Ts) -> T:
        """The result; whatever the work raised, a skip as well, is raised here."""
        return self.begin(work, *values).result()

    def new_folder(self, *parts: str) -> Path:
        folder = self.folder.joinpath(*parts)
        folder.mkdir(parents=True)
        return folder

    def run(
        self, *command: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None, stdin: str = ""
    ) -> Ran:
        """Run a program with few variables, HOME in the workshop and no way to an index, and wait for it."""
        words = [str(word) for word in command]
        variables = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "SOURCE_DATE_EPOCH": EPOCH,
            "PIP_NO_INDEX": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "UV_NO_INDEX": "1",
            "UV_OFFLINE": "1",
        }
        with self._processors:
            ended = subprocess.run(
                words,
                env={**variables, **(env or {})},
                cwd=cwd or self.folder,
                input=stdin,
                capture_output=True,
                text=True,
                timeout=_LONGEST_RUN_S,
                check=False,
            )
        return Ran(words, ended.returncode, ended.stdout, ended.stderr)

    def download(self, folder: Path, pip_of: str, *words: str | Path) -> Ran:
        """`pip download` with the caller's own settings, which say where packages come from; by one Python's pip."""
        kept = {name: value for name, value in os.environ.items() if name.upper().startswith(_NETWORK_VARIABLES)}
        command = [pip_of, "-m", "pip", *map(str, words[:2]), "download", "--quiet", "--dest", str(folder)]
        command += ["--only-binary", ":all:", "--require-hashes", *map(str, words[2:])]
        ended = subprocess.run(
            command,
            env={**kept, "PATH": os.environ["PATH"], "HOME": str(Path.home())},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=_LONGEST_RUN_S,
            check=False,
        )
        return Ran(command, ended.returncode, ended.stdout, ended.stderr)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        self.listener.close()
