"""Reaching the other side: what is meant by the words, which address is tried when, what is tried again."""
