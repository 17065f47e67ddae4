"""Being reached: where to listen, who may come in, what is told about it."""
