import pytest
from bench import machine

CPUINFO = "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nflags\t: x\nmodel name\t: Other\n"


def test_the_first_cpu_model_is_read():
    assert machine.cpu_model(CPUINFO) == "Some CPU @ 2 GHz"


def test_without_cpuinfo_something_is_said():
    assert machine.cpu_model("") != ""


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("nginx version: nginx/1.22.1\n", "1.22.1"),
        ("v20.20.2\n", "20.20.2"),
        ("wrk debian/4.1.0-3+b2 [epoll] Copyright (C) 2012", "4.1.0"),
        ("no number here", "?"),
        ("", "?"),
    ],
)
def test_versions_are_found_in_what_tools_say(said, version):
    assert machine.tool_version(said) == version


def test_the_slug_is_a_plain_file_name():
    assert machine.slug({"CPU": "AMD EPYC (tm) / 7", "Cores": 2}) == "amd-epyc-tm-7-2-cores"


def test_the_description_is_complete_and_names_neither_host_nor_user(monkeypatch):
    monkeypatch.setattr("platform.node", lambda: pytest.fail("the host name was asked for"))
    found = machine.describe()
    assert set(found) >= {"CPU", "Cores", "System", "Python", "Packages", "Tools", "Date"}
    assert all(str(value) for value in found.values())
