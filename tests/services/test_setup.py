"""The doctor's findings: what is well, what is not, and what to do about it."""

import pytest

from bot.services.setup import Vitals, clock, findings
from bot.services.upkeep import Stuck

WELL = Stuck(0, 0, 0, 0)


def test_all_is_well_where_nothing_is_missing_or_stuck() -> None:
    found = findings(Vitals(WELL, None, (), 0.4))
    assert [one.said for one in found if not one.is_good] == []
    assert "None: summaries use the thread's own sentences." in [one.said for one in found]


@pytest.mark.parametrize(
    ("vitals", "what", "said"),
    [
        (
            Vitals(WELL, None, ("im:write, which stops news",)),
            "Slack",
            "Not granted: im:write, which stops news. Install",
        ),
        (Vitals(WELL, None, None), "Slack", "It didn't answer in time."),
        (Vitals(Stuck(2, 0, 0, 0), None, ()), "Events", "2 gave up after several tries."),
        (Vitals(Stuck(0, 1, 0, 0), None, ()), "Posts in doubt", "1 wait for somebody"),
        (Vitals(Stuck(0, 0, 3, 0), None, ()), "Posts not sent", "3 were refused by Slack."),
        (Vitals(Stuck(0, 0, 0, 4), None, ()), "Jobs", "4 failed for good."),
        (Vitals(Stuck(0, 0, 0, 0, 5), None, ()), "Late posts", "5 wait for more than an hour"),
        (Vitals(WELL, None, (), 600.0), "Clock", "600 seconds ahead of Slack's."),
        (Vitals(WELL, None, (), -90.0), "Clock", "90 seconds behind Slack's."),
    ],
)
def test_each_thing_that_is_not_well_is_said_with_what_to_do(vitals: Vitals, what: str, said: str) -> None:
    (bad,) = [one for one in findings(vitals) if not one.is_good]
    assert bad.what == what
    assert bad.said.startswith(said)


def test_a_clock_that_nobody_compared_is_no_trouble() -> None:
    assert clock(None).is_good
