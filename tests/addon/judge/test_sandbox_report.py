"""A part of the sandbox report is a plain value."""

import dataclasses

import pytest

from garim_addon.judge.sandbox_report import SandboxPart


def test_a_part_cannot_be_changed():
    part = SandboxPart("seccomp", False, "libseccomp is missing.")
    with pytest.raises(dataclasses.FrozenInstanceError):
        part.active = True
