"""Reading a rule: from text to tree, or a refusal that says where and what would do.

From loose to tight: `x if c else y`, `or`, `and`, `not`, comparisons, `+ -`, `* /`, `-x`, `**`.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from equipoise.logic import tree
from equipoise.logic.functions import called, nearest
from equipoise.logic.tree import Node
from equipoise.logic.units import DURATIONS
from equipoise.logic.words import KEYWORDS, Unreadable, Word, words

__all__ = ["Unreadable", "parse", "parse_window", "parsed"]

DEEPEST = 40

Sign = TypeVar("Sign", bound=str)
_COMPARATORS: tuple[tree.Comparator, ...] = ("==", "!=", "<", "<=", ">", ">=")
_OPERATORS: tuple[tree.Operator, ...] = ("+", "-", "*", "/", "**")
_SIDES: tuple[tree.Side, ...] = ("before", "after", "since", "until")
_GATHERED: dict[str, tree.Gathering] = {"sum": "sum", "lowest": "lowest", "highest": "highest"}
_WHICH: dict[str, tree.Which] = {"lowest": "lowest", "highest": "highest"}


def parse(text: str) -> Node:
    """The tree of a rule; raises Unreadable with the first thing that cannot be read."""
    reader = _Reader(words(text))
    node = reader.choice()
    reader.finish()
    return _not_too_deep(node)


parsed = lru_cache(maxsize=4096)(parse)
"""The same, remembered: the conduct of a trial asks the same few hundred rules of everybody."""


def parse_window(text: str) -> tree.Window:
    """The tree of a window alone, such as `within 15 days before registration`."""
    reader = _Reader(words(text))
    window = reader.window()
    if window is None:
        raise Unreadable("Expected a window", 1, "within 15 days before registration")
    reader.finish()
    return window


def _not_too_deep(node: Node) -> Node:
    layer, depth = [node], 0
    while layer:
        depth += 1
        if depth > DEEPEST:
            raise Unreadable("This is nested too deeply to be understood", layer[0].column)
        layer = [child for parent in layer for child in tree.children(parent)]
    return node


class _Reader:
    """Walks over the words once. Each method reads one construct and stands after it."""

    def __init__(self, found: list[Word]) -> None:
        self.words = found
        self.place = 0
        self.depth = 0
        self.counting = 0  # inside the `where` of a `count of`

    # Steps

    @property
    def here(self) -> Word:
        return self.words[self.place]

    @property
    def next(self) -> Word:
        return self.words[min(self.place + 1, len(self.words) - 1)]

    def take(self) -> Word:
        word = self.here
        self.place = min(self.place + 1, len(self.words) - 1)
        return word

    def sees(self, *texts: str) -> bool:
        return self.here.kind in ("keyword", "sign") and self.here.text in texts

    def accept(self, *texts: str) -> Word | None:
        return self.take() if self.sees(*texts) else None

    def expect(self, text: str, why: str) -> Word:
        if word := self.accept(text):
            return word
        raise Unreadable(f"Expected {text!r} {why}, found {self.here.shown}", self.here.column)

    def deeper(self, construct: Callable[[], Node]) -> Node:
        """Read a construct one level down; nesting is bounded, so that any text can be read."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable("This is nested too deeply to be understood", self.here.column)
        node = construct()
        self.depth -= 1
        return node

    def finish(self) -> None:
        word = self.here
        if word.kind == "end":
            return
        before = self.words[self.place - 1] if self.place else word
        if word.text in (")", "]"):
            raise Unreadable(f"{word.text!r} closes a bracket that was never opened", word.column)
        if word.text == "," and before.kind == "number" and self.next.kind == "number":
            right = f"{before.text}.{self.next.text}"
            raise Unreadable("A number has a decimal point, not a comma", word.column, right)
        if self.sees("within", "since", "before", "after", "until"):
            message = "A window belongs right after the name of a fact"
            raise Unreadable(message, word.column, "hb within 15 days before registration")
        if word.text.lower() in KEYWORDS and word.kind == "name":
            message = f"Words of the language are in small letters; found {word.text!r}"
            raise Unreadable(message, word.column, word.text.lower())
        raise Unreadable(
            f"Expected 'and', 'or' or the end, found {word.shown}", word.column, _missing(before)
        )

    # Yes or no

    def choice(self) -> Node:
        return self.deeper(self._choice)

    def _choice(self) -> Node:
        then = self.either()
        if not (word := self.accept("if")):
            return then
        test = self.either()
        self.expect("else", "after the condition of an 'if'")
        return tree.Choice(then, test, self.choice(), column=word.column)

    def either(self) -> Node:
        args = [self.both()]
        column = self.here.column
        while self.accept("or"):
            args.append(self.both())
        return args[0] if len(args) == 1 else tree.Or(tuple(args), column=column)

    def both(self) -> Node:
        args = [self.negation()]
        column = self.here.column
        while self.accept("and"):
            args.append(self.negation())
        return args[0] if len(args) == 1 else tree.And(tuple(args), column=column)

    def negation(self) -> Node:
        if word := self.accept("not"):
            return tree.Not(self.deeper(self.negation), column=word.column)
        return self.comparison()

    def comparison(self) -> Node:
        node = self._test(self.sum())
        word = self.here
        if self.sees(*_COMPARATORS, "in", "is") and not self.counting:
            if isinstance(node, tree.Compare):
                message = "Comparisons cannot be chained: join two of them by 'and'"
                raise Unreadable(message, word.column, "a < b and b < c")
            message = "This is already a yes or no: put brackets around it to test it again"
            raise Unreadable(message, word.column)
        return node

    def _test(self, left: Node) -> Node:
        word = self.here
        if self.counting and isinstance(left, tree.YES_OR_NO):
            return left  # `count of x where (…) <= 3`: the comparison is of the count
        if self.accept(*_COMPARATORS):
            right = self.sum()
            op = _one(_COMPARATORS, word)
            return tree.Compare(op, left, right, column=word.column)
        if self.accept("in"):
            return tree.Among(left, self.items(), column=word.column)
        if self.sees("not") and self.next.text == "in":
            self.place += 2
            return tree.Not(tree.Among(left, self.items(), column=word.column), column=word.column)
        if self.accept("is"):
            return self._known(left, word)
        return left

    def _known(self, left: Node, word: Word) -> Node:
        if self.accept("known"):
            return tree.Known(left, True, column=word.column)
        if self.accept("unknown"):
            return tree.Known(left, False, column=word.column)
        right = "== or !=" if self.sees("not") else "is known"
        raise Unreadable(
            f"After 'is' comes 'known' or 'unknown', found {self.here.shown}",
            self.here.column,
            right,
        )

    def items(self) -> tuple[Node, ...]:
        opening = self.expect("[", "before the list of values")
        found: list[Node] = []
        while not self.accept("]"):
            if found:
                self._comma(opening, "]")
            found.append(self.sum())
        if not found:
            raise Unreadable("A list of values cannot be empty", opening.column)
        return tuple(found)

    def _comma(self, opening: Word, closing: str) -> None:
        if self.here.kind == "end":
            raise Unreadable(f"The bracket {opening.text!r} is not closed", opening.column, closing)
        self.expect(",", "between the values")

    # Values

    def sum(self) -> Node:
        node = self.product()
        while word := self.accept("+", "-"):
            op = _one(_OPERATORS, word)
            node = tree.Arithmetic(op, node, self.product(), column=word.column)
        return node

    def product(self) -> Node:
        node = self.signed()
        while word := self.accept("*", "/"):
            op = _one(_OPERATORS, word)
            node = tree.Arithmetic(op, node, self.signed(), column=word.column)
        return node

    def signed(self) -> Node:
        if word := self.accept("-"):
            return tree.Minus(self.deeper(self.signed), column=word.column)
        node = self.atom()
        if word := self.accept("**"):
            exponent = self.deeper(self.signed)
            return tree.Arithmetic("**", node, exponent, column=word.column)
        return node

    def atom(self) -> Node:
        word = self.here
        if word.kind == "name":
            return self.name()
        if word.kind == "number":
            return self.number()
        if word.kind == "text":
            return tree.Text(self.take().text[1:-1], column=word.column)
        if word.kind == "day":
            return tree.Day(self.take().day(), column=word.column)
        if self.accept("true", "false"):
            return tree.YesNo(word.text == "true", column=word.column)
        if self.accept("("):
            return self.bracketed(word)
        if self.sees("any", "none", "count"):
            return self.deeper(self.rows)
        if self.accept("prefer"):
            return tree.Prefer(self.arguments("prefer"), column=word.column)
        raise self.no_value(word)

    def no_value(self, word: Word) -> Unreadable:
        if word.kind == "end":
            return Unreadable("Expected a value here, but the text ends", word.column)
        if word.text in ("=", "=="):
            return Unreadable("There is nothing before '=='", word.column)
        if self.place and self.words[self.place - 1].text in ("<", ">", "!") and word.text == "=":
            return Unreadable("Write the sign without a space", word.column)
        return Unreadable(f"Expected a value here, found {word.shown}", word.column)

    def number(self) -> Node:
        word = self.take()
        value = word.number()
        if self.here.kind != "unit":
            return tree.Number(value, column=word.column)
        unit = self.take().text
        return tree.Quantity(value, DURATIONS.get(unit, unit), column=word.column)

    def bracketed(self, opening: Word) -> Node:
        counting, self.counting = self.counting, 0
        node = self.choice()
        self.counting = counting
        if self.here.kind == "end":
            raise Unreadable("The bracket '(' is not closed", opening.column, ")")
        self.expect(")", f"to close the bracket of column {opening.column}")
        return node

    def arguments(self, name: str) -> tuple[Node, ...]:
        opening = self.expect("(", f"after {name!r}")
        counting, self.counting = self.counting, 0
        args = [self.choice()]
        while not self.accept(")"):
            self._comma(opening, ")")
            args.append(self.choice())
        self.counting = counting
        return tuple(args)

    def name(self) -> Node:
        word, which = self.take(), None
        if self.sees("of") and (how := _GATHERED.get(word.text)):
            return self.deeper(lambda: self.gathered(word, how))
        if self.here.kind == "name":
            which = _WHICH.get(word.text)
            word = self.take() if which else word
        if self.here.text == "(" and self.here.kind == "sign":
            if which:
                message = f"{which!r} stands before a fact; of worked-out values there is min, max"
                raise Unreadable(message, word.column, "max(a, b)")
            return called(word, self.arguments(word.text))
        if word.text in ("ULN", "LLN"):
            raise Unreadable(f"How many times {word.text}?", word.column, f"1 {word.text}")
        if word.text == "none_of":
            raise Unreadable("'none_of' is written as two words", word.column, "none of")
        if self.here.text == "at" and self.here.kind == "name":
            message = "'at' is not a word of the language; years(birth_date, consent) counts years"
            raise Unreadable(message, self.here.column)
        return tree.Name(word.text, self.window(), which or "latest", column=word.column)

    # Windows and lists

    def window(self) -> tree.Window | None:
        word = self.here
        if self.accept("within"):
            length, unit = self.duration()
            side = self.accept("before", "after")
            if side is None:
                message = f"After the length comes 'before' or 'after', found {self.here.shown}"
                raise Unreadable(message, self.here.column, "before registration")
            before: tree.Side = "before" if side.text == "before" else "after"
            return tree.Window(before, self.anchor(), length, unit, column=word.column)
        for open_ended in _SIDES:
            if self.accept(open_ended):
                return tree.Window(open_ended, self.anchor(), column=word.column)
        return None

    def duration(self) -> tuple[int, str]:
        word = self.here
        node = self.number() if word.kind == "number" else None
        if not isinstance(node, tree.Quantity) or node.unit not in DURATIONS.values():
            message = "Expected a length such as '15 days' (days, weeks, months or years)"
            raise Unreadable(message, word.column, "15 days")
        if node.value != node.value.to_integral_value():
            raise Unreadable("A window counts whole days, weeks, months or years", word.column)
        if node.value > 10_000:
            raise Unreadable("This window is too long", word.column)
        return int(node.value), node.unit

    def anchor(self) -> str:
        if self.here.kind != "name":
            message = f"Expected what the window counts from, found {self.here.shown}"
            raise Unreadable(message, self.here.column, "registration")
        return self.take().text

    def rows(self) -> Node:
        word = self.take()
        if word.text != "any":
            self.expect("of", f"after {word.text!r}")
        elif self.sees("of"):
            raise Unreadable("'any' stands without 'of'", self.here.column, "any lesions where")
        if self.here.kind != "name":
            message = f"Expected the name of a list, found {self.here.shown}"
            raise Unreadable(message, self.here.column)
        name = self.take().text
        where = self._where(word.text) if self.accept("where") else None
        tests = self.sees("not") and self.next.text == "in"
        begins = self.here.kind in ("name", "number") or self.sees("(", "not")
        if where is None and begins and not tests:
            message = f"Expected 'where' before the condition, found {self.here.shown}"
            raise Unreadable(message, self.here.column, f"{word.text} … where")
        quantifier: tree.Quantifier = "any"
        if word.text != "any":
            quantifier = "none" if word.text == "none" else "count"
        return tree.Rows(quantifier, name, where, column=word.column)

    def gathered(self, word: Word, how: tree.Gathering) -> Node:
        self.take()
        if self.here.kind != "name" or "." not in self.here.text:
            message = f"Expected a list and its column, found {self.here.shown}"
            raise Unreadable(message, self.here.column, f"{word.text} of doses.amount")
        name, _, column = self.take().text.rpartition(".")
        where = self._where("count") if self.accept("where") else None
        return tree.Gathered(how, name, column, where, column=word.column)

    def _where(self, quantifier: str) -> Node:
        counting, self.counting = self.counting, int(quantifier == "count")
        node = self.either()
        self.counting = counting
        return node


def _one(signs: tuple[Sign, ...], word: Word) -> Sign:
    return next(sign for sign in signs if sign == word.text)


def _missing(before: Word) -> str:
    return "" if before.kind != "name" else nearest(before.text, KEYWORDS)
