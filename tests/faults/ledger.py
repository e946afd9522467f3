"""What the live stack's database says of the crowd's work, and what must hold of it after any fault."""

from tests.faults.crowd import SLUG

WORK = """
    SELECT s.id, s.number, row_number() OVER (PARTITION BY s.number ORDER BY u.email) - 1 AS learner, s.state,
           s.enrollment_id
    FROM projects_submission s JOIN projects_project p ON p.id = s.project_id
    JOIN courses_enrollment e ON e.id = s.enrollment_id JOIN accounts_user u ON u.id = e.user_id
    WHERE p.slug = %s
"""
ACCOUNT = f"""
    WITH work AS ({WORK})
    SELECT work.number, work.learner, work.state,
           (SELECT count(*) FROM projects_gradingjob j WHERE j.submission_id = work.id),
           (SELECT array_agg(r.score::int) FROM projects_gradingresult r JOIN projects_gradingjob j ON j.id = r.job_id
            WHERE j.submission_id = work.id),
           (SELECT count(*) FROM notifications_notification n JOIN projects_gradingjob j ON n.key = 'checks:' || j.id
            WHERE j.submission_id = work.id),
           (SELECT count(*) FROM notifications_delivery d JOIN notifications_notification n ON n.id = d.notification_id
            JOIN projects_gradingjob j ON n.key = 'checks:' || j.id WHERE j.submission_id = work.id)
    FROM work ORDER BY work.number, work.learner
"""
CHANGES = f"""
    WITH work AS ({WORK})
    SELECT work.learner, (SELECT array_agg(c.new_score::int ORDER BY c.at, c.id) FROM projects_gradechange c
        JOIN projects_grade g ON g.id = c.grade_id WHERE g.enrollment_id = work.enrollment_id)
    FROM work WHERE work.number = 1 ORDER BY work.learner
"""
JOBS = f"""
    WITH work AS ({WORK})
    SELECT j.id, j.state, j.attempt, j.worker, j.published_at
    FROM work JOIN projects_gradingjob j ON j.submission_id = work.id
    WHERE work.number = %s AND work.learner = %s
"""
OPEN = f"""
    WITH work AS ({WORK})
    SELECT j.state, count(*) FROM work JOIN projects_gradingjob j ON j.submission_id = work.id
    WHERE j.state IN ('pending', 'queued', 'leased', 'running') GROUP BY j.state
"""
DONE = f"WITH work AS ({WORK}) SELECT count(*) FROM work WHERE state IN ('checks_passed', 'checks_failed')"


class Ledger:
    """Reads the crowd's rows of one live stack."""

    def __init__(self, stack):
        self.stack = stack

    def done(self):
        """How much work has its result."""
        return self.stack.rows(DONE, SLUG)[0][0]

    def open(self):
        """How many jobs are in each state that is not the last."""
        return dict(self.stack.rows(OPEN, SLUG))

    def job(self, learner, round_number=1):
        """(id, state, attempt, worker, when it was last announced) of a learner's job."""
        return self.stack.rows(JOBS, SLUG, round_number, learner)[0]

    def is_running(self, learner, round_number=1):
        return bool(self.stack.rows(JOBS, SLUG, round_number, learner)) and (
            self.job(learner, round_number)[1] == "running"
        )

    def wrongs(self, rounds):
        """What does not hold: each submission has one job with one right result, told once; each grade rises once."""
        wrong = []
        account = self.stack.rows(ACCOUNT, SLUG)
        for number, learner, *found in account:
            score = points(learner, number)
            right = ["checks_passed" if score == 4 else "checks_failed", 1, [score], 1, 1]
            if found != right:
                wrong.append(f"attempt {number} of learner {learner}: {found}, expected {right}")
        for learner, scores in self.stack.rows(CHANGES, SLUG):
            expected = sorted({points(learner, number) for number in range(1, rounds + 1)})
            expected = expected if points(learner, 1) == 2 else [4]
            if scores != expected:
                wrong.append(f"the grade of learner {learner} went {scores}, expected {expected}")
        return wrong


def points(learner, round_number):
    """What learner's work of a round is worth."""
    return 4 if (learner + round_number) % 2 else 2
