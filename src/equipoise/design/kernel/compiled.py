"""How the kernel is compiled: once, cached on disk, and never with fast-math.

The steps of the kernel are compiled into its entry points, and only these are called from Python:
a step that Python calls runs as the Python it is written in. Steps take no memory and hold none:
their workspace is handed to them, and so nothing is counted as held and let go, which took a
quarter of a trial's time and half of the compiler's.

Without fast-math every machine adds and multiplies in the order that is written, so the same
trial gives the same bits whatever the width of the processor's vectors.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.extending import register_jitable

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


def compiled(function: AnyFunction) -> AnyFunction:
    """A step of the kernel, compiled into what calls it.

    Into, not beside: what is handed over are a plan's three dozen arrays, and handing them over
    took a fifth of a trial's time.
    """
    return register_jitable(error_model="numpy", forceinline=True, _nrt=False)(function)


def called(function: AnyFunction) -> AnyFunction:
    """A step that is compiled once and called: one that is long, or that few scenarios take."""
    return register_jitable(error_model="numpy", _nrt=False)(function)


def cached_njit(function: AnyFunction) -> AnyFunction:
    """An entry point of the kernel, free of Python's lock: compiled once, then read from disk."""
    options: dict[str, Any] = {"cache": True, "no_cfunc_wrapper": True, "_nrt": False}
    wrapper = numba.njit(nogil=True, error_model="numpy", **options)
    return cast(AnyFunction, wrapper(function))


def source_digest() -> int:
    """A number that changes when any module of the kernel does.

    numba looks only at the file of the function it caches, not at the functions that one calls:
    an entry point carries this number, so that an edit anywhere makes it compile anew.
    """
    digest = hashlib.sha256()
    for module in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    return int.from_bytes(digest.digest()[:6], "big")
