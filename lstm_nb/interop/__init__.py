"""Weights and whole models to and from other systems; none of them is imported before it is needed."""
