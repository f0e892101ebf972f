"""The check that every page of every test goes through, and a client that applies it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pilot_ops.accounts.domain import User
from pilot_ops.accounts.service import make_sign_in_link
from pilot_ops.kernel.clock import now
from tests.support.builders import ADMIN
from tests.support.databases import work

_LANGUAGES = {"fi", "sv", "en", "ar"}
_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}
_LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\(|Undefined|<pilot_ops|\bobject at 0x")
_NONE = re.compile(r"\bNone\b")
_REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage", "for", "form", "list")
_DATA_SCRIPTS = {"application/json", "application/ld+json"}


class PageClient(FlaskClient):
    """A test client that checks every page it is given."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            check_page(response)
        return response


def check_page(response: TestResponse | str) -> None:
    """AssertionError with everything that is wrong with a page."""
    html = response if isinstance(response, str) else response.get_data(as_text=True)
    problems = problems_of(html)
    where = "" if isinstance(response, str) else f"{response.request.method} {response.request.path}: "
    assert not problems, where + "; ".join(problems)


def problems_of(html: str) -> list[str]:
    """What is wrong with the HTML of a page: validity, structure, labels, references, policy, leftovers."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(html)
    problems = [f"line {line}: {code} {values}" for (line, _column), code, values in parser.errors]
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    for check in (_structure, _unique_ids, _references, _labels, _names, _policy, _leftovers):
        problems += check(root, elements)
    return problems


def _structure(root: Element, elements: list[Element]) -> Iterator[str]:
    tags = Counter(element.tag for element in elements)
    if root.get("lang") not in _LANGUAGES:
        yield f"html lang is {root.get('lang')!r}"
    if not _text(root.find("head/title")):
        yield "no title"
    for tag in ("h1", "main"):
        if tags[tag] != 1:
            yield f"{tags[tag]} {tag} elements"
    levels = [int(str(element.tag)[1]) for element in elements if re.fullmatch(r"h[1-6]", str(element.tag))]
    for earlier, later in pairwise(levels):
        if later > earlier + 1:
            yield f"h{later} follows h{earlier}"


def _unique_ids(_root: Element, elements: list[Element]) -> Iterator[str]:
    for name, times in Counter(element.get("id") for element in elements).items():
        if name is not None and (times > 1 or not name or re.search(r"\s", name)):
            yield f"id {name!r} {times} times"


def _references(_root: Element, elements: list[Element]) -> Iterator[str]:
    ids = {element.get("id") for element in elements}
    for element in elements:
        for attribute in _REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"{element.tag} {attribute}={name!r} leads nowhere"
        href = element.get("href") or ""
        if element.tag == "a" and href.startswith("#") and href[1:] not in ids:
            yield f"link to {href} leads nowhere"


def _labels(_root: Element, elements: list[Element]) -> Iterator[str]:
    labels = [element for element in elements if element.tag == "label"]
    labelled = {label.get("for") for label in labels if _text(label)}
    wrapped = {id(inner) for label in labels if _text(label) for inner in label.iter()}
    for element in elements:
        if element.tag not in {"input", "select", "textarea"} or element.get("type") in _NO_LABEL:
            continue
        named = element.get("aria-label") or element.get("aria-labelledby")
        if not named and id(element) not in wrapped and (not element.get("id") or element.get("id") not in labelled):
            yield f"{element.tag} {element.get('name')!r} has no label"


def _names(_root: Element, elements: list[Element]) -> Iterator[str]:
    for element in elements:
        if element.tag == "img" and element.get("alt") is None:
            yield f"img {element.get('src')!r} has no alt"
        if element.tag in {"a", "button"} and not (
            _text(element)
            or element.get("aria-label")
            or element.get("aria-labelledby")
            or any(inner.get("alt") or inner.get("aria-label") for inner in element.iter())
        ):
            yield f"{element.tag} without a name"
        if element.tag == "form" and (element.get("method") or "get").lower() == "post":
            tokens = [field for field in element.iter("input") if field.get("name") == "csrf_token"]
            if len(tokens) != 1 or not tokens[0].get("value"):
                yield f"form to {element.get('action')!r} has {len(tokens)} CSRF tokens"


def _policy(_root: Element, elements: list[Element]) -> Iterator[str]:
    for element in elements:
        if element.tag == "style" or (
            element.tag == "script" and not element.get("src") and element.get("type") not in _DATA_SCRIPTS
        ):
            yield f"inline {element.tag}"
        for attribute, value in element.attrib.items():
            if attribute == "style" or attribute.startswith("on"):
                yield f"{element.tag} has {attribute}"
            if attribute in {"href", "src", "action", "formaction"} and value.strip().lower().startswith("javascript:"):
                yield f"{element.tag} has a javascript: {attribute}"


def _leftovers(root: Element, elements: list[Element]) -> Iterator[str]:
    shown = [_text(root.find("body")), _text(root.find("head/title"))]
    shown += [element.get(name) or "" for element in elements for name in ("aria-label", "title", "placeholder", "alt")]
    patterns = [_LEFT_OVER] if root.get("lang") == "en" else [_LEFT_OVER, _NONE]
    for text in shown:
        for found in (match for pattern in patterns for match in pattern.finditer(text)):
            yield f"{text[max(0, found.start() - 20) : found.end() + 20]!r} is left over"


def _text(element: Element | None) -> str:
    if element is None:
        return ""
    skipped = {"script", "template"}
    parts = [element.text or ""] if element.tag not in skipped else []
    for child in element:
        if isinstance(child.tag, str):
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts).strip()


def soup(response: TestResponse) -> BeautifulSoup:
    """A page to look things up in."""
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def text_of(response: TestResponse) -> str:
    """The words of a page, with single plain spaces."""
    return " ".join(soup(response).get_text(" ").split())


def link_for(client: FlaskClient, user: User) -> str:
    """The path of a new one-time sign-in link of a person."""
    with work(client.application) as session:
        token = make_sign_in_link(session, ADMIN, user_id=user.id, hours=24, at=now())
    return f"/sign-in/{token}"


def sign_in(client: FlaskClient, user: User) -> None:
    """Sign a person in through a real one-time link."""
    response = post_form(client, link_for(client, user))
    assert response.status_code == 302, response.get_data(as_text=True)


def post_form(
    client: FlaskClient, url: str, *, action: str | None = None, data: Mapping[str, Any] | None = None, **fields: Any
) -> TestResponse:
    """Get the page at ``url``, fill in its form that posts to ``action`` (the same address unless told) and send it.

    Fields not named go as the page has them; lists for groups of boxes; None leaves a field out. A field that the form
    does not have is an AssertionError.
    """
    page = client.get(url)
    assert page.status_code == 200, f"GET {url}: {page.status_code}"
    target = urlsplit(action or url).path
    given = {**(data or {}), **fields}
    values = fill(find_form(page, target, given), given)
    return client.post(action or url, data=values)


def find_form(page: TestResponse, target: str, given: Mapping[str, Any] | None = None) -> Tag:
    """The form of a page that posts to a path and has the given fields."""
    here = page.request.path
    forms = [
        form
        for form in soup(page).find_all("form", method=re.compile("post", re.IGNORECASE))
        if urlsplit(urljoin(here, str(form.get("action") or here))).path == target
    ]
    assert forms, f"{here} has no form to {target}"
    for form in forms:
        if set(given or {}) <= _names_in(form):
            return form
    missing = set(given or {}) - _names_in(forms[0])
    raise AssertionError(f"the form to {target} has no field {sorted(missing)}")


def _names_in(form: Tag) -> set[str]:
    return {str(field["name"]) for field in _fields(form)}


def _fields(form: Tag) -> list[Tag]:
    return [field for field in form.find_all(["input", "select", "textarea", "button"]) if field.get("name")]


def fill(form: Tag, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a browser would send of a form after the given fields were filled in."""
    values: dict[str, Any] = {}
    for field in _fields(form):
        name = str(field["name"])
        if name not in given:
            for value in _values(field):
                values.setdefault(name, []).append(value)
    return values | {name: value for name, value in given.items() if value is not None}


def _values(field: Tag) -> list[str]:
    kind = str(field.get("type", "")).lower()
    if field.has_attr("disabled") or field.name == "button" or kind in {"submit", "button", "image", "reset", "file"}:
        return []
    if field.name == "textarea":
        return [field.get_text()]
    if field.name == "select":
        options = field.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not field.has_attr("multiple"):
            chosen = options[:1]
        return [str(option.get("value", option.get_text())) for option in chosen]
    if kind in {"checkbox", "radio"} and not field.has_attr("checked"):
        return []
    return [str(field.get("value", "on" if kind in {"checkbox", "radio"} else ""))]
