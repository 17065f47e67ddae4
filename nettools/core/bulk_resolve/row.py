"""One question of very many."""

from typing import Final

PLAIN: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
"""What a name may hold to be the same in a file, in JSON and in a table."""

Row = tuple[int, bytes, str, int]
"""One question of the many, a bare tuple since there are millions.

Its place among all from 0; the question as it stands in the message (name, type, class); the name in presentation form
with its final dot; which server group is asked.
"""
