"""The parts of tools/completions.py: what is completed, and how each shell is told."""
