"""Who handed in what: folders, archives and the exports of courses' systems, read within bounds."""

from grader.intake.collect import Intake, read, read_one
from grader.intake.files import Bounds
from grader.intake.roster import Roster

__all__ = ["Bounds", "Intake", "Roster", "read", "read_one"]
