"""Review and signature: which forms a data manager reviews, and which an investigator signs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from equipoise.study.parts import Code, Part, Source, YesNo

if TYPE_CHECKING:
    from equipoise.study.model import Study
    from equipoise.study.places import Key

__all__ = ["Signing"]

Forms = Literal["every"] | tuple[Code, ...]


class Signing(Part):
    """What is reviewed and signed before a participant's data are locked."""

    review: Forms = Field(default=(), description="forms that are reviewed; every: all of them")
    sign: Forms = Field(default=(), description="forms that are signed; every: all of them")
    review_first: YesNo = Field(
        default=False, description="whether a form is signed only once it was reviewed"
    )
    source: Source

    def reviews(self, form: str) -> bool:
        """Whether a form is to be reviewed."""
        return self.review == "every" or form in self.review

    def signs(self, form: str) -> bool:
        """Whether a form is to be signed."""
        return self.sign == "every" or form in self.sign

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """Forms that the study does not have, and what nobody may do."""
        may = {kind for role in study.roles for kind in role.may}
        for name, forms, kind in (
            ("review", self.review, "review.form"),
            ("sign", self.sign, "signature.form"),
        ):
            for n, form in enumerate(forms if forms != "every" else ()):
                if form not in study.form_of:
                    yield (name, n), f"no form named {form!r}"
            if forms and kind not in may:
                yield (name,), f"no role may do {kind!r}, so that nobody could"
        if self.review_first and not self.review:
            yield ("review_first",), "no form is reviewed, so that none could ever be signed"
