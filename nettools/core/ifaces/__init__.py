"""The interfaces of a machine: the records, and what can be worked out of them without asking the machine."""
