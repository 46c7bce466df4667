"""Settings by environment: base, development, test, production."""
