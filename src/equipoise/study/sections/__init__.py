"""The sections of a study file, by chapter: what should happen, and which facts it leaves."""
