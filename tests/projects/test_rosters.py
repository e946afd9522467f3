"""A list of people for a cohort: what a row would change is shown, and only that is done."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.actions.enrollments import enroll
from courses.models import CohortInvitation, Enrollment, EnrollmentTag, RosterImport
from lms.accounts.models import AuditEntry, User
from lms.lib.errors import InvalidInput
from lms.lib.tables import csv_lines
from lms.notifications.models import Delivery, Notification
from lms.portal.exports import roster_rows
from mentors.actions import assign_mentor
from mentors.models import MentorAssignment
from projects.actions import roster_applying
from projects.actions.roster_applying import apply_roster_portion, reconcile_applied_rosters
from projects.actions.rosters import confirm_roster, discard_roster, preview_roster, start_roster
from tests import world

HEAD = "E-mail,Name,Time zone,Mentor e-mail,Tags,State\n"


@pytest.fixture
def send(cohort, admin):
    """A function from the lines of a list to its preview."""

    def preview(text, head=HEAD, mode="enroll", withdraws_absent=False, columns=None):
        roster = start_roster(cohort=cohort, file_name="people.csv", data=(head + text).encode(), by=admin)
        chosen = {"columns": columns or roster.columns, "mode": mode, "withdraws_absent": withdraws_absent}
        preview_roster(roster=roster, **chosen, by=admin)
        roster.refresh_from_db()
        return roster

    return preview


def apply(roster, by, withdraws=False):
    """Confirm a preview and settle all of it; what came of each row, in order."""
    confirm_roster(roster=roster, seen=roster.edition, withdraws=withdraws, by=by)
    while apply_roster_portion(roster_id=roster.pk):
        pass
    roster.refresh_from_db()
    assert roster.state == "applied"
    return list(roster.rows.values_list("outcome", "told"))


def shown(roster):
    return list(roster.rows.values_list("change", "before", "after"))


def says(roster):
    return [" ".join(row) for row in roster.rows.values_list("says", flat=True)]


def test_a_new_person_gets_account_place_mentor_and_tags_at_once(send, admin, cohort, mentor):
    roster = send(f"Nora@New.org,Nora New,new york,{mentor.email},Evening; late\n")
    new = {"state": "active", "name": "Nora New", "time_zone": "America/New_York"}
    assert shown(roster) == [
        (
            "new",
            {"state": "", "mentor": "", "tags": []},
            {**new, "mentor": mentor.email, "tags": ["evening", "late"]},
        )
    ]
    assert not User.objects.filter(email="nora@new.org").exists()
    assert apply(roster, admin) == [("applied", "")]
    nora = User.objects.get(email="nora@new.org")
    place = nora.enrollments.get()
    assert (nora.name, nora.time_zone, nora.has_usable_password()) == ("Nora New", "America/New_York", False)
    assert nora.emailaddress_set.get().verified
    assert place.mentor_assignments.get().mentor.user == mentor
    assert [tag.name for tag in place.tags.all()] == ["evening", "late"]
    cohort.refresh_from_db()
    assert cohort.seats_taken == 2
    told = Notification.objects.filter(recipient=nora).values_list("kind", "path")
    assert set(told) == {("enrolled", "/accounts/password/reset/"), ("mentor_assigned", "/")}
    assert Delivery.objects.filter(notification__recipient=nora).count() == 2
    done = AuditEntry.objects.filter(cohort=cohort.pk, person=nora).values_list("action", flat=True)
    assert set(done) == {"create_person", "enroll", "assign_mentor", "set_tags"}
    assert AuditEntry.objects.get(action="import_roster").after == {"file": "people.csv", "new": 1}


def test_new_people_are_invited_by_email(send, admin, cohort):
    roster = send("a@x.org,Ann,,,early\nb@x.org\n", mode="invite")
    assert "import this list again then" in says(roster)[0]
    assert apply(roster, admin) == [("applied", ""), ("applied", "")]
    first = CohortInvitation.objects.order_by("pk").first()
    assert (first.invitation.email, first.invitation.name, first.cohort) == ("a@x.org", "Ann", cohort)
    assert "a place in Spring cohort" in first.invitation.offer
    assert Delivery.objects.filter(invitation__isnull=False).count() == 2
    assert [change for change, *_ in shown(send("a@x.org,Ann\n"))] == ["same"]


def test_what_differs_changes_and_an_empty_cell_changes_nothing(send, admin, enrollment, learner, mentor):
    EnrollmentTag.objects.create(enrollment=enrollment, name="early")
    assert [change for change, *_ in shown(send(f"{learner.email},,,,\n"))] == ["same"]
    roster = send(f"{learner.email},Lea Renamed,,,LATE\n")
    assert shown(roster) == [
        ("changed", {"name": "Lea Learner", "tags": ["early"]}, {"name": "Lea Renamed", "tags": ["late"]})
    ]
    assert apply(roster, admin) == [("applied", "")]
    learner.refresh_from_db()
    assert (learner.name, learner.time_zone) == ("Lea Renamed", "UTC")
    assert [tag.name for tag in enrollment.tags.all()] == ["late"]
    assert enrollment.mentor_assignments.get().mentor.user == mentor
    entry = AuditEntry.objects.get(action="change_profile")
    assert (entry.before, entry.after) == ({"name": "Lea Learner"}, {"name": "Lea Renamed"})


@pytest.mark.parametrize("elsewhere", ["mentor", "office", "program", "place"])
def test_who_is_more_than_a_learner_of_the_cohort_keeps_their_name(send, admin, cohort, other_cohort, elsewhere):
    place = world.make_enrollment(cohort, world.make_user("Max Many", "max@x.org"))
    more = {
        "mentor": world.make_mentor,
        "office": lambda user: world.make_cohort_staff(other_cohort, user),
        "program": lambda user: world.make_staff(other_cohort.program, user),
        "place": lambda user: world.make_enrollment(other_cohort, user),
    }
    more[elsewhere](place.user)
    roster = send("max@x.org,Somebody Else,Europe/Lisbon,,late\n")
    assert shown(roster) == [("changed", {"tags": []}, {"tags": ["late"]})]
    assert "stay their own" in says(roster)[0]
    assert apply(roster, admin) == [("applied", "")]
    place.user.refresh_from_db()
    assert (place.user.name, place.user.time_zone) == ("Max Many", "UTC")
    assert [change for change, *_ in shown(send("max@x.org,Somebody Else\n"))] == ["same"]


def test_an_account_that_was_never_confirmed_is_kept_for_who_owns_the_address(send, admin, cohort):
    asked = world.make_user("Someone", "nora@x.org")
    asked.emailaddress_set.update(verified=False)
    confirmed = world.make_user("Known", "known@x.org")
    assert apply(send("nora@x.org,Nora\nknown@x.org,Known\n"), admin) == [("applied", "")] * 2
    asked.refresh_from_db()
    confirmed.refresh_from_db()
    assert (asked.has_usable_password(), confirmed.has_usable_password()) == (False, True)
    assert asked.emailaddress_set.get().verified
    assert Notification.objects.get(recipient=asked, kind="enrolled").path == "/accounts/password/reset/"
    assert list(AuditEntry.objects.filter(action="claim_account").values_list("person", flat=True)) == [asked.pk]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (",Nobody", "There is no e-mail address"),
        ("nora at x.org,Nora", "“nora at x.org” is no e-mail address"),
        ("a@x.org,", "write the name as well"),
        ("a@x.org,A,Lisboa", "“Lisboa” is no time zone we know"),
        ("a@x.org,A,,stranger@x.org", "stranger@x.org is no mentor here"),
        ("a@x.org,A,,Mia", "“Mia” is no e-mail address: write the mentor"),
        ("a@x.org,A,,full@x.org", "Full Mentor has no free place (1 of 1 taken)."),
        ("full@x.org,F,,full@x.org", "Nobody looks after themselves"),
        (f"a@x.org,A,,,{'t' * 41}", "A tag has at most 40 characters"),
        (f"a@x.org,{'n' * 151}", "more than 150 characters"),
        ("first@x.org,Twice", "The same address stands in row 2"),
    ],
)
def test_a_row_with_an_error_says_what_is_wrong_and_is_left_out(send, admin, enrollment, line, complaint):
    full = world.make_mentor(world.make_user("Full Mentor", "full@x.org"), capacity=1)
    if not line.startswith("full"):
        world.make_assignment(full, enrollment)
    roster = send(f"first@x.org,First\n{line}\n")
    assert [change for change, *_ in shown(roster)] == ["new", "error"]
    assert complaint in says(roster)[1]
    assert apply(roster, admin) == [("applied", ""), ("left_out", "")]
    assert Enrollment.objects.count() == 2


def test_seats_and_places_go_to_the_first_rows(send, cohort, enrollment):
    cohort.seats = cohort.seats_taken + 2
    cohort.save()
    world.make_mentor(world.make_user("Max", "max@x.org"), capacity=1)
    roster = send("a@x.org,A,,max@x.org\nb@x.org,B,,max@x.org\nc@x.org,C\nd@x.org,D\n")
    assert [change for change, *_ in shown(roster)] == ["new", "error", "new", "error"]
    assert "Max has no free place" in says(roster)[1]
    assert "No seat is left" in says(roster)[3]


def test_what_changed_since_the_preview_is_told_and_not_overwritten(send, admin, cohort, learner, enrollment, mentor):
    other = world.make_mentor(world.make_user("Max", "max@x.org"), capacity=1)
    stays = world.make_enrollment(cohort, world.make_user("Stays", "stays@x.org"))
    roster = send(f"{learner.email},Lea New\nstays@x.org,Stays Here\nalso@x.org,Also,,max@x.org\nlast@x.org,Last\n")
    learner.name = "Lea Again"
    learner.save()
    assign_mentor(enrollment=stays, mentor=other, by=admin)
    enroll(cohort=cohort, user=world.make_user("Last", "last@x.org"), by=admin)
    assert apply(roster, admin) == [
        ("overtaken", "The name was “Lea Learner”, and is “Lea Again” now."),
        ("applied", ""),
        ("refused", "Max has no free place (1 of 1 taken)."),
        ("overtaken", "This person is active by now. Import the list again to see what is left."),
    ]
    learner.refresh_from_db()
    assert learner.name == "Lea Again"
    assert enrollment.mentor_assignments.get(ended_at=None).mentor.user == mentor


def test_who_is_absent_is_touched_only_when_asked(send, admin, cohort, learner):
    gone = world.make_enrollment(cohort, world.make_user("Gone", "gone@x.org"))
    assert len(shown(send(f"{learner.email}\n"))) == 1
    roster = send(f"{learner.email}\n", withdraws_absent=True)
    assert [(row.email, row.name, row.change) for row in roster.rows.all()] == [
        ("gone@x.org", "Gone", "leaving"),
        (learner.email, learner.name, "same"),
    ]
    with pytest.raises(InvalidInput, match="shall leave"):
        apply(roster, admin)
    assert apply(roster, admin, withdraws=True) == [("applied", ""), ("nothing", "")]
    gone.refresh_from_db()
    cohort.refresh_from_db()
    assert (gone.state, cohort.seats_taken) == ("withdrawn", 1)
    assert "people.csv" in AuditEntry.objects.get(action="withdraw").reason


def test_nobody_is_withdrawn_by_a_list_with_an_unreadable_address(send, learner):
    with pytest.raises(InvalidInput, match="no address in row 2"):
        send("oops\n", withdraws_absent=True)
    assert not send(f"oops\n{learner.email}\n").rows.filter(change="leaving").exists()


def test_a_seat_of_who_leaves_is_free_for_who_comes(send, admin, cohort):
    world.make_enrollment(cohort, world.make_user("Gone", "gone@x.org"))
    type(cohort).objects.filter(pk=cohort.pk).update(seats=1, seats_taken=1)
    roster = send("come@x.org,Come\n", withdraws_absent=True)
    assert apply(roster, admin, withdraws=True) == [("applied", ""), ("applied", "")]


def test_who_withdrew_comes_back_unless_the_file_says_withdrawn(send, admin, cohort):
    gone = world.make_enrollment(cohort, world.make_user("Gone", "gone@x.org"), state="withdrawn")
    assert [change for change, *_ in shown(send("gone@x.org,,,,,Withdrawn\n"))] == ["same"]
    roster = send("gone@x.org,Another Name\n")
    assert "their name and time zone stay their own" in says(roster)[0]
    assert apply(roster, admin) == [("applied", "")]
    gone.refresh_from_db()
    assert (gone.state, gone.user.name) == ("active", "Gone")
    assert Notification.objects.filter(recipient=gone.user, body__startswith="Welcome back").exists()


@pytest.mark.parametrize("mode", ["enroll", "invite"])
def test_an_exported_list_changes_nothing(send, cohort, enrollment, mentor, mode):
    EnrollmentTag.objects.create(enrollment=enrollment, name='"odd", tag; =1')
    world.make_enrollment(cohort, world.make_user("=HYPERLINK(1)", time_zone="Europe/Lisbon"))
    world.make_enrollment(cohort, world.make_user("'-quoted"), state="deferred")
    world.make_enrollment(cohort, world.make_user("Gone"), state="withdrawn")
    world.make_invitation(cohort)
    roster = send("".join(csv_lines(roster_rows(cohort, show="all"))), head="", mode=mode, withdraws_absent=True)
    assert [change for change, *_ in shown(roster)] == ["same"] * 5


def test_columns_are_guessed_in_several_wordings_and_remembered(send, cohort, admin):
    roster = start_roster(
        cohort=cohort,
        file_name="a.csv",
        data=b"Vorname;Nachname;E-Mail-Adresse;Gruppe\nA;B;a@x.org;c",
        by=admin,
    )
    assert roster.columns == ["first_name", "last_name", "email", "tags"]
    preview_roster(roster=roster, columns=["name", "", "email", ""], mode="enroll", withdraws_absent=False, by=admin)
    again = start_roster(
        cohort=cohort, file_name="b.csv", data=b"Nachname;Vorname;E-Mail-Adresse\nB;A;a@x.org", by=admin
    )
    assert (again.columns, again.mode) == (["", "name", "email"], "enroll")
    nameless = start_roster(cohort=cohort, file_name="c.csv", data=b"who;what\na@x.org;b\nb@x.org;c", by=admin)
    assert nameless.columns == ["email", ""]
    with pytest.raises(InvalidInput, match="column with the e-mail"):
        send("x\n", columns=["", "name", "", "", "", ""])
    with pytest.raises(InvalidInput, match="Two columns"):
        send("x\n", columns=["email", "email", "", "", "", ""])


def test_a_list_that_is_given_up_leaves_nothing(send, admin):
    roster = send("a@x.org,A\n")
    discard_roster(roster=roster, by=admin)
    assert not RosterImport.objects.exists()
    assert not User.objects.filter(email="a@x.org").exists()


def test_nothing_is_applied_but_what_was_seen(send, admin):
    roster = send("a@x.org,A\n")
    seen = roster.edition
    preview_roster(roster=roster, columns=roster.columns, mode="invite", withdraws_absent=False, by=admin)
    with pytest.raises(Exception, match="previewed anew"):
        confirm_roster(roster=roster, seen=seen, withdraws=False, by=admin)
    with pytest.raises(InvalidInput, match="nothing to apply"):
        apply(send("oops\n"), admin)


def test_what_stopped_half_way_goes_on_where_it_stopped(send, admin, settings, monkeypatch):
    settings.ROSTER_PORTION = 2
    roster = send("".join(f"p{n}@x.org,P{n}\n" for n in range(5)))
    confirm_roster(roster=roster, seen=roster.edition, withdraws=False, by=admin)
    assert apply_roster_portion(roster_id=roster.pk) == 2
    rung = []
    monkeypatch.setattr(roster_applying, "ring_for_roster", rung.append)
    killed_while_it_works(monkeypatch, roster)
    assert Enrollment.objects.count() == 2
    assert (apply_roster_portion(roster_id=roster.pk), reconcile_applied_rosters()) == (0, 0)
    RosterImport.objects.update(lease_until=roster.uploaded_at)
    assert (reconcile_applied_rosters(), rung) == (1, [roster.pk])
    assert [apply_roster_portion(roster_id=roster.pk) for _ in range(3)] == [2, 1, 0]
    roster.refresh_from_db()
    assert (roster.state, roster.done, Enrollment.objects.count()) == ("applied", 5, 5)


def test_a_portion_that_outlasts_its_lease_is_kept(send, admin, monkeypatch):
    roster = send("a@x.org,A\nb@x.org,B\n")
    confirm_roster(roster=roster, seen=roster.edition, withdraws=False, by=admin)
    settle = roster_applying.settle_rows

    def settle_slowly(held, rows):
        settle(held, rows)
        RosterImport.objects.update(lease_until=roster.uploaded_at)
        assert roster_applying._lease(roster.pk), "another worker takes it and waits"

    monkeypatch.setattr(roster_applying, "settle_rows", settle_slowly)
    assert apply_roster_portion(roster_id=roster.pk) == 2
    roster.refresh_from_db()
    assert (roster.state, roster.done, Enrollment.objects.count()) == ("applied", 2, 2)


def killed_while_it_works(monkeypatch, roster):
    """A worker dies in the middle of a portion: nothing of it is stored, and its lease lasts."""

    def die(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(roster_applying, "_store", die)
        with pytest.raises(KeyboardInterrupt):
            apply_roster_portion(roster_id=roster.pk)


def test_a_row_that_cannot_be_done_is_set_aside_and_holds_up_nobody(send, admin):
    roster = send("a@x.org,A\nb@x.org,B\nc@x.org,C\n")
    world.make_user("Squatter", "squatter@x.org").emailaddress_set.update(email="b@x.org")
    outcomes = apply(roster, admin)
    assert [outcome for outcome, _ in outcomes] == ["applied", "failed", "applied"]
    assert "IntegrityError" in outcomes[1][1]


def test_nobody_is_set_aside_for_what_another_worker_set_aside(send, admin, monkeypatch):
    roster = send("a@x.org,A\nb@x.org,B\nc@x.org,C\n")
    world.make_user("Squatter", "squatter@x.org").emailaddress_set.update(email="a@x.org")
    settle = roster_applying._settle

    def settle_after_another(roster_id, row=None, act=None):
        if act:
            settle(roster_id, row, act)
        return settle(roster_id, row, act)

    monkeypatch.setattr(roster_applying, "_settle", settle_after_another)
    assert [outcome for outcome, _ in apply(roster, admin)] == ["failed", "applied", "applied"]


def test_a_portion_costs_the_same_queries_at_any_size(send, admin, cohort, settings):
    type(cohort).objects.filter(pk=cohort.pk).update(seats=500)
    for n in range(8):
        world.make_mentor(world.make_user(f"Mentor {n}", f"m{n}@x.org"), capacity=20)
    costs = []
    for start, count in ((0, 4), (100, 24)):
        old = [world.make_enrollment(cohort, world.make_user(f"Old {start + n}")) for n in range(count)]
        lines = [f"p{start + n}@x.org,Person,,m{n % 8}@x.org,tag" for n in range(count)]
        lines += [f"{one.user.email},Other {n},,m{n % 8}@x.org,tag" for n, one in enumerate(old)]
        roster = send("\n".join(lines))
        confirm_roster(roster=roster, seen=roster.edition, withdraws=False, by=admin)
        with CaptureQueriesContext(connection) as queries:
            assert apply_roster_portion(roster_id=roster.pk) == 2 * count
        assert set(roster.rows.values_list("outcome", flat=True)) == {"applied"}
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 60
    assert MentorAssignment.objects.current().count() == 56
