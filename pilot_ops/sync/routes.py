"""What phones push and pull, in JSON, and the pages about what waits on them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from pilot_ops.counting import queries as counting
from pilot_ops.events.labels import GROUPS as EVENT_GROUPS
from pilot_ops.events.labels import REASONS as EVENT_REASONS
from pilot_ops.events.queries import list_events
from pilot_ops.kernel.access import Actor, Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Denial, Forbidden, NotFound, Refused
from pilot_ops.kernel.web.files import FileForm
from pilot_ops.kernel.web.forms import sentence_of
from pilot_ops.kernel.web.guard import actor, requires, signed_in
from pilot_ops.kernel.web.offline import to_keep
from pilot_ops.kernel.writer import submit_shared
from pilot_ops.meals import queries as meals
from pilot_ops.meals.domain import Count, count_of, totals_of
from pilot_ops.meals.labels import GROUPS, REASONS
from pilot_ops.parks.queries import park_names
from pilot_ops.phones import service as phones
from pilot_ops.places.queries import list_places
from pilot_ops.schedule import queries as schedule
from pilot_ops.schedule.labels import REASONS as DAY_REASONS
from pilot_ops.sync import export
from pilot_ops.sync.service import ReadIn, Result, Scanned, Stored, work_of
from pilot_ops.sync.service import read_in as take_in
from pilot_ops.sync.wire import BadPush, Broken, Event, Push, read
from pilot_ops.tickets.domain import Outcome
from pilot_ops.tickets.labels import REASONS as TICKET_REASONS

bp = Blueprint("sync", __name__)
_A_YEAR = timedelta(days=366)
_SENTENCES: dict[Any, Any] = {**DAY_REASONS, **EVENT_REASONS, **REASONS}
_GROUPS: dict[Any, Any] = {**GROUPS, **EVENT_GROUPS}


@bp.get("/sync")
@signed_in
def hello() -> ResponseReturnValue:
    """Who is signed in, and a token to push with: a page kept since yesterday has yesterday's."""
    return {"user": actor().key, "token": generate_csrf()}


@bp.post("/sync")
@signed_in
def push() -> ResponseReturnValue:
    """Take in up to a hundred events; each is answered, and what is answered as stored is on disk."""
    try:
        sent = read(request.get_data())
    except BadPush:
        return {"error": "bad request"}, 400
    who, at = actor(), now()
    if sent.user and sent.user != who.key:
        # What one person tapped is never stored as another's.
        return {"error": "sign-in"}, 401
    works = [None if isinstance(event, Broken) else work_of(event, who, at) for event in sent.events]
    # All are handed over before any is waited for, so that they share a commit.
    waiting = [None if work is None else submit_shared(work.do, key=work.key) for work in works]
    counts: dict[str, dict[str, int]] = {}
    results = []
    for event, piece in zip(sent.events, waiting, strict=True):
        answer = {"result": Result.UNKNOWN.value} if piece is None else _answer(event, piece.result, counts)
        results.append({"id": str(event.id), **answer})
    _note_seen(who, sent, at)
    return {"user": who.key, "results": results, "counts": counts, "now": at.isoformat()}


def _note_seen(who: Actor, sent: Push, at: datetime) -> None:
    """Write down that an enrolled phone was heard from, once a minute at most."""
    if who.is_phone:
        left = max(0, sent.waiting - len(sent.events))
        submit_shared(lambda session: phones.note_seen(session, who, waiting=left, at=at)).result()


def _answer(
    event: Event | Broken, result: Callable[[], Stored | Scanned], counts: dict[str, dict[str, int]]
) -> dict[str, Any]:
    """What became of an event; the totals it changed are put into ``counts`` by what was counted.

    A refused event stays on the phone, in a list with its reason: what was tapped is never thrown away unseen.
    """
    try:
        stored = result()
    except Denial as denial:
        return {"result": Result.REFUSED.value, "text": _why(denial, event)}
    if isinstance(stored, Scanned):
        return {"result": Result.STORED.value, **_scanned(stored.outcome)}
    if stored.group:
        counts.setdefault(stored.subject, {})[stored.group] = stored.total
    return {"result": Result.STORED.value}


def _scanned(outcome: Outcome) -> dict[str, Any]:
    """What a scan came to: what had happened is stored all the same, and the phone is told if it should not have."""
    told = {"label": outcome.label, "left": outcome.left, "conflict": outcome.conflict}
    if outcome.reason is None:
        return told
    return {**told, "reason": outcome.reason.value, "text": sentence_of(Refused(outcome.reason), TICKET_REASONS)}


def _why(denial: Denial | None, event: Event | Broken) -> str:
    """Why an event is refused, in the reader's language."""
    of_ticket = isinstance(event, Event) and event.kind.startswith("ticket.")
    of_event = isinstance(event, Event) and event.kind.startswith("event.")
    if isinstance(denial, Refused):
        return sentence_of(denial, TICKET_REASONS if of_ticket else _SENTENCES)
    if isinstance(denial, Forbidden) and of_ticket:
        return str(_("Sinulla ei ole enää oikeutta tähän paikkaan"))
    if denial is not None and of_event:
        return str(_("Tätä tapahtumaa ei voi enää laskea tällä puhelimella"))
    if isinstance(denial, Forbidden):
        return str(_("Sinulla ei ole enää oikeutta laskea tässä puistossa"))
    if isinstance(denial, NotFound) and of_ticket:
        return str(_("Paikkaa ei löydy. Valitse paikka luettelosta"))
    if isinstance(denial, NotFound):
        return str(_("Päivää ei enää ole suunnitelmassa"))
    return str(_("Palvelu ei tunne tätä merkintää"))


@bp.get("/sync/counts/<uuid:park_id>/<day>")
@requires(Permission.MEALS_COUNT)
def counts(park_id: UUID, day: str) -> ResponseReturnValue:
    """The counts of a meal day on all phones and on this one, whether it has ended, and what time it is.

    An open counting page asks every few seconds; while nothing has changed it is answered 304 by the ETag.
    """
    who = actor()
    who.must(Permission.MEALS_COUNT, park_id)
    with reading() as session:
        found = schedule.find_day(session, park_id, _day(day))
        if found is None:
            raise NotFound
        count = meals.get_count(session, found.id)
        device = who.device_id
        mine = count_of(counting.device_totals(session, found.id, device)) if device else Count()
    totals = {group.value: total for group, total in totals_of(count).items()}
    answer = jsonify(status=found.status.value, counts=totals, phone=mine.first_portions)
    answer.add_etag()
    answer.headers["Pilot-Ops-Now"] = now().isoformat()
    return answer.make_conditional(request)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound from None


@bp.get("/phone")
@signed_in
def phone() -> ResponseReturnValue:
    """What waits on this phone, and ways to get it out."""
    return to_keep(render_template("sync/phone.html", groups=_GROUPS))


@bp.route("/phones/read-in", methods=["GET", "POST"])
@requires(Permission.PHONES_EDIT)
def read_in() -> ResponseReturnValue:
    """Read in the file of a phone that finds no network: first what is in it, then the reading in."""
    form = FileForm()
    content = form.file() if form.validate_on_submit() else b""
    file, error = _opened(content)
    done = _take_in(file) if file and request.form.get("step") == "import" else None
    with reading() as session:
        names = park_names(session)
        names |= {place.id: place.name for place in list_places(session, inactive=True)}
        names |= {event.id: event.name.fi for event in list_events(session, first=local_day(now()) - _A_YEAR)}
    lines = export.lines_of(file, names) if file else ()
    refused = [(event, _why(denial, event)) for event, denial in done.refused] if done else []
    page = {
        "file": file,
        "error": error,
        "lines": lines,
        "done": done,
        "refused": refused,
        "groups": _GROUPS,
    }
    return render_template("sync/read_in.html", form=form, **page)


def _opened(content: bytes) -> tuple[export.PhoneFile | None, str]:
    """The file that was sent, or what is wrong with it."""
    if not content:
        return None, str(_("Valitse tiedosto")) if request.method == "POST" else ""
    try:
        return export.read_file(content), ""
    except BadPush:
        return None, str(_("Tämä ei ole puhelimen tiedosto. Lataa se puhelimen sivulta Tämä puhelin"))


def _take_in(file: export.PhoneFile) -> ReadIn:
    with transaction() as session:
        return take_in(session, actor(), events=file.events, at=now())
