"""Secrets in text: tokens of the services people use, passwords in assignments, keys that are plainly random."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from math import log2

_TOKENS = re.compile(
    r"""(?<![A-Za-z0-9])(?:
      xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}            # Slack
    | xapp-\d-[A-Za-z0-9-]{8,}
    | hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_+-]{12,}
    | sk-[A-Za-z0-9_-]{16,}                               # OpenAI, Anthropic
    | (?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA)[0-9A-Z]{16}  # AWS
    | gh[pousr]_[A-Za-z0-9]{16,} | github_pat_\w{20,}     # GitHub
    | glpat-[\w-]{16,}                                    # GitLab
    | AIza[\w-]{30,} | ya29\.[\w-]{20,} | GOCSPX-[\w-]{20,}   # Google
    | (?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,} # Stripe
    | npm_[A-Za-z0-9]{30,} | pypi-[\w-]{30,} | hf_[A-Za-z0-9]{30,}
    | SG\.[\w-]{16,}\.[\w-]{16,}                          # SendGrid
    | lin_api_[A-Za-z0-9]{20,} | ATATT[\w=-]{20,}         # Linear, Atlassian
    | eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}               # a signed web token
    )""",
    re.VERBOSE,
)
_KEY_BLOCK = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\Z)",
    re.DOTALL,
)
_IN_URL = re.compile(r"\b[a-z][a-z0-9+.-]{1,15}://[^\s:/@]*:(?P<value>[^\s/@]+)@", re.IGNORECASE)
_BEARER = re.compile(r"\b(?:bearer|basic)\s+(?P<value>[A-Za-z0-9._~+/-]{16,}=*)", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"""(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|(?:api|access|private)[ _-]?key|credentials?)
    [A-Za-z0-9_-]{0,24}["'`*]{0,2}\s*(?P<sign>:=|=>|[:=]|\sis\s)\s*["'`*]{0,2}(?P<value>[^\s"'`,;<>*]{6,})""",
    re.VERBOSE | re.IGNORECASE,
)
_LONG = re.compile(r"(?<![\w/+.=-])[A-Za-z0-9_+=-]{32,}(?![\w/+.=-])")


def secret_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of every secret, the surest kinds first; spans may overlap."""
    for pattern in (_KEY_BLOCK, _TOKENS):
        yield from (match.span() for match in pattern.finditer(text))
    for pattern in (_IN_URL, _BEARER):
        yield from (match.span("value") for match in pattern.finditer(text))
    for match in _ASSIGNED.finditer(text):
        if match["sign"].strip() in {"=", ":=", "=>"} or _looks_made_up(match["value"]):
            yield match.span("value")
    for match in _LONG.finditer(text):
        if _is_random(match[0]):
            yield match.span()


def _looks_made_up(value: str) -> bool:
    """Tell "password: hunter2" from "password: optional" and from a link."""
    mixed = any(letter.isdigit() for letter in value) and any(letter.isalpha() for letter in value)
    return (mixed or bool(re.search(r"\w[!#$%^&*]\w", value))) and not value.lower().startswith(("http:", "https:"))


def _is_random(value: str) -> bool:
    """Tell a key from a long name or a commit hash: all three kinds of character, and nearly as varied as chance."""
    kinds = (str.isupper, str.islower, str.isdigit)
    if any(sum(map(kind, value)) < 4 for kind in kinds):
        return False
    entropy = -sum(n / len(value) * log2(n / len(value)) for n in Counter(value).values())
    return entropy >= 4.2
