"""A sweep on paper: power curves, bounds, duration and operating characteristics.

`chart` draws lines, `pictures` says which, `write` puts them on one HTML `page` and in one PDF. The
same sweep gives the same bytes.
"""
