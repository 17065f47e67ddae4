"""The library: each engine as a function with typed parameters, which returns the records of the JSON documents."""
