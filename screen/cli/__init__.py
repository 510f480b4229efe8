"""The command line: one module a group of commands, each registers on `app`."""

from sodalyte.screen.cli import campaign, cell, data, formulations, propose
from sodalyte.screen.cli.app import app, main

__all__ = ["app", "campaign", "cell", "data", "formulations", "main", "propose"]
