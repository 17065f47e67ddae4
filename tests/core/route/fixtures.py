"""Texts of tools that cannot be run here; each says what it was composed from."""

from pathlib import Path

FIXTURES = Path(__file__).parents[2] / "fixtures"


def fixture(name: str) -> str:
    return (FIXTURES / name).read_text(encoding="utf-8")
