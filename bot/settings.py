"""The settings: the only reader of the environment.

Every value comes from an environment variable or from `.env`; a wrong or missing one becomes one line that names the
variable, says what is wrong and how to get a right one.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingError


def _env(name: str) -> AliasChoices:
    return AliasChoices(name, name.lower())


class Settings(BaseSettings):
    """What the operator decides. Empty values count as not set."""

    model_config = SettingsConfigDict(
        env_file=".env",
        extra="ignore",
        env_ignore_empty=True,
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: SecretStr | None = Field(None, validation_alias=_env("SLACK_BOT_TOKEN"))
    """The bot's token, `xoxb-…`: Slack app page, OAuth & Permissions."""
    slack_app_token: SecretStr | None = Field(None, validation_alias=_env("SLACK_APP_TOKEN"))
    """The app-level token for Socket Mode, `xapp-…` with the scope `connections:write`: Basic Information."""
    slack_signing_secret: SecretStr | None = Field(None, validation_alias=_env("SLACK_SIGNING_SECRET"))
    """For HTTP instead of Socket Mode: proves that a request comes from Slack. Basic Information, App Credentials."""
    slack_api_url: str = Field("https://slack.com/api/", validation_alias=_env("SLACK_API_URL"))
    """Where Slack's Web API is."""
    database_url: str | None = Field(None, validation_alias=_env("DATABASE_URL"))
    """`postgresql://user:password@host/name`, or `sqlite:///file`. Default: a SQLite file in the data directory."""
    openai_api_key: SecretStr | None = Field(None, validation_alias=_env("OPENAI_API_KEY"))
    """Key of the language model. Without it, summaries are extractive and answers come from rows alone."""
    openai_base_url: str | None = Field(None, validation_alias=_env("OPENAI_BASE_URL"))
    """Base URL of an OpenAI-compatible server, for example a local one."""
    model: str | None = Field(None, validation_alias=_env("LINCHPIN_MODEL"))
    """Name of the model. Where none is named: `gpt-5.4-mini`, which only OpenAI has."""
    host: str = Field("127.0.0.1", validation_alias=_env("LINCHPIN_HOST"))
    """Address that the bot's own web server listens on."""
    port: int = Field(3000, validation_alias=_env("LINCHPIN_PORT"))
    """Port of the bot's own web server; 0 takes a free one."""
    admins: Annotated[tuple[str, ...], NoDecode] = Field((), validation_alias=_env("LINCHPIN_ADMINS"))
    """Slack user ids of people who are admins of Linchpin whatever their role in Slack, separated by commas."""
    data_dir: Path = Field(Path("data"), validation_alias=_env("LINCHPIN_DATA_DIR"))
    """Folder for the SQLite file and the demo's data; `data` is in the folder that you start it in."""
    log: Literal["text", "json"] = Field("text", validation_alias=_env("LINCHPIN_LOG"))
    """Shape of the log."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", validation_alias=_env("LINCHPIN_LOG_LEVEL"))
    """How much to log."""
    sandbox_port: int = Field(3900, validation_alias=_env("LINCHPIN_SANDBOX_PORT"))
    """Port of the local workspace that `linchpin demo` opens."""

    @field_validator("admins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("port", "sandbox_port", mode="before")
    @classmethod
    def _port(cls, value: object) -> object:
        said = str(value).strip()
        if not (said.isascii() and said.isdecimal() and int(said) <= 65535):
            raise ValueError("must be a number from 0 to 65535")
        return said

    @field_validator("slack_bot_token", "slack_app_token", "slack_signing_secret")
    @classmethod
    def _token(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        said = value.get_secret_value() if value else ""
        for name, (start, what) in _TOKENS.items():
            if name != info.field_name and said.startswith(start):
                raise ValueError(f"this is {what} ({start}…), which belongs in {name.upper()}")
        start, what = _TOKENS.get(str(info.field_name), ("", ""))
        if said and not said.startswith(start):
            raise ValueError(f"must start with {start}, as {what} does")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str | None) -> str | None:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return value

    @property
    def database(self) -> str:
        """Return the database's URL, the default file included."""
        return self.database_url or f"sqlite:///{self.data_dir / 'linchpin.db'}"

    def slack_tokens(self) -> tuple[str, str | None, str | None]:
        """Return the bot token, the app-level token for Socket Mode, and the signing secret for HTTP.

        Raises SettingError that names what is missing and where to find it.
        """
        missing = [] if self.slack_bot_token else ["SLACK_BOT_TOKEN"]
        if not (self.slack_app_token or self.slack_signing_secret):
            missing.append("SLACK_APP_TOKEN")
        if self.slack_bot_token is None or missing:
            raise SettingError(_missing(missing))
        app, secret = self.slack_app_token, self.slack_signing_secret
        return (
            self.slack_bot_token.get_secret_value(),
            app.get_secret_value() if app else None,
            secret.get_secret_value() if secret else None,
        )


_TOKENS = {"slack_bot_token": ("xoxb-", "a bot token"), "slack_app_token": ("xapp-", "an app-level token")}
_WHERE = {
    "SLACK_BOT_TOKEN": "the bot token (xoxb-…) is under OAuth & Permissions",
    "SLACK_APP_TOKEN": "an app-level token (xapp-…) with connections:write is under Basic Information (or take"
    " SLACK_SIGNING_SECRET from there, for HTTP)",
}


def _missing(variables: list[str]) -> str:
    where, verb = ", ".join(_WHERE[one] for one in variables), "is" if len(variables) == 1 else "are"
    return (
        f"{' and '.join(variables)} {verb} missing: on your Slack app's page, {where}."
        " `linchpin manifest` prints the manifest to create the app with; `linchpin demo` needs no token."
    )


def read_settings() -> Settings:
    """Read the settings from the environment and `.env`.

    Raises SettingError: one line that names each wrong variable and what is wrong with it.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingError(" ".join(_wrong(one["loc"], one["msg"]) for one in error.errors())) from None


def _wrong(where: tuple[int | str, ...], said: str) -> str:
    name = str(where[0]) if where else "a setting"
    field = Settings.model_fields.get(name)
    alias = field.validation_alias if field else None
    variable = str(alias.choices[0]) if isinstance(alias, AliasChoices) else name.upper()
    said = said.removeprefix("Value error, ")
    return f"{variable} is wrong: {said[0].lower()}{said[1:]}."
