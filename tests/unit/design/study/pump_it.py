"""The design of PUMP-IT as its study file has it, answered once for all tests that look at it."""

from equipoise.design.answer.assumed import assumptions_of
from equipoise.design.study_design import study_design
from tests.support import carried_study

STUDY = carried_study("pump-it")
ANSWER = study_design(assumptions_of(STUDY))
