"""Roles: an admin names people and user groups, and they may do more at once."""

from bot.app import Linchpin
from bot.sandbox.shapes import user_shape
from tests.person import Modal, Slack, Slacker
from tests.scenarios.conftest import one_database
from tests.scenarios.words import all_done, stored
from tests.waiting import until

pytestmark = one_database

MOVE = "/roadmap move RM-4 later"


async def _roles(mina: Slacker) -> Modal:
    steps = await mina.types("#product", "/roadmap setup")
    await mina.clicks("Name people", on=steps)
    return await mina.sees_modal("People and roles")


async def test_somebody_named_a_product_manager_may_move_items_at_once(
    mina: Slacker, lee: Slacker, bot: Linchpin
) -> None:
    assert "Only product managers" in (await lee.types("#product", MOVE)).text
    modal = await _roles(mina)
    saved = await modal.fill(pms=["lee"]).submit()
    assert isinstance(saved, Modal)
    await saved.close()
    assert "Only product managers" not in (await lee.types("#product", MOVE)).text
    steps = await mina.types("#product", "/roadmap setup")
    assert "✓ done · People and roles\n1 product manager" in steps.text
    assert stored(bot, "SELECT field, after FROM change WHERE ref = '#roles'") == ["product managers", "U01LEE"]
    again = await _roles(mina)
    assert await again.fill(pms=[]).submit() is not None
    assert "Only product managers" in (await lee.types("#product", MOVE)).text


async def test_a_guest_can_t_be_named(mina: Slacker, noor: Slacker) -> None:
    modal = await _roles(mina)
    await modal.fill(admins=["noor"]).submit()
    assert modal.errors == {"admins": "Noor Bakker can't have a role: guests and apps can ask, and no more."}
    assert "Only admins" in (await noor.types("#product", "/roadmap setup")).text


async def test_the_members_of_a_named_group_are_product_managers_while_they_are_in_it(
    mina: Slacker, lee: Slacker, slack: Slack, bot: Linchpin
) -> None:
    office = slack.sandbox.slack.administration
    group = office.form_group("leads", "Leads", [lee.id], by=mina.id)
    modal = await _roles(mina)
    await slack.until(lambda: True if "groups" in modal.fields else None, "No user groups are offered.")
    assert modal.options("groups") == ["@product-managers", "@leads"]
    saved = await modal.fill(groups=["@leads"]).submit()
    assert isinstance(saved, Modal)
    await until(lambda: stored(bot, "SELECT count(*) FROM group_member") == [1], "the group's members are learned")
    assert "Only product managers" not in (await lee.types("#product", MOVE)).text
    office.set_members(group, [mina.id])
    await all_done(slack, bot)
    assert "Only product managers" in (await lee.types("#product", MOVE)).text


async def test_two_admins_at_the_form_keep_what_the_other_named(mina: Slacker, lee: Slacker, slack: Slack) -> None:
    saved = await (await _roles(mina)).fill(admins=["lee"]).submit()
    assert isinstance(saved, Modal)
    await saved.close()
    mine, theirs = await _roles(mina), await _roles(lee)
    await slack.until(lambda: True if "groups" in theirs.fields else None, "No user groups are offered.")
    await mine.fill(pms=["sofia"]).submit()
    saved = await theirs.fill(admin_groups=["@product-managers"]).submit()
    assert isinstance(saved, Modal)
    assert saved.text.splitlines()[1:] == [
        "Product managers @sofia", "Admins @lee, @product-managers"
    ]  # fmt: skip
    steps = await mina.types("#product", "/roadmap setup")
    assert "1 product manager · 1 more admin · everybody in @product-managers as admins" in steps.text


async def test_where_slack_lists_no_user_groups_people_are_named_and_the_form_says_why(
    mina: Slacker, slack: Slack
) -> None:
    slack.sandbox.faults.fail("usergroups.list")
    modal = await _roles(mina)
    await slack.until(lambda: True if "choose people by name" in modal.text else None, "The form does not say why.")
    assert "groups" not in modal.fields


async def test_who_becomes_a_guest_loses_what_they_could_do_at_once(
    sofia: Slacker, slack: Slack, bot: Linchpin
) -> None:
    assert "Only" not in (await sofia.types("#support", "/roadmap vote RM-4")).text
    before = user_shape(slack.workspace.users[sofia.id], slack.workspace)
    await sofia.changes_profile(is_guest=True)
    await all_done(slack, bot)
    happened = f"{slack.workspace.clock.now() - 3600:.6f}"  # told once more, as where the bot could not learn it then
    slack.sandbox.slack.events.send("user_change", {"type": "user_change", "user": before, "event_ts": happened})
    await all_done(slack, bot)
    assert "Only members" in (await sofia.types("#support", "/roadmap vote RM-3")).text
