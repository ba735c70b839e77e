"""The ticks: deliver what is due, close what is due, make the public answers that are missing.

Huey is the doorbell; the rows are the truth. A tick may fire on any number of workers: the database keeps it to once.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final

import structlog
from huey import crontab

from coalition.actions import bring_text, call_webhooks, hold_back, tick
from coalition.actions.announce import announce_due
from coalition.actions.ask_if_right import ask_due
from coalition.actions.ask_outcome import ask_outcomes
from coalition.actions.bounce import tell_of_bounces
from coalition.actions.close import close_due
from coalition.actions.collect import collect
from coalition.actions.cut import cut_due
from coalition.actions.daily_backup import back_up_due
from coalition.actions.deadline_near import tell_of_deadlines
from coalition.actions.digest import queue_digests
from coalition.actions.pace import Pace
from coalition.actions.rebuild import rebuild, start_afresh
from coalition.actions.release import release_due
from coalition.actions.remind import remind_due
from coalition.actions.request import forget_unconfirmed
from coalition.actions.retention import forget_by_itself
from coalition.actions.sessions import forget_old
from coalition.actions.signing_keys import publish_key
from coalition.actions.standing_consent import sign_due
from coalition.actions.step_up import forget_codes
from coalition.actions.sweep import sweep_if_wanted
from coalition.actions.tell_programs import tell_due
from coalition.emails import outbox
from coalition.extensions import make_huey
from coalition.rendering import bodies

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from coalition.config import Settings

TICK_SECONDS: Final = 60
log = structlog.get_logger(__name__)


class Jobs:
    """The job queue of one app: what the worker runs, and the bells that wake it."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self.huey: Any = make_huey(settings)
        self.stopping = threading.Event()
        """Set when the worker is asked to end: what takes long stops at its next step."""
        self._deliver = self.huey.task(name="deliver")(self.deliver)
        self._render = self.huey.task(name="render")(self.render)
        self._convert = self.huey.task(name="convert")(self.convert)
        self._tell = self.huey.task(name="tell")(self.tell)
        self._tick = self.huey.periodic_task(crontab(minute="*"), name="tick")(self.tick)
        self._delivering, self._rendering = _OneAtATime(), _OneAtATime()
        self._converting, self._telling = _OneAtATime(), _OneAtATime()
        self._alarm = self._bell = 0.0
        self._pace = Pace()

    # -- the bells: any process may ring ------------------------------------------------------------------------

    def ring_delivery(self) -> None:
        """Wake the worker: mail is due. A bell that can not ring loses nothing, the next tick finds the rows."""
        self._ring(self._deliver)

    def ring_rendering(self) -> None:
        """Wake the worker: a public answer is missing."""
        self._ring(self._render)

    def ring_converting(self) -> None:
        """Wake the worker: a file waits to be read."""
        self._ring(self._convert)

    def ring_telling(self) -> None:
        """Wake the worker: another program is to be told something."""
        self._ring(self._tell)

    def _ring(self, task: Any) -> None:
        """Put the task into the queue, unless it waits there: a thousand acts ring once."""
        storage, rung = self.huey.storage, _rung(task)
        try:
            if not storage.has_data_for_key(rung) and storage.put_if_empty(rung, b"1"):  # looking costs less
                task()
        except Exception as error:  # noqa: BLE001 -- whatever the queue's storage raises, the act is committed and stands
            log.warning("the doorbell did not ring", error=type(error).__name__)

    # -- the work: in the worker --------------------------------------------------------------------------------

    def start(self) -> None:
        """What a worker does first: find what was left over while none ran."""
        with self._app.app_context():
            publish_key()
            start_afresh()
        self._answer(self._deliver)
        self.ring_delivery()
        self.ring_rendering_again()
        self.ring_converting_again()
        self.ring_telling_again()
        self._tick()

    def deliver(self) -> None:
        """Deliver what is due, and come back when the next mail is, if that is before the next tick."""
        self._answer(self._deliver)
        with self._app.app_context():
            self._delivering.run(lambda: outbox.drain(is_stopping=self.stopping.is_set))
            self._set_alarm(outbox.seconds_until_next())

    def render(self) -> None:
        """Make the public answers that are missing."""
        self._answer(self._render)
        with self._app.app_context():
            self._rendering.run(lambda: rebuild(self._pace))
        self._render_in(self._pace.seconds_to_wait())

    def convert(self) -> None:
        """Read the files that were brought to become texts."""
        self._answer(self._convert)
        with self._app.app_context():
            self._converting.run(lambda: bring_text.convert_waiting(is_stopping=self.stopping.is_set))

    def tell(self) -> None:
        """Tell other programs what is due; work of its own, for their servers may be slow."""
        self._answer(self._tell)
        with self._app.app_context():
            self._telling.run(lambda: tell_due(is_stopping=self.stopping.is_set))

    def tick(self) -> None:
        """Every minute: what only time makes due, and what the bells missed. One failure does not keep the rest."""
        for work in (
            self.close,
            self.release,
            self.announce,
            self.cut,
            self.sign_beforehand,
            self.remind,
            self.ask_if_right,
            self.forget_codes,
            self.forget,
            self.tell_of_deadlines,
            self.ask_outcomes,
            self.queue_digests,
            self.tell_of_bounces,
            self.ring_rendering_again,
            self.ring_converting_again,
            self.ring_telling_again,
            self.deliver,
            self.sweep,
            self.collect_mail,
            self.back_up,
        ):
            try:
                self._kept(work)
            except Exception:
                # The other work of the tick is due all the same.
                log.exception("a tick failed", work=work.__name__)

    def _kept(self, work: Callable[[], object]) -> None:
        """Do one work of the tick, written down where the desk and /health read it (`coalition.actions.machine`)."""
        with self._app.app_context():
            if hold_back.may_run(work.__name__):
                tick.kept(work.__name__, work)

    def close(self) -> None:
        """Close the letters whose deadline and grace have passed."""
        with self._app.app_context():
            close_due()

    def release(self) -> None:
        """Carry out the releases whose instant has come; after what closes, for a letter may close a minute before."""
        with self._app.app_context():
            release_due()

    def cut(self) -> None:
        """Make the day's edition of rolling letters that want one."""
        with self._app.app_context():
            cut_due()

    def announce(self) -> None:
        """Tell of the releases that can be undone no more."""
        with self._app.app_context():
            announce_due()

    def sign_beforehand(self) -> None:
        """Make the signatures that were agreed to beforehand and to which nobody said no."""
        with self._app.app_context():
            sign_due()

    def collect_mail(self) -> None:
        """Take in the mail that waits in our mailbox, where there is one; last, for its server may be slow."""
        with self._app.app_context():
            collect(is_stopping=self.stopping.is_set)

    def back_up(self) -> None:
        """Make the day's backup, where the settings name a folder; last, for it may take long."""
        with self._app.app_context():
            back_up_due()

    def remind(self) -> None:
        """Remind those who have not answered, as each letter's plan has it."""
        with self._app.app_context():
            remind_due()

    def tell_of_deadlines(self) -> None:
        """Tell coordinators what is open, a day before a deadline."""
        with self._app.app_context():
            tell_of_deadlines()

    def ask_outcomes(self) -> None:
        """Ask coordinators what came of a letter, half a year after its publication."""
        with self._app.app_context():
            ask_outcomes()

    def queue_digests(self) -> None:
        """Queue the digests of those for whom it is morning."""
        with self._app.app_context():
            queue_digests()

    def tell_of_bounces(self) -> None:
        """Tell coordinators of mails that came back."""
        with self._app.app_context():
            tell_of_bounces()

    def forget_codes(self) -> None:
        """Delete the step-up codes that work no more: their rows would tell whose answers needed one.

        And the requests that nobody confirmed, of which a flood leaves many.
        """
        with self._app.app_context():
            forget_codes()
            forget_unconfirmed()
            forget_old()

    def forget(self) -> None:
        """Forget, long after a letter closed, who did not sign it and who wrote its comments."""
        with self._app.app_context():
            forget_by_itself()

    def sweep(self) -> None:
        """Leave nothing of what was erased in the files of the database; late, for it keeps writers waiting."""
        with self._app.app_context():
            sweep_if_wanted()

    def ask_if_right(self) -> None:
        """Ask the organisations whose year is over whether their entry is right."""
        with self._app.app_context():
            ask_due()

    def ring_rendering_again(self) -> None:
        """Ring for the public answers, whatever became of the bell before."""
        self._answer(self._render)
        self.ring_rendering()

    def ring_converting_again(self) -> None:
        """Ring for the files, whatever became of the bell before."""
        self._answer(self._convert)
        self.ring_converting()

    def ring_telling_again(self) -> None:
        """Ring for what other programs are to be told, whatever became of the bell before."""
        self._answer(self._tell)
        self.ring_telling()

    def _answer(self, task: Any) -> None:
        """Take the bell off: what is rung from now on is heard as new."""
        self.huey.storage.delete_data(_rung(task))

    def _set_alarm(self, seconds: float | None) -> None:
        """Have mail delivered in so many seconds, unless an earlier alarm stands; the tick is one."""
        now = time.monotonic()
        if seconds is None or seconds >= TICK_SECONDS or now < self._alarm <= now + seconds:
            return
        wait = max(seconds, 1.0)
        self._alarm = now + wait
        self._deliver.schedule(delay=wait)

    def _render_in(self, seconds: float | None) -> None:
        """Ring for the public answers in so many seconds: what waits for its share of the machine goes on then."""
        now = time.monotonic()
        if seconds is None or seconds >= TICK_SECONDS or now < self._bell <= now + seconds:
            return
        self._bell = now + seconds
        bell = threading.Timer(seconds, self.ring_rendering)
        bell.daemon = True
        bell.start()


class _OneAtATime:
    """Runs work that two threads ask for at once in one of them, once more if it was asked for meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_wanted = False

    def run(self, work: Callable[[], object]) -> None:
        self._is_wanted = True
        while self._is_wanted and self._lock.acquire(blocking=False):
            try:
                self._is_wanted = False
                work()
            finally:
                self._lock.release()


def _rung(task: Any) -> str:
    return f"rung:{task.name}"


def connect(app: Flask, settings: Settings) -> None:
    """Give the app its job queue, and the outbox and the public pages their bells."""
    jobs = Jobs(app, settings)
    app.extensions["coalition.jobs"] = jobs
    outbox.doorbell.ring = jobs.ring_delivery
    bodies.doorbell.ring = jobs.ring_rendering
    bring_text.doorbell.ring = jobs.ring_converting
    call_webhooks.doorbell.ring = jobs.ring_telling
