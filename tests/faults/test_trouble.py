"""A seed means the same trouble whenever it is run, and ten of them hold all of it."""

from tests.faults.trouble import ANSWERS, ENDINGS, MOMENTS, REFUSALS, plan_of

TEN = [plan_of(seed, "kills", ends=5, replicas=4) for seed in range(1, 11)]


def test_a_seed_gives_the_same_trouble_again() -> None:
    assert plan_of(7, "kills", ends=5, replicas=4) == TEN[6]
    assert TEN[6] not in TEN[:6]


def test_every_run_has_a_kill_and_a_stop() -> None:
    plans = [plan_of(seed, "kills", ends=2, replicas=1) for seed in range(1, 101)]
    assert all({"kill"} < {blow.ending for blow in plan} for plan in plans)


def test_ten_seeds_hold_every_trouble_there_is() -> None:
    blows = [blow for plan in TEN for blow in plan]
    assert {blow.ending for blow in blows} == {*ENDINGS}
    assert {blow.moment.of for blow in blows} == {*MOMENTS}
    assert {blow.post for blow in blows} == {*ANSWERS}
    assert {what for blow in blows for _, what in blow.others} == {*REFUSALS}
    assert {blow.line for blow in blows} == {"cut", "renewed", ""}
    assert {blow.victim for blow in blows} == {0, 1, 2, 3}
    assert {blow.away for blow in blows} == {True, False}
    assert all(any(getattr(blow, one) for blow in blows) for one in ("twice", "swapped", "lost_acks"))
