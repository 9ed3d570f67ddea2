"""The pages of safety that are its own."""
