"""Ages as the registry writes them, counted in months."""

import re

__all__ = ["OLDEST", "is_age", "maximum", "minimum", "months_of_year"]

OLDEST = 12 * 200
_AGE = re.compile(r"(\d{1,4})\s*(year|month|week|day|hour|minute)s?", re.IGNORECASE)
_OF_MONTH = {"year": 12.0, "month": 1.0, "week": 12 / 52.18, "day": 12 / 365.25}


def is_age(text: str) -> bool:
    """Whether it is an age as the registry writes them."""
    return _months(text) is not None


def minimum(age: str) -> int:
    """The first month of life in which someone may take part."""
    return int(found[0]) if (found := _months(age)) else 0


def maximum(age: str) -> int:
    """The last month of life in which someone may: 75 years last to the day before 76."""
    if not (found := _months(age)):
        return OLDEST
    months, unit = found
    return int(months + _OF_MONTH.get(unit, 0.0) - 1) if unit == "year" else int(months)


def months_of_year(years: int) -> tuple[int, int]:
    """The months of life of someone who is so many years old."""
    return years * 12, years * 12 + 11


def _months(age: str) -> tuple[float, str] | None:
    if not (found := _AGE.fullmatch(age.strip())):
        return None
    unit = found[2].lower()
    return int(found[1]) * _OF_MONTH.get(unit, 0.0), unit
