"""`python -m equipoise.cli VERB …`: the command where it is not installed by name."""

import sys

from equipoise.cli import main

sys.exit(main())
