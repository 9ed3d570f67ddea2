"""What strangers wrote, as a terminal may be given it."""

__all__ = ["plain"]


def plain(text: str) -> str:
    """A text without the signs that move a terminal's cursor, colour it or turn its lines round."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
