"""The answer for one study: what it assumes, what follows, and how that is printed."""
