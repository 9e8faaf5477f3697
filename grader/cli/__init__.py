"""The commands: one thin function each, loaded only when it is called."""

from grader.cli.app import main

__all__ = ["main"]
