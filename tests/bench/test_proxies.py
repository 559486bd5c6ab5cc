from bench import proxies
from bench.origin import EXEMPT

from garim_addon.decide.policy import Policy


def test_the_policy_of_the_bench_is_valid_and_exempts_one_address_only():
    assert Policy.parse(proxies._POLICY).hosts.exempt == (EXEMPT,)
