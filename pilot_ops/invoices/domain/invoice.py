"""What an electronic invoice says, whether it adds up, and what each of its lines becomes in the ledger.

All amounts are in euro and net of VAT unless the name says otherwise; those of a credit note are negative.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid5

from pilot_ops.costs.domain import Category, Entry, SplitKey
from pilot_ops.kernel.errors import Refused
from pilot_ops.kernel.money import ZERO, Money, total
from pilot_ops.kernel.text import fold
from pilot_ops.parks.domain import Park

_INVOICES = UUID("9d0c3b6e-5f6e-4d27-9c8b-7a1f0e5c2b44")
_FINNISH_VAT = re.compile(r"FI(\d{8})")
_FINNISH_OVT = re.compile(r"0037(\d{8}).{0,5}")
_WORD = re.compile(r"\w+")
# What lines of invoices call things, by the beginnings of words; the first kind that is found counts.
_WORDS = {
    Category.TRANSPORT: ("kuljet", "rahti", "toimitusmaksu", "transport", "frakt", "freight"),
    Category.SUPPLIES: ("tarvik", "astia", "lauta", "muki", "servet", "teltta", "supplies", "tillbehör", "kärl"),
    Category.CATERING: (
        *("ateria", "annos", "annok", "lounas", "lounai", "ruoka", "ruoa", "keitto", "catering", "päivämaksu"),
        *("lunch", "måltid", "portion", "meal"),
    ),
}


class Format(StrEnum):
    """How a file is written."""

    FINVOICE = "finvoice"
    UBL = "ubl"


class Reason(StrEnum):
    """Why a file or an invoice is refused."""

    TOO_LARGE = "too-large"
    TOO_MANY_FILES = "too-many-files"
    TOO_MANY_LINES = "too-many-lines"
    TOO_MANY_PARTS = "too-many-parts"
    NOT_XML = "not-xml"
    HAS_DOCTYPE = "has-doctype"
    NOT_AN_INVOICE = "not-an-invoice"
    KIND_NOT_KNOWN = "kind-not-known"
    CANCELS_ANOTHER = "cancels-another"
    MISSING = "missing"
    TOO_LONG = "too-long"
    NOT_A_DAY = "not-a-day"
    NOT_AN_AMOUNT = "not-an-amount"
    OTHER_CURRENCY = "other-currency"
    WITH_VAT_ONLY = "with-vat-only"
    NO_LINES = "no-lines"
    LINES_DO_NOT_ADD_UP = "lines-do-not-add-up"
    VAT_DOES_NOT_ADD_UP = "vat-does-not-add-up"
    TOTAL_DOES_NOT_ADD_UP = "total-does-not-add-up"
    PERIOD_BACKWARDS = "period-backwards"
    TWICE = "twice"
    BOOKED_OTHERWISE = "booked-otherwise"
    PAID_IN_ADVANCE = "paid-in-advance"
    PARK_MISSING = "park-missing"
    CATEGORY_MISSING = "category-missing"
    PERIOD_MISSING = "period-missing"


@dataclass(frozen=True, slots=True)
class Period:
    """The days, both included, that something was served on."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Line:
    """A line: what it is for, how much without VAT, and what it says of where it belongs.

    ``whole`` is a discount or charge of the whole invoice, which its file has beside the lines.
    """

    number: int
    text: str
    amount: Money
    quantity: Fraction | None = None
    unit: str = ""
    period: Period | None = None
    hints: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice or credit note as its file says it. ``hints`` are references and names, ``street`` where to.

    ``prepaid`` is what has been paid of it in advance, with VAT; ``preceding`` are numbers of invoices it refers to.
    """

    file: str
    format: Format
    credit: bool
    supplier_id: str
    supplier: str
    number: str
    day: date
    period: Period | None
    net: Money
    vat: Money
    gross: Money
    lines: tuple[Line, ...]
    hints: tuple[str, ...] = ()
    street: str = ""
    postal_code: str = ""
    prepayment: bool = False
    prepaid: Money = ZERO
    preceding: tuple[str, ...] = ()

    @property
    def payable(self) -> Money:
        """What is left to pay (EN 16931, BR-CO-16)."""
        return self.gross - self.prepaid

    @property
    def key(self) -> tuple[str, str]:
        """What is the same in every file of this invoice: the supplier's id and the number."""
        return supplier_key(self.supplier_id), number_key(self.number)

    def id_of(self, turn: int) -> UUID:
        """The id under which it is booked for the first, second ... time; again only if it was reversed whole."""
        return uuid5(_INVOICES, "|".join([*self.key, str(turn)]))

    def period_of(self, line: Line) -> Period | None:
        """The days a line is for: its own, or those of the invoice."""
        return line.period or self.period


def supplier_key(text: str) -> str:
    """A business id however it is written: ``1234567-1``, ``FI12345671`` and ``003712345671`` are one supplier."""
    plain = re.sub(r"[^0-9A-Z]", "", text.upper())
    found = _FINNISH_VAT.fullmatch(plain) or _FINNISH_OVT.fullmatch(plain)
    return found.group(1) if found else plain


def number_key(text: str) -> str:
    """The number of an invoice however it is written."""
    return fold(text).replace(" ", "")


def entry_ids(invoice_id: UUID, lines: int) -> tuple[UUID, ...]:
    """The ids of the ledger entries of an invoice of so many lines."""
    return tuple(uuid5(invoice_id, str(number)) for number in range(1, lines + 1))


def check_totals(invoice: Invoice, shares: Sequence[Money]) -> None:
    """Refused, with the total that it is about, unless lines, VAT and totals add up to the cent.

    Source: EN 16931 rules BR-CO-10, BR-CO-13, BR-CO-14 and BR-CO-15. The lines hold discounts and charges of the whole
    invoice as lines of their own.
    """
    lines = total([line.amount for line in invoice.lines])
    if lines != invoice.net:
        raise Refused(Reason.LINES_DO_NOT_ADD_UP, "net", lines=lines, said=invoice.net)
    if shares:
        vat = total(list(shares))
        if vat != invoice.vat:
            raise Refused(Reason.VAT_DOES_NOT_ADD_UP, "vat", lines=vat, said=invoice.vat)
    if invoice.net + invoice.vat != invoice.gross:
        raise Refused(Reason.TOTAL_DOES_NOT_ADD_UP, "gross", lines=invoice.net + invoice.vat, said=invoice.gross)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a line becomes: of which park (None: shared by all equally, where ``shared``), and what kind of cost."""

    park_id: UUID | None = None
    shared: bool = False
    category: Category | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing is left to choose."""
        return self.category is not None and (self.shared or self.park_id is not None)


def guesses(invoice: Invoice, parks: Collection[Park]) -> tuple[Choice, ...]:
    """What the file itself says each line becomes; what it does not say stays open.

    A discount or charge of the whole invoice is what all its lines are, where they are one.
    """
    found = {line: _guess(invoice, line, parks) for line in invoice.lines}
    of_lines = {choice for line, choice in found.items() if not line.whole}
    agreed = next(iter(of_lines)) if len(of_lines) == 1 else Choice()
    return tuple(agreed if line.whole else choice for line, choice in found.items())


def _guess(invoice: Invoice, line: Line, parks: Collection[Park]) -> Choice:
    """By what the line names, else by what the invoice names, else by where it was delivered."""
    for hints in (line.hints, invoice.hints):
        if named := _named(hints, parks):
            # Several named are none: a person has to say.
            return Choice(park_id=named[0].id if len(named) == 1 else None, category=_category_of(line))
    park = _park_at(invoice, parks)
    return Choice(park_id=park.id if park else None, category=_category_of(line))


def _category_of(line: Line) -> Category | None:
    words = _words(line.text)
    for category, starts in _WORDS.items():
        if any(word.startswith(starts) for word in words):
            return category
    return None


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def _named(hints: Sequence[str], parks: Collection[Park]) -> list[Park]:
    """The parks that are named. A name within a longer one that is named too does not count: Olari in Olarinmäki."""
    named = [park for park in parks if any(_names(hint, park) for hint in hints)]
    return [park for park in named if not any(_within(park, other) for other in named)]


def _within(shorter: Park, longer: Park) -> bool:
    return fold(longer.name).startswith(fold(shorter.name)) and len(longer.name) > len(shorter.name)


def _names(hint: str, park: Park) -> bool:
    """Whether a text names a park: its words one after another, the last in any case ending."""
    words = _words(hint)
    for name in filter(None, (park.details.name, park.details.name_sv, park.details.name_en)):
        wanted = _words(name)
        for start in range(len(words) - len(wanted) + 1):
            here = words[start : start + len(wanted)]
            if here[:-1] == wanted[:-1] and here[-1].startswith(wanted[-1]):
                return True
    return False


def _park_at(invoice: Invoice, parks: Collection[Park]) -> Park | None:
    """The one park at the place of delivery."""
    if not invoice.street:
        return None
    here = [
        park
        for park in parks
        if fold(park.details.address) == fold(invoice.street)
        and (not invoice.postal_code or fold(park.details.postal_code) == fold(invoice.postal_code))
    ]
    return here[0] if len(here) == 1 else None


def entry_of(invoice: Invoice, line: Line, choice: Choice, *, id_: UUID, period: Period | None = None) -> Entry:
    """The ledger entry of a line. ``period`` is for lines whose days the file does not say.

    Refused if park or kind is not chosen, or food has no days: it would be counted beside the accruals of these days.
    The details name the entry, as those of ``book_entries`` do.
    """
    if not choice.shared and choice.park_id is None:
        raise Refused(Reason.PARK_MISSING, "park", entry_id=id_)
    if choice.category is None:
        raise Refused(Reason.CATEGORY_MISSING, "category", entry_id=id_)
    days = invoice.period_of(line) or period if choice.category is Category.CATERING else None
    if choice.category is Category.CATERING and days is None:
        raise Refused(Reason.PERIOD_MISSING, "first", entry_id=id_)
    return Entry(
        id=id_,
        day=invoice.day,
        category=choice.category,
        amount=line.amount,
        park_id=choice.park_id,
        split_key=SplitKey.EQUAL if choice.shared else None,
        description=f"{invoice.supplier}: {line.text}",
        voucher=invoice.number,
        service_from=days.first if days else None,
        service_to=days.last if days else None,
    )


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong: in which file, on which of its lines, in which element, and why."""

    file: str
    line: int
    place: str
    reason: Reason
    details: dict[str, Any] = field(default_factory=dict)


def _sums(invoice: Invoice) -> tuple[Any, ...]:
    """What must be the same where one invoice comes in two files, maybe in two formats."""
    return invoice.day, invoice.net, invoice.vat, invoice.gross, [line.amount for line in invoice.lines]


def twice_in(invoices: Sequence[Invoice]) -> tuple[FileProblem, ...]:
    """Invoices of one supplier and number that say different things in files sent together."""
    seen: dict[tuple[str, str], Invoice] = {}
    problems = []
    for invoice in invoices:
        first = seen.setdefault(invoice.key, invoice)
        if _sums(first) != _sums(invoice):
            problems.append(FileProblem(invoice.file, 1, invoice.number, Reason.TWICE, {"number": invoice.number}))
    return tuple(problems)
