"""What people do with queries: ask, answer, close, open again, give to a role.

A query that a person asks is named by its entry, one of a rule by its place and its rule. What it
is about, and which values stood then, the trial fills in.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.queries.rules import NO_VISIT, place_in, values_at
from equipoise.conduct.queries.standing import Query, QueryState, query_named
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.schedule import applies
from equipoise.conduct.state.forms import record_key
from equipoise.conduct.state.queries import QueriesState, Thread, Turn, TurnKind
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Labels, Words, forms_of, visits_of
from equipoise.logic.truth import Truth
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Given, Reason, Refusal

__all__ = ["ABLE", "ACTS", "AnswerQuery", "AskQuery", "AssignQuery", "CloseQuery", "ReopenQuery"]

NO_FORM = Reason("query.no-form", "form", "this form is not asked of the participant there")
NO_ITEM = Reason("query.no-item", "item", "the form asks no '{item}'")
NO_TEXT = Reason("query.no-text", "text", "say it in words")
NO_ROLE = Reason("query.no-role", "to", "nobody in the role '{role}' answers queries")
NO_QUERY = Reason("query.unknown", "query", "there is no such query of this participant")
CLOSED = Reason("query.closed", "query", "the query is closed; open it again first")
NOT_CLOSED = Reason("query.not-closed", "query", "the query is not closed")
RIGHT = Reason("query.put-right", "query", "the value was changed, and the check holds now")
THEIRS = Reason("query.theirs", "to", "it is theirs already")
SINCE = Reason("void.said-since", "entry", "more was said of this query since; void that first")
ANSWER = "query.answer"


def items_of(study: Study) -> Labels:
    """The questions of all forms, by what they are called."""
    return {name: item.label for name, item in study.items.items()}


def answering(study: Study) -> Labels:
    """The roles that answer queries."""
    return {role.id: role.label for role in study.roles if ANSWER in role.may}


def _wording_of(study: Study, subject: Subject, key: str) -> Given | None:
    """What the query asks."""
    found = query_named(study, subject, key)
    return found.wording if found else None


class AskQuery(Act, frozen=True, kw_only=True):
    """Somebody asks of one question on one copy of a form, or of the form: also where none is."""

    kind: ClassVar[str] = "query.ask"
    writes: ClassVar[str] = "queries"
    of_record: ClassVar[bool] = True
    under_lock: ClassVar[Literal["", "freeze", "lock"]] = "freeze"
    words: ClassVar[Words] = Words(
        name="Query asked",
        title="Ask a query",
        line="Query asked: {form}[, {visit}][, {item}]: {text}",
        intro="It stays open until somebody closes it.",
        happened="Day on which it is asked",
        button="Ask",
        done="The query is asked",
        address="ask/{form}/{visit}/{number}/{item}",
    )
    form: Annotated[str, Ask("Form", forms_of)]
    visit: Annotated[str, Ask("Visit", visits_of)] = ""
    number: Annotated[int, Ask("Copy of this form")] = 1
    item: Annotated[str, Ask("Question; none: the form itself", items_of)] = ""
    text: Annotated[
        str,
        Ask(
            "What do you ask?",
            label="Query",
            kind="area",
            hint="No names.",
            needed="Say it in words",
        ),
    ]
    to: Annotated[
        str, Ask("Who should answer?", answering, label="For", none="Whoever may answer")
    ] = ""
    values: Annotated[str, Ask("Entries of the values", by_trial=True)] = ""

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return False

    def form_place(self, subject: Subject) -> tuple[str, str, int]:
        return self.form, self.visit, self.number

    def canonical(self, study: Study) -> Self:
        visit, item = (bare if bare != NO_VISIT else "" for bare in (self.visit, self.item))
        return msgspec.structs.replace(self, visit=visit, item=item)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        form = context.study.form_of.get(self.form)
        if form is None or not self._is_asked(context):
            yield NO_FORM()
        elif self.item and self.item not in form.item_of:
            yield NO_ITEM(item=self.item)
        if is_blank(self.text):
            yield NO_TEXT()
        if self.to and self.to not in answering(context.study):
            yield NO_ROLE(role=self.to)

    def _is_asked(self, context: Context) -> bool:
        """Whether that copy of the form is begun, or is the first that a visit of theirs asks."""
        if record_key(self.form, self.visit, self.number) in context.subject.forms.records:
            return True
        visit, on = context.study.visit_keyed.get(self.visit), context.stamp.on
        if visit is None or self.form not in visit.forms or self.number != 1:
            return False
        facts = context.facts(on)
        has = applies(context.study, context.subject, visit, on, facts, self.visit)
        return has is not Truth.FALSE

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        yield from _said_since(context.subject, str(seq), seq)

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        place = (self.form, self.visit, self.number, self.item)
        return msgspec.structs.replace(
            self, values=values_at(context.study, context.subject, *place)
        )

    def apply(self, state: QueriesState, stamp: Stamp) -> None:
        turn = Turn(kind="ask", text=self.text, to=self.to, values=self.values, **stamp.marks)
        state.threads[str(stamp.seq)] = Thread(
            form=self.form, visit=self.visit, number=self.number, item=self.item, turns=[turn]
        )


class _OnQuery(Act, frozen=True, kw_only=True):
    """What is said of a query that there is."""

    writes: ClassVar[str] = "queries"
    of_record: ClassVar[bool] = True
    under_lock: ClassVar[Literal["", "freeze", "lock"]] = "freeze"
    turn: ClassVar[TurnKind]
    needs_text: ClassVar[bool] = True

    query: Annotated[str, Ask("Query", stands_for=_wording_of)]
    form: Annotated[str, Ask("Form", forms_of, by_trial=True)] = ""
    visit: Annotated[str, Ask("Visit", visits_of, by_trial=True)] = ""
    number: Annotated[int, Ask("Copy of this form", by_trial=True)] = 1
    item: Annotated[str, Ask("Question", items_of, by_trial=True)] = ""
    rule: Annotated[str, Ask("Check", by_trial=True)] = ""
    values: Annotated[str, Ask("Entries of the values", by_trial=True)] = ""

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return False

    def form_place(self, subject: Subject) -> tuple[str, str, int] | None:
        if thread := subject.queries.threads.get(self.query):
            return thread.form, thread.visit, thread.number
        return place_in(self.query)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        found = query_named(context.study, context.subject, self.query)
        if found is None:
            yield NO_QUERY()
        elif found.state == "right":
            yield RIGHT()
        else:
            yield from self._against(context, found)
        if self.needs_text and is_blank(self._text):
            yield NO_TEXT()

    @property
    def _text(self) -> str:
        return str(getattr(self, "text", ""))

    def _against(self, context: Context, found: Query) -> Iterator[Refusal]:
        if found.state == "closed":
            yield CLOSED()

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        yield from _said_since(context.subject, self.query, seq)

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        found = query_named(context.study, context.subject, self.query)
        if found is None:
            return self
        place = {name: getattr(found, name) for name in ("form", "visit", "number", "item")}
        return msgspec.structs.replace(self, **place, rule=found.rule, values=found.values)

    def apply(self, state: QueriesState, stamp: Stamp) -> None:
        thread = state.threads.get(self.query)
        if thread is None:
            place = {name: getattr(self, name) for name in ("form", "visit", "number", "item")}
            thread = state.threads[self.query] = Thread(**place, rule=self.rule)
        to = str(getattr(self, "to", ""))
        turn = Turn(kind=self.turn, text=self._text, to=to, values=self.values, **stamp.marks)
        thread.turns.append(turn)


class AnswerQuery(_OnQuery, frozen=True, kw_only=True):
    """The hospital says why a value is right, or what was done about it."""

    kind: ClassVar[str] = ANSWER
    turn: ClassVar[TurnKind] = "answer"
    words: ClassVar[Words] = Words(
        name="Query answered",
        title="Answer a query",
        link="Answer it",
        line="Query answered: {form}[, {visit}][, {item}]: {text}",
        happened="Day on which it is answered",
        button="Answer it",
        done="The query is answered",
        address="query/{query}/answer",
    )
    text: Annotated[str, Ask("Answer", kind="area", hint="No names.", needed="Say it in words")]


class CloseQuery(_OnQuery, frozen=True, kw_only=True):
    """The answer is accepted; or the query is closed without one, with a reason."""

    kind: ClassVar[str] = "query.close"
    turn: ClassVar[TurnKind] = "close"
    needs_text: ClassVar[bool] = False
    words: ClassVar[Words] = Words(
        name="Query closed",
        title="Close a query",
        link="Close",
        line="Query closed: {form}[, {visit}][, {item}][: {text}]",
        intro="It stays closed until the value changes.",
        happened="Day on which it is closed",
        button="Close",
        done="The query is closed",
        address="query/{query}/close",
    )
    text: Annotated[
        str,
        Ask("Why, if nobody answered it", label="Reason", kind="area", hint="No names."),
    ] = ""

    def _against(self, context: Context, found: Query) -> Iterator[Refusal]:
        yield from super()._against(context, found)
        if found.state in ("open", "again") and is_blank(self.text):
            yield NO_TEXT()


class ReopenQuery(_OnQuery, frozen=True, kw_only=True):
    """The answer does not do, or a closed query is asked once more."""

    kind: ClassVar[str] = "query.reopen"
    turn: ClassVar[TurnKind] = "reopen"
    words: ClassVar[Words] = Words(
        name="Query opened again",
        title="Open a query again",
        link="Open again",
        line="Query opened again: {form}[, {visit}][, {item}]: {text}",
        happened="Day on which it is opened again",
        button="Open again",
        done="The query is open again",
        address="query/{query}/reopen",
    )
    text: Annotated[
        str,
        Ask(
            "What do you still ask?",
            label="Query",
            kind="area",
            hint="No names.",
            needed="Say it in words",
        ),
    ]

    def _against(self, context: Context, found: Query) -> Iterator[Refusal]:
        if found.state in ("open", "again"):
            yield NOT_CLOSED()


class AssignQuery(_OnQuery, frozen=True, kw_only=True):
    """A query is given to people in a role, who are to answer it."""

    kind: ClassVar[str] = "query.assign"
    turn: ClassVar[TurnKind] = "assign"
    needs_text: ClassVar[bool] = False
    words: ClassVar[Words] = Words(
        name="Query assigned",
        title="Say who should answer a query",
        link="Assign",
        line="Query assigned: {form}[, {visit}][, {item}]: {to}",
        happened="Day on which it is assigned",
        button="Assign",
        done="The query is assigned",
        address="query/{query}/assign",
    )
    to: Annotated[str, Ask("Who should answer?", answering, label="For", needed="Choose a role")]

    def _against(self, context: Context, found: Query) -> Iterator[Refusal]:
        yield from super()._against(context, found)
        if self.to not in answering(context.study):
            yield NO_ROLE(role=self.to)
        elif self.to == found.to:
            yield THEIRS()


ACTS: dict[TurnKind, type[AnswerQuery | CloseQuery | ReopenQuery | AssignQuery]] = {
    act.turn: act for act in (AnswerQuery, CloseQuery, ReopenQuery, AssignQuery)
}
"""What is said of a query, by what is kept of it."""
ABLE: dict[QueryState, tuple[TurnKind, ...]] = {
    "open": ("answer", "close", "assign"),
    "again": ("answer", "close", "assign"),
    "answered": ("answer", "close", "reopen", "assign"),
    "closed": ("reopen",),
    "right": (),
}
"""What can be done of a query as it stands."""


def _said_since(subject: Subject, query: str, seq: int) -> Iterator[Refusal]:
    """Whether more was said of a query than an entry that is to be voided."""
    thread = subject.queries.threads.get(query)
    if thread and any(turn.seq > seq for turn in thread.turns):
        yield SINCE()
