"""Who handed in what: folders, archives and the exports of courses' systems, read within bounds."""

from grader.intake.collect import Intake, read
from grader.intake.files import Bounds
from grader.intake.roster import Roster

__all__ = ["Bounds", "Intake", "Roster", "read"]
