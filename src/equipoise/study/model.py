"""What should happen: the study as its file says it, frozen.

Its sections stand in `sections`, its forms in `forms`. Loading and checking stand in `load` and
`check`; nothing here knows a file.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Self

from pydantic import Field, PrivateAttr

from equipoise.logic.decision import DecisionTable
from equipoise.logic.facts import Vocabulary
from equipoise.logic.language import parsed
from equipoise.logic.needed import facts_needed
from equipoise.study.bundle import Bundle
from equipoise.study.earlier import WHICH, earlier_of, earlier_words, said_earlier
from equipoise.study.forms import Check, Form, Item
from equipoise.study.parts import Code, Figure, Part
from equipoise.study.provenance import Sourced, sourced
from equipoise.study.sections.amendments import Activations, Adopted, Amendment, Period
from equipoise.study.sections.arms import Arm
from equipoise.study.sections.consent import Consent
from equipoise.study.sections.criteria import Criteria
from equipoise.study.sections.derived import Derived
from equipoise.study.sections.endpoints import Endpoint
from equipoise.study.sections.identity import Identity
from equipoise.study.sections.laboratory import Laboratory
from equipoise.study.sections.messages import MessageRule
from equipoise.study.sections.panel import Panel
from equipoise.study.sections.public import Public
from equipoise.study.sections.pump import Pump
from equipoise.study.sections.randomisation import Randomisation
from equipoise.study.sections.recist import Recist
from equipoise.study.sections.roles import Role
from equipoise.study.sections.safety import Safety
from equipoise.study.sections.signing import Signing
from equipoise.study.sections.sites import Site
from equipoise.study.sections.stopping import Stopping
from equipoise.study.sections.tables import Table
from equipoise.study.sections.treatment import Treatment
from equipoise.study.sections.verification import Verification
from equipoise.study.sections.visits import Epoch, Visit
from equipoise.study.vocabulary import words

__all__ = ["Study"]


class Study(Part):
    """A trial as its study file says it. `digest` names this very text."""

    version: Code
    identity: Identity
    arms: tuple[Arm, ...] = Field(min_length=2)
    epochs: tuple[Epoch, ...] = Field(min_length=1)
    sites: tuple[Site, ...] = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    consent: Consent
    amendments: tuple[Amendment, ...] = Field(
        default=(), description="amendments of the protocol, the first first"
    )
    criteria: Criteria
    derived: tuple[Derived, ...] = ()
    tables: tuple[Table, ...] = Field(
        default=(), description="decision tables: what follows from a few values, row by row"
    )
    panel: Panel | None = None
    randomisation: Randomisation
    treatment: Treatment | None = None
    safety: Safety | None = None
    stopping: Stopping | None = None
    pump: Pump | None = None
    laboratory: Laboratory | None = None
    verification: Verification | None = None
    signing: Signing | None = None
    recist: Recist | None = None
    visits: tuple[Visit, ...]
    forms: tuple[Form, ...]
    endpoints: tuple[Endpoint, ...]
    public: Public | None = Field(default=None, description="what the public page says besides")
    messages: tuple[MessageRule, ...] = Field(
        default=(), description="who is told by mail of what, beside those whom it concerns anyway"
    )
    step_up: tuple[str, ...] = Field(
        default=(),
        description="acts before which whoever does them proves once more who they are; some ask "
        "it always",
    )
    design: dict[str, Figure] = Field(default={}, description="what the sample size rests on")
    points: tuple[str, ...] = Field(default=(), description="what the record leaves open")
    digest: str = ""
    _text: Bundle | None = PrivateAttr(default=None)
    _find: Callable[[str], "Study | None"] | None = PrivateAttr(default=None)
    _adopted: tuple[Adopted, ...] = PrivateAttr(default=())
    _active: Activations = PrivateAttr(default={})
    _as_active: "Study | None" = PrivateAttr(default=None)

    @property
    def text(self) -> Bundle | None:
        """The files that it was read from; None for a study that was put together otherwise."""
        return self._text

    def read_from(self, bundle: Bundle) -> Self:
        """Note where it was read from; for `load` alone."""
        self._text = bundle
        return self

    def knowing(
        self,
        find: Callable[[str], "Study | None"],
        adopted_on: Mapping[str, date] | None = None,
    ) -> "Study":
        """The same study, which finds the texts that were adopted before it by their digest.

        :param adopted_on: the day on which each was adopted, in their order; left out: as known
        """
        copy, found = self.model_copy(), dict[str, Study]()

        def find_once(digest: str) -> Study | None:
            if digest not in found and (text := find(digest)):
                found[digest] = text
            return found.get(digest)

        copy._find = find_once
        if adopted_on is not None:
            copy._adopted = tuple(Adopted(*one) for one in adopted_on.items())
        return copy

    def held(self, on: date, digest: str = "") -> "Study":
        """The study whose text held on a day; itself where that text is lost.

        :param digest: the text under which it was recorded, where it is of the day or of later
        """
        own = next((one for one in self._adopted if one.digest == (digest or self.digest)), None)
        if own and on < own.on:
            before = [one.digest for one in self._adopted if one.on <= on]
            digest = before[-1] if before else self._adopted[0].digest
        return self.under(digest) or self

    def under(self, digest: str) -> "Study | None":
        """The study whose text has this digest: itself, or one before it; None where it is lost."""
        if digest in ("", self.digest):
            return self
        found = self._find(digest) if self._find else None
        return found.activated(self._active) if found else None

    @property
    def active(self) -> Activations:
        """Of each hospital, the amendments by which it works; as `conduct` knows them."""
        return self._active

    def activated(self, active: Activations) -> "Study":
        """The same study, which knows by which amendments each hospital works."""
        if not self.amendments or active == self._active:
            return self
        # Many ask for the same one after another; what was worked out of the text stays with it.
        # Another thread may put another in its place meanwhile: the field is read once.
        copy = self._as_active
        if copy is None or copy._active != active:
            copy = self.model_copy()
            copy._active = {site: dict(own) for site, own in active.items()}
            self._as_active = copy
        return copy

    @cached_property
    def amendment_of(self) -> dict[str, Amendment]:
        """Every amendment by its id."""
        return {amendment.id: amendment for amendment in self.amendments}

    @cached_property
    def amendment_order(self) -> dict[str, int]:
        """Where each amendment stands among them."""
        return {amendment.id: n for n, amendment in enumerate(self.amendments)}

    @cached_property
    def version_order(self) -> dict[str, int]:
        """Where each version of the consent form stands among them."""
        return {one.version: n for n, one in enumerate(self.consent.versions)}

    @cached_property
    def item_period(self) -> dict[str, Period]:
        """The items that are asked between amendments alone: since one, by themselves or with
        their form; until one, by themselves, for a form that is still open is filled in whole."""
        found = {
            item.id: Period(self._named((item.since, form.since), max), item.until)
            for form in self.forms
            for item in form.items
        }
        return {name: period for name, period in found.items() if any(period)}

    def _named(self, names: Iterable[str], which: Callable[..., str]) -> str:
        """The first, or the last, of the amendments that are named."""
        known = [name for name in names if name in self.amendment_order]
        return which(known, key=self.amendment_order.__getitem__, default="")

    def fact_period(self, name: str) -> Period:
        """Between which amendments a fact is recorded: an item, or that a form is done."""
        form = self.form_of.get(name.removesuffix("_done")) if name.endswith("_done") else None
        if form and name not in self.items:
            return Period(form.since, form.until)
        period = self.item_period.get(name, Period())
        asking = self.form_asking.get(name)
        until = self._named((period.until, asking.until), min) if asking else period.until
        return Period(period.since, until)

    @cached_property
    def sourced(self) -> dict[str, Sourced]:
        """Every value that says where it comes from, by its path."""
        return {value.path: value for value in sourced(self)}

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item by its id."""
        return {item.id: item for form in self.forms for item in form.items}

    @cached_property
    def form_of(self) -> dict[str, Form]:
        """Every form by its id."""
        return {form.id: form for form in self.forms}

    def kept_apart(self, role: str) -> set[str]:
        """The roles that exclude this one, or that it excludes."""
        own = self.role_of[role].excludes if role in self.role_of else ()
        return {*own, *(other.id for other in self.roles if role in other.excludes)}

    @cached_property
    def role_of(self) -> dict[str, Role]:
        """Every role by its id."""
        return {role.id: role for role in self.roles}

    @cached_property
    def site_of(self) -> dict[str, Site]:
        """Every site by its id."""
        return {site.id: site for site in self.sites}

    @cached_property
    def arm_of(self) -> dict[str, Arm]:
        """Every arm by its id."""
        return {arm.id: arm for arm in self.arms}

    @property
    def arms_drawn(self) -> tuple[Arm, ...]:
        """The arms that a new participant may be given."""
        return tuple(arm for arm in self.arms if not arm.retired)

    @property
    def sites_taking(self) -> tuple[Site, ...]:
        """The hospitals that may take new participants."""
        return tuple(site for site in self.sites if not site.retired)

    @cached_property
    def table_of(self) -> dict[str, DecisionTable]:
        """Every decision table by its id."""
        return {table.id: table.read() for table in self.tables}

    @cached_property
    def visit_of(self) -> dict[str, Visit]:
        """Every visit by its id."""
        return {visit.id: visit for visit in self.visits}

    @cached_property
    def visit_keyed(self) -> dict[str, Visit]:
        """Every visit by the key its forms are kept under: `weeks.2` is the second of several."""
        return {key: visit for visit in self.visits for key in visit.keys}

    @cached_property
    def visits_of_an_arm(self) -> frozenset[str]:
        """The visits that not every arm has, by key: who has one tells of their arm."""
        return frozenset(key for key, visit in self.visit_keyed.items() if visit.arms)

    @cached_property
    def items_of_criteria(self) -> frozenset[str]:
        """The items that some criterion reads, by itself or through what follows from them."""
        return frozenset().union(*self.items_of_criterion.values())

    @cached_property
    def items_of_criterion(self) -> dict[str, frozenset[str]]:
        """The items that each criterion reads, by the criterion's id."""
        return {one.id: self.items_read(one.when) for _, one in self.criteria.leaves()}

    def items_read(self, condition: str) -> frozenset[str]:
        """The items on which a condition rests, by itself or through what follows from them."""
        if condition not in self._items_read:
            needed = facts_needed(parsed(condition), self.check_words)
            names = {earlier.item if (earlier := earlier_of(n)) else n for n in needed}
            self._items_read[condition] = frozenset(names & self.items.keys())
        return self._items_read[condition]

    def items_before(self, condition: str) -> frozenset[str]:
        """The items of earlier copies of its form on which a check looks back."""
        if condition not in self._items_before:
            said = any(f"{which}." in condition for which in WHICH)
            found = said_earlier(parsed(condition)) if said else ()
            self._items_before[condition] = frozenset(one.item for _, one in found)
        return self._items_before[condition]

    def is_filled_again(self, form: Form) -> bool:
        """Whether there may be several copies of a form."""
        planned = sum(len(visit.keys) for visit in self.visits if form.id in visit.forms)
        return form.repeats or planned + form.unplanned > 1

    @cached_property
    def looking_back(self) -> frozenset[str]:
        """The forms of which some check looks back on earlier copies."""
        every = ((form, check) for form in self.forms for check in form.every_check)
        return frozenset(form.id for form, check in every if self.items_before(check.that))

    @cached_property
    def read_by_conditions(self) -> dict[str, frozenset[str]]:
        """Of each form, the items on which it rests which of its items are asked."""
        return {
            form.id: frozenset[str]().union(
                *(self.items_read(item.shown_when) for item in form.items if item.shown_when)
            )
            for form in self.forms
        }

    @cached_property
    def checks_of_forms(self) -> dict[str, tuple[Form, Check]]:
        """Every check of a form as a whole by its code, with its form."""
        return {check.code: (form, check) for form in self.forms for check in form.checks}

    @cached_property
    def check_words(self) -> Vocabulary:
        """What checks may speak of: all that others may, and what stood on earlier copies."""
        earlier = earlier_words(self.vocabulary)
        return {**self.vocabulary, **{fact.name: fact for fact in earlier}}

    @cached_property
    def _items_read(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _items_before(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def form_asking(self) -> dict[str, Form]:
        """The form that asks an item, by the item's id."""
        return {item.id: form for form in self.forms for item in form.items}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every fact that the study's expressions may speak of, by its name.

        :raises Unreadable: when the formula of a derived fact cannot be read (`check` says where)
        """
        return {fact.name: fact for fact in words(self)}
