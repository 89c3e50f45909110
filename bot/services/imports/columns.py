"""What the columns of a file are called, here and in the tools that people come from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.errors import InvalidInputError

REQUIRED = {"roadmap": "title", "feedback": "quote", "accounts": "name"}

_LINCHPIN_ID = "linchpin_id"

FIELDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "roadmap": {
        "title": ("name", "feature", "feature name", "summary title", "idea", "initiative", "item"),
        "summary": ("description", "details", "notes", "body"),
        "lane": ("horizon", "bucket"),
        "status": ("state", "stage"),
        "area": ("product area", "component", "category", "team", "product"),
        "owner": ("assignee", "product manager", "pm", "lead"),
        "objective": ("goal", "okr"),
        "due": ("due date", "target date", "release date", "timeframe", "eta", "deadline"),
        "effort": ("effort weeks", "effort (weeks)", "weeks"),
        "visibility": (),
        "id": ("item id", "external id", "key", "issue key", "uuid"),
        _LINCHPIN_ID: (),
    },
    "feedback": {
        "quote": ("feedback", "text", "note", "comment", "content", "request", "description", "message"),
        "problem": ("title", "subject", "headline"),
        "kind": ("type",),
        "weight": ("importance", "priority", "severity"),
        "theme": ("tags", "tag", "labels", "category"),
        "account": ("customer", "company", "company name", "account name", "organization"),
        "said_by": ("said by", "author", "user", "contact", "customer name", "reporter", "author name"),
        "date": ("created", "created at", "created_at", "created on", "captured at", "time"),
        "link": ("url", "permalink", "source url"),
        "item": ("roadmap item", "linked item", "feature"),
        "visibility": (),
        "id": ("feedback id", "note id", "external id", "key", "uuid"),
        _LINCHPIN_ID: (),
    },
    "accounts": {
        "name": ("account", "account name", "customer", "company", "company name", "organization"),
        "arr": ("annual recurring revenue", "arr (usd)", "revenue", "annual revenue", "amount"),
        "renewal": ("renewal date", "renews", "renews on", "contract end", "contract end date"),
        "owner": ("account owner", "csm", "customer success manager", "account manager"),
    },
}
"""The fields of each kind, with other names that a column may have for it."""

PRESETS: Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "productboard": {
        "roadmap": {
            "title": ("feature name", "name", "entity name"),
            "summary": ("feature description", "description"),
            "status": ("feature status", "status name", "status"),
            "area": ("component name", "component", "product name", "product", "parent"),
            "owner": ("owner email", "owner", "owner name"),
            "objective": ("objective", "objectives"),
            "due": ("timeframe end", "timeframe", "release date"),
            "id": ("feature id", "entity uuid", "uuid", "id", "productboard url", "pb url", "url"),
        },
        "feedback": {
            "quote": ("note_text", "note text", "note content", "content", "text"),
            "problem": ("note_title", "note title", "title"),
            "theme": ("tags", "note tags"),
            "account": ("company_name", "company name", "company", "company_domain", "company domain"),
            "said_by": ("customer_name", "user_name", "customer_email", "user email", "user"),
            "date": ("created_at", "created at", "note created at", "created"),
            "link": ("source_url", "display_url", "source url", "note url", "url"),
            "item": ("feature name", "linked features", "features"),
            "weight": ("importance",),
            "id": ("note_id", "note id", "uuid", "id", "note url"),
        },
        "accounts": {
            "name": ("company_name", "company name", "name", "company"),
            "arr": ("arr", "annual revenue", "annual recurring revenue"),
            "owner": ("owner email", "owner"),
        },
    },
    "canny": {
        "roadmap": {
            "title": ("post title", "title"),
            "summary": ("post details", "details", "description"),
            "status": ("post status", "status"),
            "area": ("category", "category name", "board", "board name"),
            "owner": ("owner email", "owner", "owner name"),
            "due": ("eta",),
            "id": ("post id", "id", "post url", "url"),
        },
        "feedback": {
            "quote": ("details", "post details", "title", "post title"),
            "problem": ("title", "post title"),
            "theme": ("tags", "category", "category name"),
            "account": ("company", "companies", "author company", "company name"),
            "said_by": ("author name", "author", "author email"),
            "date": ("created", "created at", "post created"),
            "link": ("post url", "url"),
            "id": ("post id", "id", "post url", "url"),
        },
        "accounts": {
            "name": ("company name", "name", "company"),
            "arr": ("arr", "annual spend"),
        },
    },
    "jira": {
        "roadmap": {
            "title": ("summary",),
            "summary": ("description",),
            "status": ("status",),
            "area": ("component/s", "components", "component", "project name"),
            "owner": ("assignee",),
            "due": ("due date", "due", "custom field (target end)"),
            "id": ("issue key", "key"),
        },
        "feedback": {
            "quote": ("description", "summary"),
            "problem": ("summary",),
            "weight": ("priority",),
            "theme": ("labels",),
            "account": ("custom field (customer)", "custom field (account)", "organizations"),
            "said_by": ("reporter",),
            "date": ("created",),
            "id": ("issue key", "key"),
        },
    },
}
"""How the exports of other tools call their columns; the first that a file has is taken."""


class ColumnsError(InvalidInputError):
    """The columns of that file don't fit. Say which is which with --map, such as --map title=Summary."""


@dataclass(frozen=True)
class Columns:
    """Which column of a file holds which field."""

    by_field: dict[str, str]
    unused: tuple[str, ...]

    def cells(self, row: Mapping[str, str]) -> dict[str, str]:
        """Return the cells of a row by field, those that are not empty."""
        return {name: row[column] for name, column in self.by_field.items() if column in row}


def find_columns(
    kind: str, columns: Sequence[str], *, preset: str | None = None, mapped: Mapping[str, str] | None = None
) -> Columns:
    """Say which column holds which field: by `mapped` first, then by the preset, then by common names.

    Raises ColumnsError, which names the columns and what to write.
    """
    names = PRESETS[preset].get(kind) if preset else None
    if preset and names is None:
        raise ColumnsError(f"There is no {preset} preset for {kind}. Leave --from out, and name columns with --map.")
    by_name = {_plain(column): column for column in reversed(columns)}
    found = _explicit(kind, columns, mapped or {}, by_name)
    for source in (names or {}, {field: (field, *others) for field, others in FIELDS[kind].items()}):
        for field, likely in source.items():
            column = next((by_name[_plain(one)] for one in likely if _plain(one) in by_name), None)
            # One column may hold two fields only where a preset says so: a Canny title is quote and problem.
            if field not in found and column and (source is names or column not in found.values()):
                found[field] = column
    if REQUIRED[kind] not in found:
        needed = REQUIRED[kind]
        raise ColumnsError(
            f'No column holds the {needed}. The file has {_listed(columns)}. Name it: --map {needed}="{columns[0]}".'
        )
    return Columns(found, tuple(one for one in columns if one not in found.values()))


def _explicit(
    kind: str, columns: Sequence[str], mapped: Mapping[str, str], by_name: Mapping[str, str]
) -> dict[str, str]:
    found = {}
    for field, column in mapped.items():
        if field not in FIELDS[kind]:
            raise ColumnsError(f'There is no field "{field}" in {kind}. The fields are {_listed(FIELDS[kind])}.')
        if _plain(column) not in by_name:
            raise ColumnsError(f'There is no column "{column}". The file has {_listed(columns)}.')
        found[field] = by_name[_plain(column)]
    return found


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
