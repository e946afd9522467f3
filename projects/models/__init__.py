from projects.models.files import CurriculumFile, StoredFile
from projects.models.grades import Grade, GradeChange
from projects.models.grading import GraderVersion, GraderVersionFile, GradingJob, GradingResult
from projects.models.halts import GradingHalt
from projects.models.projects import Criterion, Level, Project, Rubric
from projects.models.regrade_requests import RegradeRequest
from projects.models.regrading import RegradeBatch, RegradeRun
from projects.models.reviews import Review, ReviewScore
from projects.models.submissions import Submission, SubmissionFile

__all__ = [
    "Criterion",
    "CurriculumFile",
    "Grade",
    "GradeChange",
    "GraderVersion",
    "GraderVersionFile",
    "GradingHalt",
    "GradingJob",
    "GradingResult",
    "Level",
    "Project",
    "RegradeBatch",
    "RegradeRequest",
    "RegradeRun",
    "Review",
    "ReviewScore",
    "Rubric",
    "StoredFile",
    "Submission",
    "SubmissionFile",
]
