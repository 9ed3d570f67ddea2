"""Eight sums side by side, the same on every machine.

A compiler may not reorder the additions of a loop, so it adds one number at a time, unless it is
told (fast-math) to add in whatever order the processor at hand likes best. Here the order is
written down: eight running sums, added up two by two. It is as fast as fast-math, and every
processor, with vectors of eight, four or two numbers, gets the same bits. This is the one place
where the kernel writes the compiler's own language.
"""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.core.cgutils import alloca_once_value, for_range_slice
from numba.extending import intrinsic

LANES = 8
_VECTOR = ir.VectorType(ir.DoubleType(), LANES)
_INDEX = ir.IntType(32)
_POWERS = 4
_FOUR: Any = cast(Any, types).UniTuple(types.float64, _POWERS)
_alloca: Any = alloca_once_value


def _spread(builder: Any, value: Any) -> Any:
    """One number in all lanes."""
    nothing = ir.Constant(_VECTOR, ir.Undefined)
    first = builder.insert_element(nothing, value, ir.Constant(_INDEX, 0))
    same = ir.Constant(ir.VectorType(_INDEX, LANES), [0] * LANES)
    return builder.shuffle_vector(first, nothing, same)


def _load(builder: Any, data: Any, place: Any) -> Any:
    """Eight numbers of an array from `place` on."""
    pointer = builder.bitcast(builder.gep(data, [place]), _VECTOR.as_pointer())
    return builder.load(pointer, align=8)


def _added_up(builder: Any, vector: Any) -> Any:
    """The lanes added two by two: first and fifth, second and sixth, and so on."""
    parts = [builder.extract_element(vector, ir.Constant(_INDEX, k)) for k in range(LANES)]
    while len(parts) > 1:
        half = len(parts) // 2
        parts = [builder.fadd(parts[k], parts[k + half]) for k in range(half)]
    return parts[0]


def _share_sums(typing_context: Any, at0: Any, at1: Any, whole: Any, ratio: Any) -> Any:
    """Writes the code of `share_sums`."""
    signature = _FOUR(at0, at1, types.intp, types.float64)

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        columns = [
            context.make_array(kind)(context, builder, argument).data
            for kind, argument in zip(signature.args[:2], arguments[:2], strict=True)
        ]
        ratio = _spread(builder, arguments[3])
        zero = ir.Constant(_VECTOR, [0.0] * LANES)
        sums = [_alloca(builder, zero) for _ in range(_POWERS)]
        steps = [ir.Constant(arguments[2].type, value) for value in (0, LANES)]
        with for_range_slice(builder, steps[0], arguments[2], steps[1]) as (place, _):
            hazard0, risk1 = (_load(builder, column, place) for column in columns)
            hazard1 = builder.fmul(risk1, ratio)
            share = builder.fdiv(hazard1, builder.fadd(hazard0, hazard1))
            square = builder.fmul(share, share)
            cube, fourth = builder.fmul(square, share), builder.fmul(square, square)
            for total, term in zip(sums, (share, square, cube, fourth), strict=True):
                builder.store(builder.fadd(builder.load(total), term), total)
        found = [_added_up(builder, builder.load(total)) for total in sums]
        return context.make_tuple(builder, signature.return_type, found)

    return signature, build


# share_sums(at0, at1, whole, ratio): sums of p, p ** 2, p ** 3 and p ** 4 over
# p = at1 * ratio / (at0 + at1 * ratio), for the first `whole` numbers (a multiple of LANES) of two
# contiguous arrays.
share_sums = cast(Callable[..., tuple[float, float, float, float]], intrinsic(_share_sums))
