"""What the tests of the documents share: the world that they are run in."""

from tests.docs.world.fixture import world as world
