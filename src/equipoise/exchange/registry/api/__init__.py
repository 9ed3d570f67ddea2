"""The registry's own read API over our index: a client that was written for it need not change.

What is understood is in `answers` and `expressions`; everything else is a mistake of the caller's
and is told (`Mistaken`, for a status of 400). Nothing here knows the web.
"""
