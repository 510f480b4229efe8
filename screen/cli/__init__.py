"""The command line: one module a group of commands, each registers on `app`."""

from sodalyte.screen.cli import (
    benchmark,
    campaign,
    cell,
    data,
    formulations,
    models,
    propose,
    screen,
)
from sodalyte.screen.cli.app import app, main

__all__ = [
    "app",
    "benchmark",
    "campaign",
    "cell",
    "data",
    "formulations",
    "main",
    "models",
    "propose",
    "screen",
]
