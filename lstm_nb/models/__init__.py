"""Networks that a person fits: objects with `fit`, `evaluate`, `save` and `load`."""
