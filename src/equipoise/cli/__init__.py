"""The doors for scripts: one module a verb."""
