"""How the kernel is compiled: once, kept on disk, and never with fast-math.

Without fast-math every machine adds and multiplies in the order that is written, so the same
trial gives the same bits whatever the width of the processor's vectors.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


def compiled(function: AnyFunction) -> AnyFunction:
    """A step of the kernel: compiled into what calls it, free of Python's lock.

    Into, not beside: between functions every array of a plan would be counted as held and let go,
    which took a fifth of a trial's time.
    """
    wrapper = numba.njit(nogil=True, error_model="numpy", forceinline=True)
    return cast(AnyFunction, wrapper(function))


def called(function: AnyFunction) -> AnyFunction:
    """A step that is compiled once and called: one that takes numbers alone, and is long."""
    wrapper = numba.njit(nogil=True, error_model="numpy")
    return cast(AnyFunction, wrapper(function))


def kept(function: AnyFunction) -> AnyFunction:
    """A door of the kernel: compiled once, then read from disk by later processes."""
    wrapper = numba.njit(nogil=True, error_model="numpy", cache=True)
    return cast(AnyFunction, wrapper(function))


def source_digest() -> int:
    """A number that changes when any module of the kernel does.

    numba looks only at the file of the function it keeps, not at the functions that one calls:
    a door carries this number, so that an edit anywhere makes it compile anew.
    """
    digest = hashlib.sha256()
    for module in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    return int.from_bytes(digest.digest()[:6], "big")
