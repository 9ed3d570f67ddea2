"""RECIST 1.1: the response of a tumour, worked out of its measurements and never typed."""

from equipoise.conduct.recist.best import Best, BestResponses, best_responses
from equipoise.conduct.recist.chapter import CHAPTER
from equipoise.conduct.recist.evaluations import Evaluation, evaluations
from equipoise.conduct.recist.response import Response, Sums

__all__ = ["CHAPTER", "Best", "BestResponses", "Evaluation", "Response", "Sums", "best_responses"]
__all__ += ["evaluations"]
