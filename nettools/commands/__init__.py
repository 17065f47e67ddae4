"""The commands: typed arguments in, a report out. One module for each, imported only when it is called."""
