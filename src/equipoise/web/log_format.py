"""What the server notes of its own errors: where and of which kind, and nothing of a person.

An exception's message may hold what someone typed, and an address a participant's number, so
neither is written down; the kind of error, the lines of code and the pattern of the address are.
"""

import logging
import traceback

from django.http import HttpRequest

__all__ = ["WithoutPersons"]


class WithoutPersons(logging.Formatter):
    """One line for what happened and, of an exception, its kind and the way it came."""

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        what = _request_line(request) if isinstance(request, HttpRequest) else record.getMessage()
        plain = what.encode("unicode_escape").decode()
        lines = [f"{self.formatTime(record)} {record.levelname} {record.name}: {plain}"]
        error = record.exc_info[1] if record.exc_info else None
        while error is not None:
            lines += [f"  {type(error).__module__}.{type(error).__qualname__}", *_way(error)]
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


def _request_line(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"{request.method} {match.route if match else 'an address that leads nowhere'}"


def _way(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"    {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
