"""QR codes as a path of vectors."""

from __future__ import annotations

from qrcode.main import QRCode


def qr_rows(text: str) -> str:
    """The modules of a text's code, a row a word of 0 and 1: for a script that tries whether a reader can read."""
    code = QRCode(border=0)
    code.add_data(text)
    code.make(fit=True)
    return " ".join("".join("01"[bool(module)] for module in row) for row in code.get_matrix())


def qr_path(text: str) -> tuple[str, int]:
    """The dark modules of a text's code as an SVG path one unit a module, and the number of modules on a side."""
    code = QRCode(border=0)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, module in enumerate(row) if module]
    return "".join(dark), len(matrix)
