"""The files that are chosen, and what each line of their invoices becomes."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField

from pilot_ops.costs.domain import Category
from pilot_ops.costs.labels import CATEGORIES
from pilot_ops.invoices.domain import Choice, Period
from pilot_ops.invoices.service import PlannedInvoice
from pilot_ops.invoices.wire import MOST_BYTES, MOST_FILES
from pilot_ops.kernel.web.forms import DayField, Form
from pilot_ops.parks.domain import Park

SHARED = "shared"
Files = list[tuple[str, bytes]]


class FilesForm(Form):
    """Files that are chosen in the field ``files``, then carried along while what they become is chosen."""

    step = HiddenField()

    def files(self) -> Files:
        """The files that were sent now, or that the page before carried along."""
        sent = []
        for file in request.files.getlist("files"):
            sent.append((file.filename or "", file.read(MOST_BYTES + 1)))
            file.close()
        if chosen := [(name[:200], content) for name, content in sent if name and content]:
            return chosen
        names, contents = request.form.getlist("file_name"), request.form.getlist("content")
        try:
            return [(name, b64decode(text, validate=True)) for name, text in zip(names, contents, strict=True)]
        except ValueError:
            return []


def are_too_many(files: Files) -> bool:
    """Whether there are more files, or larger ones, than are read at once."""
    return len(files) > MOST_FILES or sum(len(content) for _, content in files) > MOST_BYTES


def carried(files: Files) -> list[tuple[str, str]]:
    """The files as the hidden fields of the next page hold them."""
    return [(name, b64encode(content).decode()) for name, content in files]


def form_for(planned: Sequence[PlannedInvoice], parks: Mapping[UUID, Park]) -> FilesForm:
    """A form with a park and a kind for every line that is to be booked, as its file says them if it does."""
    fields: dict[str, Any] = {}
    park_choices = [("", _l("Valitse puisto")), (SHARED, _l("Yhteinen, jaetaan puistoille tasan"))]
    park_choices += [(str(park_id), park.name) for park_id, park in parks.items()]
    kinds = [("", _l("Valitse laji")), *((kind.value, label) for kind, label in CATEGORIES.items())]
    for place, plan in enumerate(planned):
        if plan.booked:
            continue
        for line, choice in zip(plan.invoice.lines, plan.choices, strict=True):
            park = str(choice.park_id) if choice.park_id else ""
            kind = choice.category.value if choice.category else ""
            fields[f"park_{place}_{line.number}"] = SelectField(
                _l("Puisto"), choices=lambda: park_choices, default=park
            )
            fields[f"category_{place}_{line.number}"] = SelectField(_l("Laji"), choices=lambda: kinds, default=kind)
        if plan.lacks_days:
            fields[f"first_{place}"] = DayField(_l("Laskutusjakson ensimmäinen päivä"))
            fields[f"last_{place}"] = DayField(_l("Laskutusjakson viimeinen päivä"))
    form: FilesForm = type("InvoicesForm", (FilesForm,), fields)()
    return form


def choice_in(form: FilesForm, place: int, number: int) -> Choice:
    """What was chosen for a line."""
    park, kind = form[f"park_{place}_{number}"].data, form[f"category_{place}_{number}"].data
    shared = park == SHARED
    return Choice(UUID(park) if park and not shared else None, shared, Category(kind) if kind else None)


def period_in(form: FilesForm, place: int) -> Period | None:
    """The days that were written for an invoice whose file does not say them; none unless both were."""
    if f"first_{place}" not in form:
        return None
    first, last = form[f"first_{place}"].data, form[f"last_{place}"].data
    return Period(first, last) if first and last else None


def field_of(form: FilesForm, place: int, field: str, number: int) -> str:
    """The name of the field that a refusal belongs to, or an empty one."""
    names = {
        "park": f"park_{place}_{number}",
        "category": f"category_{place}_{number}",
        "first": f"first_{place}",
        "service_from": f"first_{place}",
        "service_to": f"last_{place}",
    }
    return names[field] if names.get(field) in form else ""
