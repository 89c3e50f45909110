"""First steps for an admin, and the doctor."""

from bot.app import Linchpin
from tests.person import Slack, Slacker
from tests.scenarios.conftest import one_database

pytestmark = one_database


async def test_an_admin_sees_the_first_steps_and_which_are_done(mina: Slacker) -> None:
    steps = await mina.types("#product", "/roadmap setup")
    assert "○ to do · People and roles" in steps.text
    assert "the admins of this workspace are its product managers" in steps.text
    for channel in ("#acme-shared", "#engineering", "#product", "#sales", "#support"):
        assert channel in steps.text.partition("Shared with")[0]
    assert "I'm silent there: #acme-shared" in steps.text
    assert "✓ done · Roadmap" in steps.text
    assert steps.buttons == ["Name people", "Set up a channel"]


async def test_nobody_else_gets_to_the_first_steps(lee: Slacker) -> None:
    refused = await lee.types("#product", "/roadmap setup")
    assert refused.text == "Only admins can use /roadmap setup. Ask one of them, or an admin for the role."


async def test_the_doctor_says_what_is_well_and_what_to_do_about_the_rest(
    mina: Slacker, slack: Slack, bot: Linchpin
) -> None:
    well = await mina.types("#product", "/roadmap doctor")
    assert "All is well" in well.text
    assert "Connected, and every scope is granted" in well.text
    slack.sandbox.app.manifest["oauth_config"]["scopes"]["bot"].remove("files:write")
    ill = await mina.types("#product", "/roadmap doctor")
    assert "Slack Not granted: files:write, which stops exports. Install the app again with" in ill.text
    slack.sandbox.faults.fail("auth.test")
    sick = await mina.types("#product", "/roadmap doctor")
    assert "1 thing to look at" in sick.text
    assert "less good · Slack It didn't answer in time." in sick.text
