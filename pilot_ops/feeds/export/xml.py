"""XML as bytes."""

from __future__ import annotations

from xml.etree.ElementTree import Element, tostring


def as_xml(root: Element) -> bytes:
    """A document of its own, in UTF-8."""
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content
