"""``--exec``: the words of a command line, without a shell."""

import shlex

from nettools.core.text import quoted
from nettools.errors import OptionError


def split_command_line(text: str, option: str = "--exec") -> tuple[str, ...]:
    r"""The program and its arguments: words between blanks, with a shell's quotes and backslashes, and nothing else.

    The quoting is that of POSIX (XCU 2.2): ``'…'`` keeps all, ``"…"`` all but ``\"`` and ``\\``, a backslash elsewhere
    keeps what follows. ncat knows the backslash alone. No variable, pattern or ``|`` is looked at: ``--sh-exec`` does.
    Raises OptionError for a quote that is not closed, a backslash before nothing, and for no word at all.

    >>> split_command_line("grep -e 'a b' file\\ name")
    ('grep', '-e', 'a b', 'file name')
    """
    try:
        words = tuple(shlex.split(text))
    except ValueError:
        wrong = "ends in a backslash" if text.endswith("\\") else "has a quote that is not closed"
        raise OptionError(f"{option}: {quoted(text)} {wrong}") from None
    if not words or not words[0]:
        raise OptionError(f"{option}: the program is missing", hint=f"write {option} '/bin/cat -n', for instance")
    return words
