"""Reverse DNS of many addresses: which names they have, and whether the names lead back to them."""
