"""Settings: which there are, how a file and the environment give them, and which of them holds."""
