"""Vectors from smallerize 0.5.0 (M. Mather, MPL-2.0), a published package for minimisation.

    python -m venv build/smallerize
    build/smallerize/bin/pip install smallerize==0.5.0
    build/smallerize/bin/python tests/oracle/minimisation/make_smallerize_vectors.py \
        > tests/oracle/minimisation/vectors_smallerize.json

The package is called, not copied, and is no dependency of ours. Two things to know:

- After dividing the counts by the ratio it adds 1 for the new subject, where Han et al. add 1 and
  then divide. At equal ratios this is the same; at unequal ratios only its chances are asked for.
- It breaks ties by lot before it gives chances, so chances are kept only where no arms tie.
"""

import json
import random
import sys

from smallerize import Arm, Factor, Minimizer

MEASURES = {
    "range": "range",
    "sd": "standard_deviation",
    "variance": "variance",
    "marginal balance": "marginal_balance",
}
CLOSE = 1e-9


def rounded(values):
    return [float(f"{value:.12g}") for value in values]


def equal_ratio(luck):
    arms, levels = luck.randint(2, 4), [luck.randint(2, 4) for _ in range(luck.randint(1, 4))]
    weights = [luck.choice([1, 1, 2, 3, 0.5, 0.75]) for _ in levels]
    measure, p = luck.choice(list(MEASURES)), luck.choice([0.6, 0.7, 0.75, 0.8, 0.9, 1.0])
    minimizer = Minimizer(
        factors=[
            Factor(str(i), [str(level) for level in range(1, count + 1)], weight=weight)
            for i, (count, weight) in enumerate(zip(levels, weights, strict=True))
        ],
        arms=[Arm(str(arm)) for arm in range(1, arms + 1)],
        d_imbalance_method=MEASURES[measure],
        total_imbalance_method="weighted_sum",
        probability_method="biased_coin",
        preferred_p=p,
    )

    def profile():
        return {str(i): str(luck.randint(1, count)) for i, count in enumerate(levels)}

    history = []
    for _ in range(luck.randint(0, 50)):
        strata, arm = profile(), str(luck.randint(1, arms))
        minimizer._add_participant_to_arm(strata, arm)
        history.append(arm + "".join(strata.values()))
    strata = profile()
    scores = minimizer.get_new_total_imbalances(strata)
    names = [str(arm) for arm in range(1, arms + 1)]
    least = min(scores.values())
    favoured = [int(name) for name in names if scores[name] - least < CLOSE]
    chances = minimizer.get_arm_probability(scores) if len(favoured) == 1 else {}
    return {
        "measure": measure,
        "ratio": [1] * arms,
        "weights": [str(weight) for weight in weights],
        "p": str(p),
        "history": " ".join(history),
        "strata": [int(level) for level in strata.values()],
        "scores": rounded(scores[name] for name in names),
        "favoured": favoured,
        "chances": rounded(chances[name] for name in names) if chances else None,
    }


def any_ratio(luck):
    ratio = [luck.randint(1, 5) for _ in range(luck.randint(2, 4))]
    names = [str(arm) for arm in range(1, len(ratio) + 1)]
    p = luck.choice([0.6, 0.7, 0.75, 0.8, 0.9, 1.0])
    minimizer = Minimizer(
        factors=[Factor("only", ["1", "2"])],
        arms=[Arm(name, share) for name, share in zip(names, ratio, strict=True)],
        probability_method="biased_coin",
        preferred_p=p,
    )
    favoured = luck.choice(names)
    chances = minimizer.get_arm_probability({name: int(name != favoured) for name in names})
    return {
        "ratio": ratio,
        "p": str(p),
        "favoured": int(favoured),
        "chances": rounded(chances[name] for name in names),
    }


def main():
    luck = random.Random(1975)
    whole = [equal_ratio(luck) for _ in range(600)]
    chances = [any_ratio(luck) for _ in range(400)]
    rows = {"whole": whole, "chances": chances}
    parts = [
        f'"{name}": [\n' + ",\n".join(json.dumps(v, separators=(",", ":")) for v in vectors) + "\n]"
        for name, vectors in rows.items()
    ]
    sys.stdout.write("{" + ",\n".join(parts) + "}\n")


main()
