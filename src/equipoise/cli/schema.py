"""`equipoise schema`: the JSON Schema of a study file."""

import argparse
import json


def run(words: list[str]) -> int:
    """Prints the schema."""
    argparse.ArgumentParser(prog="equipoise schema", description=__doc__).parse_args(words)

    from equipoise.study.load import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0
