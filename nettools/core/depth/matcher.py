"""How an answer is recognised: regular expressions on its parts, and templates for what they tell."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from nettools.core.depth.match import Match, told
from nettools.core.depth.reply import Reply

_PLACE: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, kw_only=True)
class Matcher:
    """Matches when each pattern matches the beginning of its part.

    Groups called ``product``, ``version`` and ``extra`` are told as they are; a template takes their place, and may
    name any group: ``extra = "protocol {protocol}"``. A template with a group that did not take part tells nothing.
    """

    where: dict[str, str]
    """Part of the answer (``Reply.part``) -> pattern, octets written as Latin-1."""
    service: str
    templates: dict[str, str] = field(default_factory=dict)
    speaks_tls: bool = False

    @cached_property
    def patterns(self) -> tuple[tuple[str, re.Pattern[bytes]], ...]:
        """Compiled when the first answer is held against them: most files are never needed in a run."""
        return tuple((part, re.compile(text.encode("latin-1"), re.DOTALL)) for part, text in self.where.items())

    def match(self, reply: Reply) -> Match | None:
        groups: dict[str, bytes] = {}
        for part, pattern in self.patterns:
            data = reply.part(part)
            found = None if data is None else pattern.match(data)
            if found is None:
                return None
            groups.update({name: value for name, value in found.groupdict().items() if value is not None})
        return Match(
            service=self.service,
            product=self._told("product", groups),
            version=self._told("version", groups),
            extra=self._told("extra", groups),
            speaks_tls=self.speaks_tls,
        )

    def _told(self, name: str, groups: dict[str, bytes]) -> str | None:
        template = self.templates.get(name)
        if template is None:
            return told(groups.get(name))
        values = {place: told(groups.get(place)) for place in _PLACE.findall(template)}
        if None in values.values():
            return None
        return told(_PLACE.sub(lambda place: values[place[1]] or "", template))


def places(template: str) -> list[str]:
    """The groups that a template names."""
    return _PLACE.findall(template)
