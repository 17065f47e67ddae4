"""The scan bed, and a way to run nettools in it as a user who may do nothing special."""

import os
import shutil
import site
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import peers

PROJECT = Path(__file__).resolve().parents[2]
BED = Path(__file__).with_name("bed") / "bed.sh"

NOBODY = 65534
DROP_PRIVILEGES = (
    "setpriv",
    f"--reuid={NOBODY}",
    f"--regid={NOBODY}",
    "--clear-groups",
    "--inh-caps=-all",
    "--bounding-set=-all",
    "--no-new-privs",
)
# What a test gets from the environment; the rest (HOME, PYTHON*, XDG_*...) would change answers.
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL")
# In a mount namespace of its own: SOURCE TARGET SOURCE TARGET ... -- COMMAND
MOUNT_AND_RUN = """
while [ "$1" != -- ]; do mount --bind -o ro "$1" "$2"; shift 2; done
shift
exec "$@"
"""


@dataclass(frozen=True)
class NobodysView:
    """The interpreter, its packages and our package, where nobody can reach them.

    The checkout, the virtualenv and the interpreter it was made from may all stand below a
    directory that only root can enter (/root is the common case). So our package is copied, and
    the other two are bind-mounted into a public directory, in a mount namespace that each command
    has for itself. Thus nobody runs the very interpreter and packages of this test run, and no
    mount is left behind.
    """

    root: Path

    @classmethod
    def create(cls, root: Path) -> "NobodysView":
        view = cls(root)
        for _, target in view.mounts:
            target.mkdir()
        copy_for_everybody(PROJECT / "nettools", view.project / "nettools")
        root.chmod(0o755)
        return view

    @property
    def project(self) -> Path:
        return self.root / "project"

    @property
    def python(self) -> list[str]:
        """The interpreter outside of its virtualenv, whose packages PYTHONPATH brings back.

        A shared libpython is looked for where the interpreter was installed: say where it is now.
        """
        installation = self.root / "python"
        name = f"python{sys.version_info.major}.{sys.version_info.minor}"
        libraries = f"LD_LIBRARY_PATH={installation / 'lib'}"
        return ["env", libraries, str(installation / "bin" / name)]

    @property
    def mounts(self) -> list[tuple[Path, Path]]:
        """(source, target): the interpreter's installation and the directories of packages."""
        packages = [Path(directory) for directory in site.getsitepackages()]
        existing = [directory for directory in packages if directory.is_dir()]
        return [
            (Path(sys.base_prefix).resolve(), self.root / "python"),
            *((source, self.root / f"packages{n}") for n, source in enumerate(existing)),
        ]

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        packages = [target for _, target in self.mounts[1:]]
        return kept | {
            "HOME": str(self.root),
            "PYTHONPATH": os.pathsep.join(map(str, [self.project, *packages])),
            "PYTHONNOUSERSITE": "1",
        }

    def command(self, argv: tuple[str, ...]) -> list[str]:
        """The command that shows nobody this view and runs argv in it, without privileges."""
        pairs = [str(path) for pair in self.mounts for path in pair]
        mount = ["unshare", "--mount", "sh", "-euc", MOUNT_AND_RUN, "sh", *pairs, "--"]
        return [*mount, *DROP_PRIVILEGES, *argv]


def copy_for_everybody(source: Path, target: Path) -> None:
    """Copy a package so that all may read it, whatever the umask of the checkout was."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (target.parent, target, *target.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


@dataclass(frozen=True)
class ScanBed:
    """A running bed; bed/README.md lists its hosts."""

    bed_environment: Mapping[str, str]
    view: NobodysView

    def run(self, *argv: str, as_nobody: bool = False, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command on the scanner's host, as root or as a user without any capability."""
        command = self.view.command(argv) if as_nobody else argv
        return subprocess.run(
            [str(BED), "exec", *command],
            env={**self.view.environment, **self.bed_environment},
            cwd=self.view.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def python(self, *args: str, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
        """Run this interpreter there, without privileges."""
        return self.run(*self.view.python, *args, as_nobody=True, timeout_s=timeout_s)

    def nettools(self, *args: str, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
        """Run the nettools of this checkout there, without privileges."""
        return self.python("-m", "nettools", *args, timeout_s=timeout_s)


@pytest.fixture(scope="session")
def scan_bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScanBed]:
    require_namespaces()
    bed_environment = {
        "SCANBED_PREFIX": f"sb{os.getpid()}",  # other test runs may have their bed at the same time
        "SCANBED_RUN": str(tmp_path_factory.mktemp("bed") / "run"),
        "PYTHON": sys.executable,
    }
    # Not pytest's temporary directory, which is root's alone, nor TMPDIR, which may be.
    with tempfile.TemporaryDirectory(prefix="nettools-bed-", dir="/tmp") as public:
        bed = ScanBed(bed_environment, NobodysView.create(Path(public)))
        try:
            up = control(bed_environment, "up")
            if up.returncode != 0:
                pytest.fail(f"the scan bed did not come up:\n{up.stderr}", pytrace=False)
            yield bed
        finally:
            down = control(bed_environment, "down")
            assert down.returncode == 0, down.stderr


def control(bed_environment: Mapping[str, str], command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BED), command],
        env={**os.environ, **bed_environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def require_namespaces() -> None:
    """Root of a container may lack what the bed is made of: not a bug, but nothing to test on."""
    programs = ("ip", "iptables", "ip6tables", "nmap", "openssl", "setpriv", "sysctl", "unshare")
    peers.require(*programs, root=True, reason="for the scan bed")
    if not Path("/dev/net/tun").exists():
        peers.unavailable("needed for the scan bed: /dev/net/tun")
    # The bed's own needs, and a uid that a user namespace may not have.
    probe = subprocess.run(
        ["unshare", "--net", "--mount", *DROP_PRIVILEGES, "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    if probe.returncode != 0:
        peers.unavailable(f"needed for the scan bed: namespaces and users ({probe.stderr.strip()})")
