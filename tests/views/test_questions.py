import json
from datetime import UTC, datetime

from bot.services.answers import Answer, Fact, Statement
from handlers.views.questions import answer_reply
from storage.models import Item

NOW = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)
EVIL = "<!channel> see <https://evil.example|RM-3> & \u202egnihtemos"


def test_nothing_that_people_wrote_takes_effect_in_an_answer() -> None:
    item = Item(team_id="T1", number=3, title=EVIL, created_at=NOW, created_by="U1", updated_at=NOW)
    said = Statement(("Because ", Fact("change:1", "reason", EVIL), f" in {EVIL}."), ("RM-3",))
    titled = Statement((Fact("RM-3", "title", EVIL),), ("RM-3",))
    reply = answer_reply(Answer(EVIL, (said, titled), (item,), 0, NOW), "UTC")
    shown = [one for one in reply.blocks if one["type"] != "actions"]  # the value of a button is shown to nobody
    sent = json.dumps(shown, ensure_ascii=False) + reply.text
    assert "evil.example" in sent
    assert "<!channel>" not in sent
    assert "<https://evil.example" not in sent
    assert "\u202e" not in sent


def test_a_topic_that_nothing_is_known_of_is_quoted_without_effect() -> None:
    reply = answer_reply(Answer(EVIL, (), (), 0, NOW, topic=EVIL), "UTC")
    assert "<!channel>" not in json.dumps(reply.blocks[0])
    assert "&lt;!channel&gt;" in json.dumps(reply.blocks[0])


def test_what_is_not_shown_is_counted_even_where_no_command_lists_it() -> None:
    item = Item(team_id="T1", number=3, title="SSO", created_at=NOW, created_by="U1", updated_at=NOW)
    said = Statement((Fact("RM-3", "title", "SSO"),), ("RM-3",))
    for more, notes, shown in (
        ((2, "next"), False, "2 more: `/roadmap next`"),
        ((1, "find a&b"), True, "1 more piece of feedback: `/roadmap find a&amp;b`"),
        ((2, ""), True, "2 more pieces of feedback"),
    ):
        reply = answer_reply(Answer("who asked", (said,), (item,), 0, NOW, more=more, more_notes=notes), "UTC")
        assert reply.text.endswith(f"\n… and {shown}")


def test_a_question_about_nothing_is_asked_what_it_is_about() -> None:
    reply = answer_reply(Answer("what do people say?", (), (), 0, NOW, aimless=True), "UTC")
    assert reply.text.startswith("I can't tell what that is about. Name it, as `/roadmap what do people say about ")


def test_a_reason_names_what_changed_as_people_call_it() -> None:
    item = Item(team_id="T1", number=3, title="SSO", created_at=NOW, created_by="U1", updated_at=NOW)
    said = Statement(("The reason given for the last change of ", Fact("change:1", "field", "due"), "."), ("RM-3",))
    reply = answer_reply(Answer("why is it late", (said,), (item,), 0, NOW), "UTC")
    assert "the last change of its due date." in reply.text
