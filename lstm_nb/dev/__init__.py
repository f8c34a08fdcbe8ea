"""What turns the notebooks into the library, its tests and the README; needs the `dev` extra."""
