"""`equipoise check STUDY`: is the study file sound, do its cases hold, what does it leave open?"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.cli.parsing import Parser

if TYPE_CHECKING:
    from equipoise.study.model import Study
    from equipoise.study.places import Problem


def run(words: list[str]) -> int:
    """0 when the study holds together and every case holds."""
    parser = Parser(prog="equipoise check", description=__doc__)
    parser.add_argument("study", type=Path, help="the folder with study.yaml")
    args = parser.parse_args(words)

    from equipoise.conduct.fitness import examined
    from equipoise.study.check import doubts, open_points
    from equipoise.study.load import Invalid
    from equipoise.study.unread import left_over

    try:
        found = examined(args.study)
    except Invalid as error:
        _refuse(error.problems)
        return 1
    if found.problems:
        _refuse(found.problems)
        return 1
    for case in found.failed:
        print(f"{case.place}: {case.because}: {case.found}", file=sys.stderr)
    if not found.cases:
        print(_NO_CASES.format(args.study / "cases"), file=sys.stderr)
    _tell(found.study, found.cases, len(found.failed))
    for file, because in left_over(args.study):
        print(f"{file}: warning: {because}", file=sys.stderr)
    for doubt in doubts(found.study):
        print(f"{args.study / 'study.yaml'}: warning: {doubt}", file=sys.stderr)
    recalled = sum(one.source.tag == "recalled" for one in found.study.sourced.values())
    if recalled:
        print(f"  {recalled} recalled values, which the sponsor confirms before a trial opens")
    points = open_points(found.study)
    print(f"  {len(points)} points to settle with the sponsor")
    for where, point in points:
        print(f"    {where}: {point}")
    return 1 if found.failed else 0


_NO_CASES = (
    "{}: warning: there is no worked case, so nothing shows that the criteria say what is meant; "
    "write some (docs/how-to/write-a-study.md)"
)


def _refuse(problems: "list[Problem]") -> None:
    """Every problem, and nothing beside it that could be taken for an answer."""
    for problem in problems:
        print(problem, file=sys.stderr)
    print(
        f"\n{len(problems)} to mend; the worked cases are run when nothing is left to mend",
        file=sys.stderr,
    )


def _tell(study: "Study", cases: int, failed: int) -> None:
    inclusion, exclusion = study.criteria.inclusion, study.criteria.exclusion
    leaves = list(study.criteria.leaves())
    print(f"{study.identity.acronym}, version {study.version}, digest {study.digest[:16]}…")
    parts = [f"{c.id} has {len(c.parts)} parts" for c in (*inclusion, *exclusion) if c.parts]
    details = f" ({', '.join(parts)})" if parts else ""
    print(
        f"  {len(inclusion)} inclusion criteria{details}, {len(exclusion)} exclusion criteria, "
        f"{len(leaves)} leaves in all"
    )
    print(
        f"  {len(study.forms)} forms, {len(study.items)} items, {len(study.visits)} visits, "
        f"{len(study.arms)} arms, {len(study.sites)} sites, {len(study.roles)} roles"
    )
    if names := _retired(study):
        print(f"  retired: {', '.join(names)}")
    print(f"  {cases} worked cases, {failed} do not hold" if cases else "  no worked case")


def _retired(study: "Study") -> list[str]:
    kinds = (study.arms, study.sites, study.visits, study.forms, study.items.values())
    return [part.id for parts in kinds for part in parts if part.retired]
