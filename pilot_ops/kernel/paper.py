"""PDF from a page of HTML: tagged for screen readers (PDF/UA), with its title and language."""

from __future__ import annotations

from pilot_ops.kernel.paths import STATIC

_FONT = '@font-face{font-family:Figtree;src:url(vendor/figtree/figtree-latin-wght-normal.woff2) format("woff2")}'


def write_pdf(html: str) -> bytes:
    """A page as a PDF. Its font and style sheets are our own files; nothing is fetched from a network."""
    # Heavy, and needed by few requests.
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    ours = URLFetcher(allowed_protocols={"file"}, allow_redirects=False)
    page = HTML(string=html, base_url=f"{STATIC.as_uri()}/", url_fetcher=ours)
    fonts = FontConfiguration()
    typeface = CSS(string=_FONT, base_url=f"{STATIC.as_uri()}/", url_fetcher=ours, font_config=fonts)
    document: bytes = page.write_pdf(pdf_variant="pdf/ua-1", stylesheets=[typeface], font_config=fonts)
    return document
