"""Taking clients by the rules of ``core.listen``."""
