"""Starting Django for the verbs that work on an installation."""

import os


def django() -> None:
    """Read the settings and make the database ready to be asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "equipoise.web.settings")
    import django as framework

    framework.setup()
