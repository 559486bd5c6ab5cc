"""The real inspector in its real process: the sandbox takes nothing that judging needs."""

import dataclasses
import io
import sys

import numpy as np
import pylibjxl
from PIL import Image

from garim_addon.act.placeholder_spec import PlaceholderSpec
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.pool import InspectorPool

LONG = 60.0
STILL = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "ICO")
MOVING = ("GIF", "PNG", "WEBP", "AVIF")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><!--%s--></svg>' % (
    b"." * 2048
)


def saved(picture, name, **options):
    file = io.BytesIO()
    picture.save(file, name, **options)
    return file.getvalue()


def files():
    picture = Image.effect_mandelbrot((250, 200), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    turned = [picture.rotate(angle) for angle in (60, 120, 180)]
    made = {name: saved(picture, name) for name in STILL}
    made |= {
        f"moving {name}": saved(picture, name, save_all=True, append_images=turned)
        for name in MOVING
    }
    made["JXL"] = pylibjxl.encode(np.asarray(picture))
    made["SVG"] = SVG
    made["cut short"] = made["JPEG"][: len(made["JPEG"]) // 8]
    made["noise"] = bytes(range(256)) * 16
    return made


async def results(config, bodies):
    pool = InspectorPool(config, size=1)
    await pool.start()
    try:
        found = {n: await pool.judge(body, deadline=LONG) for n, body in bodies.items()}
        specs = [
            PlaceholderSpec(name, 250, 200, "가림", "A1", style)
            for name in ("jpeg", "png", "gif", "webp", "avif", "bmp")
            for style in ("card", "blur")
        ]
        pictures = [await pool.placeholder(s, bodies["JPEG"], deadline=LONG) for s in specs]
        painted = [picture and Image.open(io.BytesIO(picture)).format for picture in pictures]
        return {n: dataclasses.replace(i, steps={}) for n, i in found.items()}, painted, pool.stats
    finally:
        await pool.close()


async def test_judging_and_painting_are_the_same_inside_the_sandbox():
    bodies = files()
    inside, painted_inside, stats = await results(WorkerConfig(), bodies)
    outside, painted_outside, _ = await results(WorkerConfig(sandbox=False), bodies)
    assert stats.degraded == ""
    if sys.platform == "linux":
        assert [part for part in stats.sandbox if not part.active] == []
    assert inside == outside
    assert painted_inside == painted_outside
    assert None not in painted_inside
    broken = {name for name, inspection in inside.items() if inspection.failure is not None}
    assert broken <= {"cut short", "noise"}
    assert all(inside[name].scores for name in STILL)
    assert stats.restarts == 0
    assert max(stats.rss) < 250 << 20  # the aim for a worker in ordinary work
