import pytest
from bench.loads import Load, LoadError, parse_hey, parse_wrk

WRK = """Running 3s test @ http://127.0.0.1:8118/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency    26.30ms    7.02ms  60.11ms   74.39%
    Req/Sec   609.03     86.42   767.00     66.67%
  1823 requests in 3.00s, 18.04MB read
{trouble}Requests/sec:    607.36
Transfer/sec:      6.01MB
"""
HEY = """
Summary:
  Total:\t3.0123 secs
  Slowest:\t0.0712 secs
  Requests/sec:\t512.8940

Latency distribution:
  50% in 0.0301 secs

Status code distribution:
{codes}

{trouble}
"""


def test_wrk_is_read():
    assert parse_wrk(WRK.format(trouble="")) == Load(1823, 607.36)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("  Socket errors: connect 0, read 3, write 0, timeout 0\n", "read 3"),
        ("  Non-2xx or 3xx responses: 12\n", "12"),
    ],
)
def test_a_wrk_load_with_errors_does_not_count(trouble, said):
    with pytest.raises(LoadError, match=said):
        parse_wrk(WRK.format(trouble=trouble))


def test_hey_is_read():
    assert parse_hey(HEY.format(codes="  [200]\t1545 responses", trouble="")) == Load(1545, 512.894)


@pytest.mark.parametrize(
    ("codes", "trouble"),
    [
        ("  [200]\t10 responses\n  [502]\t1 responses", ""),
        ("", ""),
        ("  [200]\t10 responses", "Error distribution:\n  [16]\tGet https://x: EOF"),
    ],
)
def test_a_hey_load_with_errors_does_not_count(codes, trouble):
    with pytest.raises(LoadError):
        parse_hey(HEY.format(codes=codes, trouble=trouble))


@pytest.mark.parametrize("parse", [parse_wrk, parse_hey])
@pytest.mark.parametrize("output", ["", "unable to connect\n", "Requests/sec: none"])
def test_other_output_is_an_error(parse, output):
    with pytest.raises(LoadError):
        parse(output)
