"""docs/recipes.md: every recipe is typed into the world, and prints what the document shows."""

import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import peers
from tests.docs.markdown import Step, read_sections, with_outputs
from tests.docs.selected import AT_A_TIME, selected
from tests.docs.session import Meanwhile, perform
from tests.docs.volatile import masked
from tests.docs.world.fixture import World

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "recipes.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
RECIPES = {section.title: section for section in read_sections(TEXT) if section.title}
UPDATING = os.environ.get("NETTOOLS_UPDATE_DOCS") == "1"

SECONDARY = "203.0.113.53"
MEANWHILE: Mapping[str, Meanwhile] = {
    "nettools cat bob.example.com 9090 -z --retry 30 --backoff 2s": Meanwhile(
        script="nettools listen 192.0.2.20 9090 --service echo --keep-open", host="bob", after_lines=1
    ),
    "nettools resolve www.bakery.example A @ns2.example.com --expect 198.51.100.81 --watch --interval 200ms"
    ' && echo "go on"': Meanwhile(
        script=f"nsupdate <<< $'server {SECONDARY}\\nupdate delete www.bakery.example A\\n"
        "update add www.bakery.example 300 A 198.51.100.81\\nsend'",
        after_lines=1,
    ),
}
Answers = list[tuple[Step, list[str]]]


@pytest.fixture(scope="module")
def performed(
    request: pytest.FixtureRequest, world: World, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, "Future[Answers]"]]:
    """Each recipe that is to be tested, under way; the document has their new outputs at the end, if that is asked."""
    peers.require("curl", "jq", "openssl", reason="the recipes use them")
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        under_way = {
            title: pool.submit(perform, RECIPES[title], world, tmp_path_factory.mktemp("recipe"), MEANWHILE)
            for title in selected(request, test_a_recipe, "title")
        }
        yield under_way
    if UPDATING:
        DOCUMENT.write_text(with_outputs(TEXT, [one for done in under_way.values() for one in changed(done.result())]))


def changed(answers: Answers) -> Answers:
    """What says something else than the document, beyond what differs at each run."""
    return [(step, printed) for step, printed in answers if masked(step.output) != masked(printed)]


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe(title: str, performed: "Mapping[str, Future[Answers]]") -> None:
    for step, printed in performed[title].result():
        if not UPDATING:
            assert masked(printed) == masked(step.output), f"$ {step.command}\n" + "\n".join(printed)


def test_there_are_25_recipes_or_more_each_with_something_to_type() -> None:
    assert len(RECIPES) >= 25
    assert all(section.steps and section.prose.strip() for section in RECIPES.values())


def test_what_somebody_else_does_belongs_to_a_command_of_the_document() -> None:
    typed = {step.command for section in RECIPES.values() for step in section.steps}
    assert set(MEANWHILE) <= typed


def test_every_recipe_stands_in_the_contents() -> None:
    listed = re.findall(r"^- \[(.+)\]\(#(.+)\)$", TEXT.partition("\n## ")[0], re.MULTILINE)
    assert listed == [(title, anchor(title)) for title in RECIPES]


def anchor(title: str) -> str:
    """What a heading is called in a link, as GitHub's renderer makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
