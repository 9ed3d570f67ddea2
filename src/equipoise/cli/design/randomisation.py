"""`equipoise design randomisation STUDY`: how even and how predictable each method would be."""

import sys
from pathlib import Path

from equipoise.cli.design.answer import add_forms
from equipoise.cli.parsing import Parser
from equipoise.cli.start import made
from equipoise.design.drawn import SEED


def run(words: list[str]) -> int:
    """0 once printed; 1 when the study or the question does not stand."""
    parser = Parser(prog="equipoise design randomisation", description=__doc__)
    parser.add_argument("study", type=Path, help="the folder with study.yaml")
    parser.add_argument(
        "--share", action="append", default=[], metavar="FACTOR=SHARE,SHARE",
        help="the share of each level, in the order of the study file",
    )  # fmt: skip
    parser.add_argument("--participants", type=int, help="how many; else as the study enrols")
    parser.add_argument("--trials", type=int, default=2000, help="simulated trials a method")
    parser.add_argument("--seed", type=int, default=SEED, help="the same: the same figures")
    parser.add_argument("--svg", type=Path, help="where to write the picture")
    add_forms(parser)
    args = parser.parse_args(words)

    from equipoise.design.figures.randomisation import randomisation_figure
    from equipoise.design.predictability.choice import randomisation_choice
    from equipoise.design.predictability.compare import method_of, usual_methods
    from equipoise.design.predictability.population import population_of
    from equipoise.design.predictability.shares import rehearsed_shares, told_shares
    from equipoise.design.problems import BadDesign
    from equipoise.study.load import Invalid, load

    try:
        study = load(args.study)
        shares = {**rehearsed_shares(study, args.study), **told_shares(args.share)}
        population = population_of(study, shares, args.participants)
        answer = randomisation_choice(
            population, usual_methods(population), method_of(study), args.trials, args.seed
        )
    except (Invalid, BadDesign) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    print(getattr(answer, args.form)())
    if args.svg:
        made(args.svg.parent)
        args.svg.write_text(randomisation_figure(answer).svg, encoding="utf-8")
    return 0
