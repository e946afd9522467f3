"""E-mails go out once: when the task runs twice, when its sender died, when the server is away."""

import smtplib
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from lms.notifications.actions import mail_invitation, notify, take_back
from lms.notifications.delivering import MAX_ATTEMPTS, due_deliveries, message_for, send_delivery, wait_after
from lms.notifications.models import Delivery, Kind
from lms.notifications.tasks import deliver, reconcile_deliveries
from lms.portal import operations
from tests import world
from tests.at_once import at_once
from tools.processes import portal_commands


@pytest.fixture
def delivery(learner):
    notify(
        recipient=learner, key="k", kind=Kind.ENROLLED, title="You are\nenrolled", path="/grades/", body="Look <here>."
    )
    return Delivery.objects.get()


@pytest.fixture
def broken(monkeypatch):
    def fail(error):
        def send_messages(self, messages):
            raise error

        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", send_messages)

    return fail


def test_an_email_has_text_html_and_a_stable_id(delivery):
    assert send_delivery(delivery.pk)
    (message,) = mail.outbox
    assert message.to == ["learner@example.org"]
    assert message.subject == "You are enrolled"
    assert "/grades/" in message.body
    html = message.alternatives[0].content
    assert "Look &lt;here&gt;." in html
    assert message.extra_headers["Message-ID"].startswith(f"<delivery-{delivery.pk}@")


def test_a_second_task_sends_nothing(delivery):
    assert [send_delivery(delivery.pk), send_delivery(delivery.pk)] == [True, False]
    assert len(mail.outbox) == 1


def test_a_dead_senders_email_is_sent_after_its_lease(delivery):
    dead = timezone.now() + timedelta(minutes=1)
    Delivery.objects.update(state="sending", lease_until=dead, attempts=1)
    assert not send_delivery(delivery.pk)
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert due_deliveries() == [delivery.pk]
    assert send_delivery(delivery.pk)
    assert Delivery.objects.get().state == "sent"


@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected("gone"), ConnectionRefusedError("refused")])
def test_a_server_that_is_away_puts_it_off_ever_longer(delivery, broken, error):
    broken(error)
    waits = []
    for _ in range(3):
        Delivery.objects.update(not_before=timezone.now())
        assert not send_delivery(delivery.pk)
        delivery.refresh_from_db()
        waits.append(delivery.not_before - timezone.now())
    assert waits == sorted(waits)
    assert delivery.state == "pending"
    assert delivery.error == str(error)
    assert due_deliveries() == []


def test_after_many_attempts_it_has_failed(delivery, broken):
    broken(smtplib.SMTPException("no"))
    states = []
    Delivery.objects.update(attempts=MAX_ATTEMPTS - 2)
    for _ in range(2):
        Delivery.objects.update(not_before=timezone.now())
        send_delivery(delivery.pk)
        delivery.refresh_from_db()
        states.append(delivery.state)
    assert states[0] != "failed"
    assert states[1] == "failed"
    assert due_deliveries() == []


def test_a_lost_message_to_the_worker_is_rung_again_by_the_clock_which_sends_nothing(delivery, monkeypatch):
    rung = []
    monkeypatch.setattr(deliver, "apply_async", lambda ids, **options: rung.append((ids, options)))
    reconcile_deliveries()
    assert rung == [((delivery.pk,), {"expires": 15})]
    assert mail.outbox == []


def test_it_is_tried_for_three_days_and_at_least_every_hour():
    waits = [wait_after(attempts) for attempts in range(1, MAX_ATTEMPTS)]
    assert waits == sorted(waits)
    assert max(waits) == timedelta(hours=1)
    assert timedelta(days=3) <= sum(waits, timedelta()) < timedelta(days=3, hours=2)


def test_a_delivery_that_breaks_the_sender_is_put_off_and_the_others_go_out(delivery, learner, monkeypatch, caplog):
    def broken_for_one(one):
        if one.pk == delivery.pk:
            raise KeyError("a template's fault")
        return message_for(one)

    monkeypatch.setattr("lms.notifications.delivering.message_for", broken_for_one)
    notify(recipient=learner, key="other", kind=Kind.ENROLLED, title="Fine", path="/")
    for pk in due_deliveries():
        send_delivery(pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.lease_until) == ("pending", None)
    assert "Traceback" in caplog.text
    assert [message.subject for message in mail.outbox] == ["Fine"]


def test_a_sender_that_dies_each_time_is_given_up(delivery):
    lost = timezone.now() - timedelta(seconds=1)
    Delivery.objects.update(state="sending", lease_until=lost, attempts=MAX_ATTEMPTS)
    assert not send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert due_deliveries() == []
    assert mail.outbox == []


def test_the_clock_has_a_queue_that_no_email_waits_in():
    routes = settings.CELERY_TASK_ROUTES
    queues = {entry["task"]: routes[entry["task"]]["queue"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert queues.pop("lms.portal.tasks.probe_box") == "grade"
    assert set(queues.values()) == {"clock"}
    assert deliver.name not in routes
    takers = [command[command.index("-Q") + 1] for command in portal_commands(1).values() if "-Q" in command]
    assert sorted(",".join(takers).split(",")) == sorted(operations.QUEUES)


def test_what_is_no_longer_true_is_not_sent(delivery, learner):
    take_back(recipient=learner, key="k")
    assert not send_delivery(delivery.pk)
    assert mail.outbox == []


def test_an_invitation_is_sent_with_its_link(cohort):
    place = world.make_invitation(cohort)
    mail_invitation(invitation=place.invitation)
    assert send_delivery(Delivery.objects.get().pk)
    assert place.invitation.token in mail.outbox[0].body
    assert mail.outbox[0].subject == "You are offered a place"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_tasks_at_once_send_one_email():
    person = world.make_user()
    notify(recipient=person, key="k", kind=Kind.ENROLLED, title="A place", path="/")
    pk = Delivery.objects.get().pk
    mail.outbox.clear()
    Delivery.objects.update(state="pending")
    outcomes = at_once(*(lambda: send_delivery(pk) for _ in range(4)))
    assert sorted(outcomes) == [False, False, False, True]
    assert len(mail.outbox) == 1
