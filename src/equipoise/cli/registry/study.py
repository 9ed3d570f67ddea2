"""Our study as a record, beside its record, and begun from one."""

from argparse import Namespace


def export(args: Namespace) -> int:
    return 0


def differences(args: Namespace) -> int:
    return 0


def draft(args: Namespace) -> int:
    return 0
