"""Films for a camera that is none: codes held before it, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import qrcode
from PIL import Image

_WIDTH, _HEIGHT, _RATE = 640, 480, 10
_GREY = 200


def make_film(file: Path, texts: Sequence[str], *, seconds: float = 1.5, gap: float = 2.0) -> Path:
    """A film (YUV4MPEG2) that shows the code of each text for some seconds, and a grey wall in between."""
    empty = Image.new("L", (_WIDTH, _HEIGHT), _GREY)
    with file.open("wb") as film:
        film.write(f"YUV4MPEG2 W{_WIDTH} H{_HEIGHT} F{_RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for text in texts:
            for picture, length in ((_with_code(text), seconds), (empty, gap)):
                frame = b"FRAME\n" + picture.tobytes() + bytes([128]) * (_WIDTH * _HEIGHT // 2)
                film.write(frame * round(length * _RATE))
    return file


def _with_code(text: str) -> Image.Image:
    """A code a little askew, as a hand holds it."""
    code = qrcode.QRCode(border=4, box_size=8)
    code.add_data(text)
    code.make(fit=True)
    drawn = code.make_image().get_image().convert("L").rotate(7, expand=True, fillcolor=_GREY)
    side = 400
    picture = Image.new("L", (_WIDTH, _HEIGHT), _GREY)
    picture.paste(drawn.resize((side, side)), ((_WIDTH - side) // 2, (_HEIGHT - side) // 2))
    return picture
