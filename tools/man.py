"""The manual pages in mdoc(7), generated from the definitions that help is drawn from.

    python tools/man.py write      rewrite man/
    python tools/man.py --check    exit 1 and show the difference when a page is out of date

man/nettools.1, and man/nettools-COMMAND.1 for each line of ``cli.COMMANDS``.
"""

import difflib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nettools.cli import ABOUT_THE_TOOL, COMMANDS  # noqa: E402
from nettools.commands._catalog import described_commands  # noqa: E402
from tools.man_pages.command_page import command_page  # noqa: E402
from tools.man_pages.main_page import main_page  # noqa: E402

FOLDER = ROOT / "man"


def pages() -> dict[str, str]:
    """File name -> mdoc source."""
    commands = described_commands(COMMANDS)
    own = {f"nettools-{one.name}.1": command_page(one) for one in commands}
    return {"nettools.1": main_page(commands, ABOUT_THE_TOOL), **own}


def main(arguments: list[str]) -> int:
    """``write`` or ``--check``."""
    if arguments not in (["write"], ["--check"]):
        sys.stderr.write(f"usage: {sys.argv[0]} write|--check\n")
        return 2
    made = pages()
    current = {path.name: path.read_text(encoding="ascii") for path in FOLDER.glob("*.1")}
    if arguments == ["write"]:
        FOLDER.mkdir(exist_ok=True)
        for name in current.keys() - made.keys():
            (FOLDER / name).unlink()
        for name, text in made.items():
            (FOLDER / name).write_text(text, encoding="ascii")
        return 0
    for name in sorted(current.keys() | made.keys()):
        before, after = current.get(name, "").splitlines(True), made.get(name, "").splitlines(True)
        sys.stdout.writelines(difflib.unified_diff(before, after, f"man/{name}", "generated"))
    return int(current != made)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
