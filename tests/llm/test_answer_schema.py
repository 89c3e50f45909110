"""Our reading of the schema agrees with the standard's."""

from typing import Any

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

import prompts
from bot.llm.answer_schema import problems

SCHEMA = dict(prompts.load("summarize_thread").output)
MIXED = {
    "type": "object",
    "required": ["kind", "sure"],
    "additionalProperties": False,
    "properties": {
        "kind": {"type": "string", "enum": ["bug", "feature"]},
        "sure": {"type": ["number", "null"]},
        "yes": {"type": "boolean"},
        "rows": {"type": "array", "items": {"type": "integer"}},
    },
}
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.sampled_from(["bug", "x"])
KEYS = st.sampled_from(["kind", "sure", "yes", "rows", "decided", "questions", "actions", "feedback", "text", "cites"])
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)
LINE = st.fixed_dictionaries(
    {"text": SCALARS, "cites": st.lists(SCALARS, max_size=2)}, optional={"owner": SCALARS, "extra": SCALARS}
)
NEARLY = st.fixed_dictionaries({section: st.lists(LINE, max_size=2) for section in SCHEMA["required"]})
NEARLY_MIXED = st.fixed_dictionaries({"kind": SCALARS, "sure": SCALARS}, optional={"yes": SCALARS, "rows": ANYTHING})


@given(ANYTHING | NEARLY | NEARLY_MIXED)
def test_an_answer_fits_exactly_when_the_standard_says_so(answer: Any) -> None:
    for schema in (SCHEMA, MIXED):
        fits = jsonschema.Draft202012Validator(schema).is_valid(answer)
        assert fits == (list(problems(answer, schema)) == [])


def test_a_problem_says_where_it_is() -> None:
    answer = {"decided": [{"text": "a", "cites": ["1"]}], "questions": [], "actions": []}
    assert list(problems(answer, SCHEMA)) == [
        "answer.feedback is missing",
        "answer.decided[0].cites[0] must be integer",
    ]
