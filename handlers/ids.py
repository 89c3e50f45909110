"""The names that Slack and outside scripts know us by, and those of our buttons."""

ROADMAP = "/roadmap"

FEEDBACK = "/feedback"

CAPTURE = "capture_feedback"
NEW_FEEDBACK = "new_feedback"
LINK = "link_to_item"
SUMMARIZE = "summarize_thread"
ASK_ABOUT = "ask_roadmap"
NEW_ITEM = "new_item"
CAPTURE_SUBMIT = "capture_feedback.submit"
EDIT_SUBMIT = "feedback.edit.submit"
LINK_SUBMIT = "link_to_item.submit"
ITEM_OPTIONS = "link_to_item.items"
ASK_SUBMIT = "questions.ask.submit"
INTRO_SUBMIT = "updates.intro.submit"

FEEDBACK_UNDO = "feedback.undo"
FEEDBACK_SUPPORT = "feedback.support"
FEEDBACK_EDIT = "feedback.edit"
FEEDBACK_WITHDRAW = "feedback.withdraw"

COMMAND_DO = "commands.do"
COMMAND_RUN = "commands.run"

ITEM_SUBMIT = "items.submit"
STATUS_PUBLISH = "statuses.publish"
STATUS_CHANGE = "statuses.change"
STATUS_CANCEL = "statuses.cancel"
STATUS_CONFIRM = "statuses.confirm"
STATUS_SUBMIT = "statuses.submit"

CHANNEL_SETUP = "channels.setup"
CHANNEL_SUBMIT = "channels.setup.submit"
CHANNEL_CUSTOMER = "channels.customer"
CHANNEL_CHOSEN = "channels.chosen"

ROLES_OPEN = "roles.open"
ROLES_SUBMIT = "roles.submit"
SETUP_OPEN = "setup.open"


ITEM_SHOW = "roadmap.show"
LANE_MORE = "roadmap.more"
QUESTION_OPEN = "questions.open"
QUESTION_LOG = "questions.log"
QUESTION_OWNER = "questions.owner"
QUESTION_WRONG = "questions.wrong"
QUESTION_SAFE = "questions.safe"

SUMMARY_SHARE = "summaries.share"
SUMMARY_CAPTURE = "summaries.capture"
SUMMARY_CAPTURE_ALL = "summaries.capture_all"

UPDATE_APPROVE = "updates.approve"
UPDATE_SKIP = "updates.skip"
UPDATE_POST = "updates.post"
UPDATE_EDIT = "updates.edit"

SHARE_POST = "sharing.post"
SHARE_CANCEL = "sharing.cancel"

DELIVERY_THERE = "deliveries.there"
DELIVERY_AGAIN = "deliveries.again"
