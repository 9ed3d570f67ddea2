"""What the office does for a person who cannot: a lost second factor, and a name that is to go.

Both are told with their reason in the ledger, which knows a person by an id alone. Nobody does
either for themselves, so that whoever took over a sign-in cannot take the rest.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from equipoise.conduct.act import Act, Context, StreamName
from equipoise.conduct.chapter import Chapter
from equipoise.conduct.words import Ask, Words
from equipoise.study.kinds.blank import is_blank
from equipoise.study.reason import Reason, Refusal

__all__ = ["ErasePerson", "ResetSecondFactor"]

UNKNOWN = Reason("person.unknown", "person", "nobody holds or held a role under this id")
OWN = Reason("person.own", "person", "nobody does this for themselves; someone else of the office")
NO_REASON = Reason("person.no-reason", "because", "say why, and how you know who asks it")
HOLDS_ROLES = Reason(
    "person.holds-roles", "person", "this person still holds a role; end their roles first"
)


class ResetSecondFactor(Act, frozen=True, kw_only=True):
    """Someone who lost their second factor signs in with the password, and sets up another."""

    kind: ClassVar[str] = "person.reset-factor"
    stream: ClassVar[StreamName] = "study"
    step_up: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Second factor reset",
        title="Reset a person's two-step sign-in",
        line="Second factor reset: {person}",
        link="Lost their second factor",
        intro="They sign in with their password alone until they have set it up again. Their keys "
        "end. Make sure, by telephone or in person, that it is they who ask.",
        happened="Day on which they asked",
        button="Reset their two-step sign-in",
        done="Their two-step sign-in is reset",
        meaning="I know that it is this person who asks to have their second factor reset.",
        address="reset-factor/{person}",
    )
    person: Annotated[str, Ask("Person", kind="person")]
    because: Annotated[
        str,
        Ask(
            "Why, and how do you know that it is they who ask?",
            label="Reason",
            kind="area",
            needed="Say why, and how you know that it is they who ask",
        ),
    ]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from _of_another(context, self.person, self.because)


class ErasePerson(Act, frozen=True, kw_only=True):
    """A person's name and e-mail address are forgotten; their id stands where the name was."""

    kind: ClassVar[str] = "person.erase"
    stream: ClassVar[StreamName] = "study"
    step_up: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Person's name erased",
        title="Erase a person's name",
        line="Name erased: {person}",
        link="Erase their name",
        intro="Their name and e-mail address go, with what they typed and never saved. What they "
        "recorded stays, under their id. They can no longer sign in. It cannot be undone; copies "
        "that were made before still hold the name.",
        happened="Day on which it was asked",
        button="Erase the name",
        done="The name is erased",
        meaning="I have the name of this person erased. It cannot be undone.",
        address="erase/{person}",
    )
    person: Annotated[str, Ask("Person", kind="person")]
    because: Annotated[
        str,
        Ask(
            "Why is the name erased?",
            label="Reason",
            kind="area",
            hint="Without the name",
            needed="Say why the name is erased",
        ),
    ]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from _of_another(context, self.person, self.because)
        known = context.trial_state.people.get(self.person)
        if known and known.roles:
            yield HOLDS_ROLES()


def _of_another(context: Context, person: str, because: str) -> Iterator[Refusal]:
    if person not in context.trial_state.people:
        yield UNKNOWN()
    if person == context.stamp.by:
        yield OWN()
    if is_blank(because):
        yield NO_REASON()


CHAPTER = Chapter(name="persons", acts=(ResetSecondFactor, ErasePerson))
