"""What Django's own translations are told: the program's catalogues, beside Django's and allauth's.

Django reads catalogues that are named after itself alone. Ours are read by the command line and by
reports too; so they are merged into what Django has read of each language, as it starts.
"""

from django.apps import AppConfig
from django.utils.translation import trans_real

from equipoise.study import catalogue

__all__ = ["Web"]


class Web(AppConfig):
    """The pages and the tables behind them."""

    name = "equipoise.web"

    def ready(self) -> None:
        """Let the pages say what the catalogues say."""
        for language in catalogue.spoken():
            trans_real.translation(language).merge(catalogue.translations(language))
