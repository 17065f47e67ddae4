"""The small services of ``core.service`` at work."""
