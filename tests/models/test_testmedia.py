"""The official harmless test picture is what its script draws."""

import importlib.util
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[2]
MEDIA = ROOT / "models" / "garim_models" / "testmedia"


def drawn():
    path = ROOT / "models" / "build" / "test_picture.py"
    spec = importlib.util.spec_from_file_location("test_picture_script", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return np.asarray(script.picture(), np.int16)


def shipped(name):
    with Image.open(MEDIA / name) as image:
        return np.asarray(image.convert("RGB"), np.int16)


def test_png_holds_the_drawing():
    assert np.abs(shipped("listed.png") - drawn()).max() <= 2


def test_jpeg_looks_like_it():
    assert np.abs(shipped("listed.jpg") - drawn()).mean() < 3
