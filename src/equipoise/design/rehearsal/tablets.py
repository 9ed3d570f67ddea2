"""How many tablets of which strength are taken home for a planned cycle."""

from decimal import Decimal

from equipoise.conduct.state.treatment import Plan
from equipoise.study.model import Study
from equipoise.study.sections.treatment import Drug, quantity

__all__ = ["dispensed"]


def dispensed(study: Study, plan: Plan) -> dict[str, int]:
    """The tablets of all days of a cycle, by their names."""
    treatment, found = study.treatment, dict[str, int]()
    for name, dose in plan.doses.items() if treatment else ():
        part = treatment.part_of[name] if treatment else None
        drug = treatment.drug_of[part.drug] if treatment and part else None
        if part and drug and drug.tablets:
            times = len(part.days) * part.in_a_row * part.times_a_day
            for product, number in _one_dose(drug, Decimal(dose)).items():
                found[product] = found.get(product, 0) + times * number
    return found


def _one_dose(drug: Drug, dose: Decimal) -> dict[str, int]:
    """As many of the greatest as leave what others make up."""
    sizes = {one.id: quantity(one.amount, drug.unit) or Decimal(0) for one in drug.tablets}
    greatest, *rest = sorted(sizes, key=lambda name: sizes[name], reverse=True)
    smallest = rest[-1] if rest else greatest
    for number in range(int(dose // sizes[greatest]), -1, -1):
        left = dose - number * sizes[greatest]
        if left % sizes[smallest] == 0:
            found = {greatest: number, smallest: int(left / sizes[smallest])}
            return {name: count for name, count in found.items() if count}
    return {greatest: int(dose // sizes[greatest])}
