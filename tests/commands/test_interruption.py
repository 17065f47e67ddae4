"""A signal in the middle of an import is a signal, whatever the interpreter makes of it."""

import pytest

from nettools.commands._interruption import unwrapped
from nettools.errors import Interrupted


class _Signalled:
    """What a signal does that comes while an attribute of a class is given its name."""

    def __set_name__(self, owner: type, name: str) -> None:
        raise Interrupted(2)


def test_a_signal_while_a_class_is_made_is_an_interruption() -> None:
    with pytest.raises(Interrupted) as caught, unwrapped():
        type("Made", (), {"field": _Signalled()})
    assert caught.value.signal_number == 2


def test_another_error_stays_what_it_is() -> None:
    with pytest.raises(RuntimeError, match="generator"), unwrapped():
        raise RuntimeError("generator")
