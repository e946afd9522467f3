from courses.models.accommodations import Accommodation
from courses.models.admissions import AdmissionRubric, AdmissionScore, Application, Intake
from courses.models.cohorts import Break, Cohort, CohortStaff
from courses.models.contents import Content, ContentImage
from courses.models.curricula import Activity, Curriculum, Module, Program, ProgramStaff, Skill
from courses.models.enrollments import ActivityProgress, CohortInvitation, Enrollment, Extension, Pause
from courses.models.entry_attempts import EntryAttempt
from courses.models.feeds import CalendarFeed, FeedEvent
from courses.models.keepsakes import Keepsake
from courses.models.office_changes import OfficeChange
from courses.models.place_requests import PlaceRequest
from courses.models.quizzes import Question, Quiz, QuizAttempt
from courses.models.rosters import RosterImport, RosterRow
from courses.models.tags import EnrollmentTag
from courses.models.transfers import EnrollmentTransfer

__all__ = [
    "Accommodation",
    "Activity",
    "ActivityProgress",
    "AdmissionRubric",
    "AdmissionScore",
    "Application",
    "Break",
    "CalendarFeed",
    "Cohort",
    "CohortInvitation",
    "CohortStaff",
    "Content",
    "ContentImage",
    "Curriculum",
    "Enrollment",
    "EnrollmentTag",
    "EnrollmentTransfer",
    "EntryAttempt",
    "Extension",
    "FeedEvent",
    "Intake",
    "Keepsake",
    "Module",
    "OfficeChange",
    "Pause",
    "PlaceRequest",
    "Program",
    "ProgramStaff",
    "Question",
    "Quiz",
    "QuizAttempt",
    "RosterImport",
    "RosterRow",
    "Skill",
]
