"""Routes and policy rules: the records, the walk that explains a destination, other systems' route tables."""
