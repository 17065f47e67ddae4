"""The scan bed of the integration tests, asked more often."""

from tests.integration.conftest import scan_bed

__all__ = ["scan_bed"]
