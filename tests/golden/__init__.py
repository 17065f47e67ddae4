"""What people and scripts see, byte for byte: a change of it is meant, or it is a bug."""
