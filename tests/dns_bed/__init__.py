"""A small Internet of name servers on the loopback: README.md says what it serves, fixture.py lends it to tests."""
