"""Files for other systems: spreadsheets, courses' systems, continuous integration."""

from grader.exports.base import Layout, Rendered, Request

__all__ = ["Layout", "Rendered", "Request"]
