"""All looks of one state on one labelled sheet, light enough to come along with a clone."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

MOST_BYTES = 160_000
SCALES = (0.7, 0.62, 0.55, 0.48, 0.42)
QUALITY = 52
GAP = 14
LABEL = 20
SIDE = 58
GROUND = (233, 235, 239)
INK = (60, 66, 78)
FONT = ImageFont.load_default(13)

Looks = dict[str, Image.Image]


def save_sheet(path: Path, rows: dict[str, Looks]) -> None:
    """Rows are languages, columns are screens and schemes; as large as the bytes allow."""
    for scale in SCALES:
        data = _encoded(_drawn(rows, scale))
        if len(data) <= MOST_BYTES:
            break
    else:
        raise ValueError(f"{path.name} has {len(data)} bytes at its smallest; {MOST_BYTES} at most")
    path.write_bytes(data)


def _drawn(rows: dict[str, Looks], scale: float) -> Image.Image:
    """Every column is as wide as its widest picture, every row as high as its highest."""
    small = {
        lang: {name: _shrunk(picture, scale) for name, picture in looks.items()}
        for lang, looks in rows.items()
    }
    columns = list(dict.fromkeys(name for looks in small.values() for name in looks))
    widths = [max(looks[name].width for looks in small.values()) for name in columns]
    heights = [max(one.height for one in looks.values()) for looks in small.values()]
    size = (SIDE + sum(widths) + GAP * (len(widths) + 1), _below(heights, len(heights)))
    sheet = Image.new("RGB", size, GROUND)
    pen = ImageDraw.Draw(sheet)
    lefts = [SIDE + GAP + sum(widths[:index]) + GAP * index for index in range(len(widths))]
    for name, left in zip(columns, lefts, strict=True):
        pen.text((left, GAP // 2), name, INK, FONT)
    for index, (lang, looks) in enumerate(small.items()):
        top = _below(heights, index)
        pen.text((GAP, top), lang, INK, FONT)
        for name, left in zip(columns, lefts, strict=True):
            sheet.paste(looks[name], (left, top))
    return sheet


def _below(heights: list[int], count: int) -> int:
    return LABEL + GAP // 2 + sum(heights[:count]) + GAP * count


def _shrunk(picture: Image.Image, scale: float) -> Image.Image:
    size = (round(picture.width * scale), round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _encoded(sheet: Image.Image) -> bytes:
    out = BytesIO()
    sheet.save(out, "WEBP", quality=QUALITY, method=6)
    return out.getvalue()
