"""Packages, each built, installed and tried as somebody would who has only them."""
