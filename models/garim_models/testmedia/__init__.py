"""The official harmless test pictures: anyone can see with them that blocking works."""

from pathlib import Path

_HERE = Path(__file__).parent
LISTED = _HERE / "listed.png"
"""A made picture whose digest and PDQ are on the built-in list `test`."""
LISTED_JPEG = _HERE / "listed.jpg"
"""The same picture as JPEG; its digest is on the list as well."""
CLASSIFIER = _HERE / "classifier.png"
"""Abstract colour blobs that the shipped classifiers score over their block threshold."""
