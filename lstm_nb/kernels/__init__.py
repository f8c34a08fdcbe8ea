"""The recurrence, once as specification and again as fast as it goes."""
