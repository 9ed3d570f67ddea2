"""Screens of verification, review, signature and lock: of a form, a participant, a hospital."""
