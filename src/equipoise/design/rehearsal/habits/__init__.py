"""How invented people fare in one chapter, beside their visits: every module here is one habit.

A chapter's habit bears the chapter's name; its figures stand under `habits` in `rehearsal.yaml`.
"""

from importlib import import_module
from pkgutil import iter_modules

from equipoise.design.rehearsal.habits.habit import Habit, Stay, Step

__all__ = ["HABITS", "Habit", "Stay", "Step"]

_MODULES = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]

HABITS: dict[str, Habit] = {
    module.__name__.rpartition(".")[2]: module.HABIT
    for module in _MODULES
    if hasattr(module, "HABIT")
}
"""Every habit by its name."""
