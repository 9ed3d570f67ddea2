"""A hospital's limits of normal, by item and from a day on: written once, not with every sample.

A limit that is left open beside a value is filled in from these by the trial, as they stood on the
day of the sample; a limit that was typed is the sample's own and is left alone.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, ClassVar

import msgspec

from equipoise.conduct.act import Act, Context, Stamp, StreamName
from equipoise.conduct.answers import LIMIT, LIMITS_CROSS, UNIT, is_limit
from equipoise.conduct.chapter import Chapter
from equipoise.conduct.state.laboratory import LaboratoryState, ReferenceRange
from equipoise.conduct.words import Ask, Labels, Words, hospitals_of
from equipoise.logic.figures import unit_text
from equipoise.study.catalogue import everywhere, translator
from equipoise.study.kinds.number_text import canonical_number
from equipoise.study.kinds.plausible import limit_refusals
from equipoise.study.model import Study
from equipoise.study.reason import OneOf, Reason, Refusal, Unit

__all__ = ["SetLimits"]

OLDEST = 150  # years; nobody is older

NO_ITEM = Reason("limits.no-item", "item", "no laboratory's limits are asked of '{item}'")
NO_LIMIT = Reason("limits.none", "uln", "give the lower limit, the upper limit, or both")
NOT_OPEN = Reason("limits.site-not-open", "site", "site {site} is not open")
NO_SEX = Reason("limits.no-sex", "sex", "the study tells no limits apart by '{code}'")
NO_BIRTH = Reason("limits.no-age", "", "the study tells no limits apart by age")
AGE = Reason("limits.age", "", "an age must be a whole number of years, from 0 to {most}")
AGES_CROSS = Reason("limits.ages", "below_age", "the ages end before they begin")


def limited(study: Study) -> Labels:
    """The items that are asked with a laboratory's limits."""
    return {item.id: item.label for item in study.items.values() if item.limits}


def units_of(study: Study) -> Labels:
    """The units in which those items may be recorded."""
    items = [item for item in study.items.values() if item.limits]
    codes = dict.fromkeys(code for item in items for code in (item.unit, *item.units))
    none = everywhere("no unit")
    return {
        code: {
            language: unit_text(code, translator(language)) or words
            for language, words in none.items()
        }
        for code in codes
    }


def sexes_of(study: Study) -> Labels:
    """The codes by which limits of normal may differ; none where the study names no such item."""
    name = study.laboratory.sex if study.laboratory else None
    return study.items[name].choices if name in study.items else {}


def by_age(study: Study) -> bool:
    """Whether limits of normal may differ by age."""
    return bool(study.laboratory and study.laboratory.birth)


class SetLimits(Act, frozen=True, kw_only=True):
    """The limits of normal that a hospital's laboratory gives, from a day on."""

    kind: ClassVar[str] = "laboratory.limits"
    writes_trial: ClassVar[str] = "laboratory"
    stream: ClassVar[StreamName] = "study"
    words: ClassVar[Words] = Words(
        name="Limits of normal set",
        title="Set the laboratory's limits of normal",
        line="Limits of normal of site {site}: {item} {lln}–{uln} {unit}[, {sex}]"
        "[, from the age of {from_age}][, below the age of {below_age}]",
        intro="Samples of this day and later take these limits where none is typed beside a value.",
        happened="Day from which the laboratory uses them",
        button="Set these limits",
        done="The limits are set",
        address="limits/{site}",
    )
    site: Annotated[str, Ask("Hospital", hospitals_of)]
    item: Annotated[str, Ask("Laboratory test", limited)]
    unit: Annotated[str, Ask("Unit", units_of)]
    lln: Annotated[
        str, Ask("Lower limit", kind="decimal", hint="Leave it open where there is none")
    ] = ""
    uln: Annotated[
        str, Ask("Upper limit", kind="decimal", hint="Leave it open where there is none")
    ] = ""

    sex: Annotated[
        str,
        Ask(
            "Only for one sex?",
            sexes_of,
            label="Only for",
            none="For everybody",
            needed="Choose for whom",
        ),
    ] = ""
    from_age: Annotated[
        str,
        Ask(
            "From which age, in years?",
            label="From age",
            hint="Leave it open where there is none",
            where=lambda study, given: by_age(study),
        ),
    ] = ""
    below_age: Annotated[
        str,
        Ask(
            "Below which age, in years?",
            label="Below age",
            hint="Leave it open where there is none",
            where=lambda study, given: by_age(study),
        ),
    ] = ""

    def canonical(self, study: Study) -> "SetLimits":
        numbers = ("lln", "uln", "from_age", "below_age")
        kept = {part: canonical_number(getattr(self, part)) for part in numbers}
        return msgspec.structs.replace(self, **kept)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        item = context.study.items.get(self.item)
        if self.site not in context.trial_state.sites:
            yield NOT_OPEN(site=self.site)
        if item is None or not item.limits:
            yield NO_ITEM(item=self.item)
            return
        if self.unit not in (item.unit, *item.units):
            known = OneOf(tuple(Unit(code) for code in (item.unit, *item.units)))
            yield UNIT("unit", item=item.label, units=known, unit=self.unit)
        yield from self._whose(context.study)
        given = {part: getattr(self, part) for part in ("lln", "uln") if getattr(self, part)}
        wrong = [part for part, limit in given.items() if not is_limit(limit)]
        yield from (LIMIT(part, item=item.label) for part in wrong)
        if not given:
            yield NO_LIMIT()
        elif not wrong:
            answers = {f"{item.id}.{part}": limit for part, limit in given.items()}
            for refusal in limit_refusals(item, {**answers, f"{item.id}.unit": self.unit}):
                yield replace(refusal, where=refusal.where.partition(".")[2])
            if len(given) == 2 and Decimal(self.lln) > Decimal(self.uln):
                yield LIMITS_CROSS("lln", item=item.label)

    def _whose(self, study: Study) -> Iterator[Refusal]:
        """Why nobody can be of that sex and age, as this study tells them."""
        if self.sex and self.sex not in sexes_of(study):
            yield NO_SEX(code=self.sex)
        ages = {part: getattr(self, part) for part in ("from_age", "below_age")}
        wrong = [part for part, age in ages.items() if age and not _is_age(age)]
        yield from (AGE(part, most=OLDEST) for part in wrong)
        if any(ages.values()) and not by_age(study):
            yield NO_BIRTH("from_age" if self.from_age else "below_age")
        elif all(ages.values()) and not wrong and int(self.from_age) >= int(self.below_age):
            yield AGES_CROSS()

    def apply_to_trial(self, state: LaboratoryState, stamp: Stamp, subject_id: str) -> None:
        found = ReferenceRange(
            from_on=stamp.on,
            unit=self.unit,
            lln=self.lln,
            uln=self.uln,
            sex=self.sex,
            from_age=self.from_age,
            below_age=self.below_age,
        )
        state.ranges.setdefault(f"{self.site} {self.item}", []).append(found)


def _is_age(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) <= OLDEST


CHAPTER = Chapter(name="laboratory", acts=(SetLimits,))
