"""Pages of the follow-up report."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from pilot_ops.accounts.queries import names_of
from pilot_ops.kernel.access import Permission
from pilot_ops.kernel.clock import local_day, now
from pilot_ops.kernel.db import reading, transaction
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.paper import write_pdf
from pilot_ops.kernel.paths import STATIC
from pilot_ops.kernel.text import Language
from pilot_ops.kernel.web.context import tell, the_settings
from pilot_ops.kernel.web.files import download
from pilot_ops.kernel.web.guard import actor, requires
from pilot_ops.kernel.web.i18n import page_language
from pilot_ops.programme.queries import get_year
from pilot_ops.reports import queries, service
from pilot_ops.reports.domain import Block, Document, paragraphs_of
from pilot_ops.reports.export import compose, write_docx
from pilot_ops.reports.forms import KeepForm, TextForm
from pilot_ops.reports.labels import BLOCKS, FIELDS, LANGUAGES, REASONS

bp = Blueprint("reports", __name__)
_WORDS: dict[str, Any] = {"blocks": BLOCKS, "report_languages": LANGUAGES}
_KINDS = ("html", "pdf", "docx")


def _language() -> Language:
    """The language of the report: the one in the address, or else the page's."""
    asked = request.args.get("language", page_language())
    if asked not in {language.value for language in Language}:
        abort(404)
    return Language(asked)


def _document(year: int, language: Language) -> Document:
    """The report of a year as it stands."""
    with reading() as session:
        found = service.get_follow_up(session, actor(), year=year, language=language, today=local_day(now()))
    with force_locale(language.value):
        return compose(found, programme=the_settings().programme, language=language)


@bp.get("/programme/<int:year>/report")
@requires(Permission.PROGRAMME_VIEW)
def report(year: int) -> ResponseReturnValue:
    """The report of a year as it stands, with what people write into it."""
    language = _language()
    document = _document(year, language)
    with reading() as session:
        versions = queries.list_versions(session, year)
        people = names_of(session, {one.user_id for one in versions if one.user_id})
    page = {"document": document, "versions": versions, "people": people, "form": KeepForm()}
    return render_template("reports/report.html", year=year, language=language, **page, **_WORDS)


@bp.get("/programme/<int:year>/report/<kind>")
@requires(Permission.PROGRAMME_VIEW)
def report_file(year: int, kind: str) -> ResponseReturnValue:
    """The report of a year as it stands, as ``html``, ``pdf`` or ``docx``."""
    return _file(_document(year, _language()), kind, f"report-{year}")


def _file(document: Document, kind: str, name: str) -> ResponseReturnValue:
    if kind not in _KINDS:
        abort(404)
    if kind == "docx":
        content = write_docx(document)
    else:
        style = (STATIC / "css" / "report.css").read_text(encoding="utf-8")
        html = render_template("reports/document.html", document=document, style=style)
        content = write_pdf(html) if kind == "pdf" else html.encode()
    return download(content, f"{name}-{document.language}.{kind}")


@bp.post("/programme/<int:year>/report")
@requires(Permission.PROGRAMME_EDIT)
def keep(year: int) -> ResponseReturnValue:
    """Keep the report as it stands."""
    language, form = _language(), KeepForm()
    if form.validate_on_submit():
        document = _document(year, language)
        try:
            with transaction() as session:
                new_id = form.version_id.data
                service.keep_report(session, actor(), version_id=new_id, year=year, document=document, at=now())
        except Refused as refused:
            tell(str(REASONS[refused.reason]), "err")  # type: ignore[index]
        else:
            tell(_("Raportti on tallennettu"))
    return redirect(url_for(".report", year=year, language=language.value))


@bp.route("/programme/<int:year>/report/<language>/<block>", methods=["GET", "POST"])
@requires(Permission.PROGRAMME_EDIT)
def text(year: int, language: str, block: str) -> ResponseReturnValue:
    """Write a text of the report, and look at its earlier versions."""
    if language not in {one.value for one in Language} or block not in {one.value for one in Block}:
        abort(404)
    tongue, place, form = Language(language), Block(block), TextForm()
    with reading() as session:
        get_year(session, year)
        versions = queries.list_texts(session, year, tongue, place)
        people = names_of(session, {one.user_id for one in versions if one.user_id})
    if form.validate_on_submit() and _saved(form, year, tongue, place):
        return redirect(url_for(".report", year=year, language=language, _anchor=block))
    if request.method == "GET":
        form.text.data = versions[0].text if versions else ""
        form.seen.data = str(versions[0].version if versions else 0)
    page = {"versions": versions, "people": people, "block": place, "language": tongue, "fields": FIELDS}
    return render_template("reports/text.html", form=form, year=year, paragraphs_of=paragraphs_of, **page, **_WORDS)


def _saved(form: TextForm, year: int, language: Language, block: Block) -> bool:
    seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else -1
    told = {"year": year, "language": language, "block": block}
    try:
        with transaction() as session:
            service.save_text(session, actor(), text=form.text.data or "", seen=seen, at=now(), **told)  # type: ignore[arg-type]
    except Refused as refused:
        form.refuse(refused, REASONS)
        return False
    tell(_("Teksti on tallennettu"))
    return True


@bp.get("/programme/reports/<uuid:version_id>")
@requires(Permission.PROGRAMME_VIEW)
def version(version_id: UUID) -> ResponseReturnValue:
    """A report that was kept, as it stood."""
    with reading() as session:
        kept, document = queries.get_version(session, version_id)
    return render_template("reports/version.html", kept=kept, document=document, **_WORDS)


@bp.get("/programme/reports/<uuid:version_id>/<kind>")
@requires(Permission.PROGRAMME_VIEW)
def version_file(version_id: UUID, kind: str) -> ResponseReturnValue:
    """A report that was kept, as ``html``, ``pdf`` or ``docx``."""
    with reading() as session:
        kept, document = queries.get_version(session, version_id)
    return _file(document, kind, f"report-{kept.year}-{kept.number}")
