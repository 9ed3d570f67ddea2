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

STRIDE = 8
_VECTOR = ir.VectorType(ir.DoubleType(), STRIDE)
_INDEX = ir.IntType(32)
_POWERS = 4
_FOUR: Any = cast(Any, types).UniTuple(types.float64, _POWERS)
_alloca: Any = alloca_once_value


def _spread(builder: Any, value: Any) -> Any:
    """One number eight times."""
    nothing = ir.Constant(_VECTOR, ir.Undefined)
    first = builder.insert_element(nothing, value, ir.Constant(_INDEX, 0))
    same = ir.Constant(ir.VectorType(_INDEX, STRIDE), [0] * STRIDE)
    return builder.shuffle_vector(first, nothing, same)


def _load(builder: Any, data: Any, place: Any) -> Any:
    """Eight numbers of an array from `place` on."""
    pointer = builder.bitcast(builder.gep(data, [place]), _VECTOR.as_pointer())
    return builder.load(pointer, align=8)


def _added_up(builder: Any, vector: Any) -> Any:
    """The eight sums added two by two: first and fifth, second and sixth, and so on."""
    parts = [builder.extract_element(vector, ir.Constant(_INDEX, k)) for k in range(STRIDE)]
    while len(parts) > 1:
        half = len(parts) // 2
        parts = [builder.fadd(parts[k], parts[k + half]) for k in range(half)]
    return parts[0]


def _sums(builder: Any, context: Any, kinds: Any, arrays: Any, whole: Any, terms: Any) -> Any:
    """Code that adds up, eight at once, the terms that `terms` makes of the arrays' numbers."""
    columns = [
        context.make_array(kind)(context, builder, array).data
        for kind, array in zip(kinds, arrays, strict=True)
    ]
    zero = ir.Constant(_VECTOR, [0.0] * STRIDE)
    sums = [_alloca(builder, zero) for _ in range(_POWERS)]
    start, step = (ir.Constant(whole.type, value) for value in (0, STRIDE))
    with for_range_slice(builder, start, whole, step) as (place, _):
        added = terms(*(_load(builder, column, place) for column in columns))
        for total, term in zip(sums, added, strict=False):
            builder.store(builder.fadd(builder.load(total), term), total)
    return [_added_up(builder, builder.load(total)) for total in sums]


def _share_sums(typing_context: Any, at0: Any, at1: Any, whole: Any, ratio: Any) -> Any:
    """Writes the code of `share_sums`."""
    signature = _FOUR(at0, at1, types.intp, types.float64)

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        ratio = _spread(builder, arguments[3])

        def powers(risk0: Any, risk1: Any) -> tuple[Any, ...]:
            hazard1 = builder.fmul(risk1, ratio)
            share = builder.fdiv(hazard1, builder.fadd(risk0, hazard1))
            square = builder.fmul(share, share)
            return share, square, builder.fmul(square, share), builder.fmul(square, square)

        found = _sums(builder, context, signature.args[:2], arguments[:2], arguments[2], powers)
        return context.make_tuple(builder, signature.return_type, found)

    return signature, build


def _rank_sums(
    typing_context: Any, risk0: Any, risk1: Any, events0: Any, events1: Any, whole: Any
) -> Any:
    """Writes the code of `rank_sums`."""
    signature = _FOUR(risk0, risk1, events0, events1, types.intp)

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        one = ir.Constant(_VECTOR, [1.0] * STRIDE)

        def terms(risk0: Any, risk1: Any, events0: Any, events1: Any) -> tuple[Any, ...]:
            risk, events = builder.fadd(risk0, risk1), builder.fadd(events0, events1)
            less = builder.fsub(risk, one)
            less = builder.select(builder.fcmp_ordered("<", less, one), one, less)
            part = builder.fdiv(one, builder.fmul(risk, less))  # one division for both shares
            per_risk = builder.fmul(less, part)
            share = builder.fmul(risk1, per_risk)
            expected = builder.fmul(events, share)
            spread = builder.fmul(expected, builder.fmul(risk0, per_risk))
            factor = builder.fmul(builder.fsub(risk, events), builder.fmul(risk, part))
            return builder.fsub(events1, expected), builder.fmul(spread, factor)

        found = _sums(builder, context, signature.args[:4], arguments[:4], arguments[4], terms)
        return context.make_tuple(builder, signature.return_type, found)

    return signature, build


def _ones_in(typing_context: Any, word: Any) -> Any:
    """Writes the code of `ones_in`."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), build


# ones_in(word): how many bits of an unsigned 64-bit number are set.
ones_in = cast(Callable[..., int], intrinsic(_ones_in))

# share_sums(at0, at1, whole, ratio): sums of p, p ** 2, p ** 3 and p ** 4 over
# p = at1 * ratio / (at0 + at1 * ratio), for the first `whole` numbers (a multiple of STRIDE) of two
# contiguous arrays.
share_sums = cast(Callable[..., tuple[float, float, float, float]], intrinsic(_share_sums))

# rank_sums(risk0, risk1, events0, events1, whole): the sum of events in arm 1 beyond expectation,
# and of their hypergeometric variances (with two zeros more), over `whole` rows of risk sets.
rank_sums = cast(Callable[..., tuple[float, float, float, float]], intrinsic(_rank_sums))
