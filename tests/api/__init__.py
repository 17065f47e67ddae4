"""The library: what ``import nettools`` offers."""
