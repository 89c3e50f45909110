"""The names that Slack and outside scripts know us by, and those of our buttons."""

ROADMAP = "/roadmap"

CAPTURE = "capture_feedback"
SUMMARIZE = "summarize_thread"
CAPTURE_SUBMIT = "capture_feedback.submit"
EDIT_SUBMIT = "feedback.edit.submit"
ASK_SUBMIT = "questions.ask.submit"
INTRO_SUBMIT = "updates.intro.submit"

FEEDBACK_UNDO = "feedback.undo"
FEEDBACK_SUPPORT = "feedback.support"
FEEDBACK_EDIT = "feedback.edit"
FEEDBACK_WITHDRAW = "feedback.withdraw"

ITEM_SHOW = "roadmap.show"
LANE_MORE = "roadmap.more"
QUESTION_OPEN = "questions.open"
QUESTION_LOG = "questions.log"

SUMMARY_SHARE = "summaries.share"
SUMMARY_CAPTURE = "summaries.capture"

UPDATE_APPROVE = "updates.approve"
UPDATE_SKIP = "updates.skip"
UPDATE_POST = "updates.post"
UPDATE_EDIT = "updates.edit"

DELIVERY_THERE = "deliveries.there"
DELIVERY_AGAIN = "deliveries.again"

REACTIONS = {
    "bulb": "request",
    "bug": "problem",
    "heavy_plus_sign": "support",
    "no_entry_sign": "withdraw",
}
"""What each reaction means."""
