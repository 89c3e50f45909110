"""Words for the language model: one TOML file per prompt, with its version, both parts, inputs and output schema.

May import `bot.errors` alone. To add one, write `<name>.toml` beside this file and `load("<name>")` where it is used;
`tests/prompts` checks every file here by itself. What people wrote goes only in the user part: `load` refuses a system
part with an input in it, and `render` writes each input as JSON that cannot close the mark around it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from string import Template
from types import MappingProxyType
from typing import Any

from bot.errors import BotError


class PromptError(BotError):
    """One of my prompts is written wrongly. Please tell an admin of Linchpin."""


class UnknownPromptError(PromptError):
    """There is no prompt of that name. Please tell an admin of Linchpin."""


class MissingInputError(PromptError):
    """A prompt was not given everything it needs. Please tell an admin of Linchpin."""


class UnknownInputError(PromptError):
    """A prompt was given something it does not know. Please tell an admin of Linchpin."""


@dataclass(frozen=True)
class RenderedPrompt:
    """A prompt with its inputs filled in, ready for a model."""

    name: str
    """The file it came from, without its ending."""
    version: str
    """The version of the words, kept next to what the model answered."""
    system: str
    """The instructions: ours alone, the same for every call."""
    template: str
    """The user part, with `$name` where an input goes."""
    inputs: Mapping[str, Any]
    """The data by name: JSON values, people's text among them."""
    output: Mapping[str, Any]
    """The JSON schema of the answer, strict: every property required, no others allowed."""

    @property
    def user(self) -> str:
        """Return the user part, each input as JSON without `<`, `>` and `&`."""
        return Template(self.template).substitute({name: _as_data(value) for name, value in self.inputs.items()})

    def with_texts(self, change: Callable[[str], str]) -> RenderedPrompt:
        """Return the same prompt with `change` applied to every text in the inputs, keys left alone."""
        return replace(self, inputs={name: _changed(value, change) for name, value in self.inputs.items()})


@dataclass(frozen=True)
class Prompt:
    """One prompt, as its file says it."""

    name: str
    version: str
    system: str
    user: str
    inputs: Mapping[str, str]
    """What the user part needs: a line about each, by name."""
    output: Mapping[str, Any]

    def render(self, **inputs: Any) -> RenderedPrompt:
        """Fill the inputs in; raise MissingInputError or UnknownInputError, naming the one."""
        for name in self.inputs:
            if name not in inputs:
                raise MissingInputError(f"The prompt {self.name} needs {name}: {self.inputs[name]}")
        for name in inputs:
            if name not in self.inputs:
                known = ", ".join(self.inputs)
                raise UnknownInputError(f"The prompt {self.name} does not know {name}. It takes: {known}.")
        return RenderedPrompt(self.name, self.version, self.system, self.user, dict(inputs), self.output)


@cache
def load(name: str) -> Prompt:
    """Return the prompt of this name; raise UnknownPromptError, or PromptError where the file contradicts itself."""
    file = files(__name__).joinpath(f"{name}.toml")
    if not name.isidentifier() or not file.is_file():
        raise UnknownPromptError(f"There is no prompt called {name!r}. I know: {', '.join(names())}.")
    return parse(name, file.read_text(encoding="utf-8"))


def names() -> list[str]:
    """Return the names of all prompts, sorted."""
    return sorted(file.name[:-5] for file in files(__name__).iterdir() if file.name.endswith(".toml"))


def parse(name: str, text: str) -> Prompt:
    """Read a prompt from the text of its file; raise PromptError, saying what is wrong in it."""
    try:
        written = tomllib.loads(text)
        prompt = Prompt(
            name=name,
            version=written["version"],
            system=written["system"].strip(),
            user=written["user"].strip(),
            inputs=MappingProxyType(written["inputs"]),
            output=MappingProxyType(written["output"]),
        )
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"The prompt {name} is not valid TOML: {error}.") from error
    except KeyError as error:
        raise PromptError(f"The prompt {name} has no {error.args[0]}.") from error
    _agree(prompt)
    return prompt


def _agree(prompt: Prompt) -> None:
    """Raise PromptError unless the declared inputs are the ones used, in the user part alone."""
    if Template(prompt.system).get_identifiers():
        raise PromptError(f"The prompt {prompt.name} has an input in its system part. Data belongs in the user part.")
    used = set(Template(prompt.user).get_identifiers())
    if used != set(prompt.inputs):
        wrong = ", ".join(sorted(used ^ set(prompt.inputs)))
        raise PromptError(f"The prompt {prompt.name} declares inputs other than it uses: {wrong}.")


def _as_data(value: Any) -> str:
    """Write a value as JSON in which no mark such as `</messages>` can be forged; a list gets one line per entry."""
    if isinstance(value, list | tuple):
        return "\n".join(_as_data(entry) for entry in value)
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _changed(entry, change) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_changed(entry, change) for entry in value]
    return value
