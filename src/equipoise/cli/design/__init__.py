"""`equipoise design STUDY`: what the sample size can show, and what an interim look would cost.

`equipoise design QUESTION …` asks something else of the design; each question is a module here.
"""

import importlib
import sys

QUESTIONS = {
    "answer": "what the sample size can show, with the price of an interim look (the default)",
    "randomisation": "balance and predictability of the methods, before one is chosen",
    "sweep": "the design simulated under many scenarios: power curves, duration, characteristics",
    "forecast": "when the last participant and the last event will come, from the trial's entries",
}


def run(words: list[str]) -> int:
    """0 once answered; 1 when the design does not stand, with every reason."""
    if not words or words[0] in ("-h", "--help"):
        return _help()
    question = words[0] if words[0] in QUESTIONS else "answer"
    module = importlib.import_module(f"equipoise.cli.design.{question}")
    return int(module.run(words[1:] if words[0] in QUESTIONS else words))


def _help() -> int:
    print("usage: equipoise design [QUESTION] STUDY …   (QUESTION --help says more)\n")
    for name, what in QUESTIONS.items():
        print(f"  {name:<14} {what}")
    sys.stdout.flush()
    return 0
