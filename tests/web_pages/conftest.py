"""What tests of pages share with those of the installation."""

from tests.web.post_office import post_office  # noqa: F401  (a fixture)
