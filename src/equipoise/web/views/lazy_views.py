"""Views that are read when somebody first asks for them: what simulates takes a second to load."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.http import HttpResponse

__all__ = ["on_first_use"]


def on_first_use(module: str, name: str) -> Callable[..., HttpResponse]:
    """The view of this name, whose module is read at its first request."""

    def view(*args: Any, **kwargs: Any) -> HttpResponse:
        found: Callable[..., HttpResponse] = getattr(import_module(module), name)
        return found(*args, **kwargs)

    return view
