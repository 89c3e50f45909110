"""The settings: the only reader of the environment.

Every value comes from an environment variable or from `.env`; a wrong or missing one becomes one line that names the
variable, says what is wrong and how to get a right one.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
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
        use_attribute_docstrings=True,
    )

    slack_bot_token: SecretStr | None = Field(None, validation_alias=_env("SLACK_BOT_TOKEN"))
    """The bot's token, `xoxb-…`: Slack app page, OAuth & Permissions."""
    slack_app_token: SecretStr | None = Field(None, validation_alias=_env("SLACK_APP_TOKEN"))
    """The app-level token for Socket Mode, `xapp-…` with the scope `connections:write`: Basic Information."""
    slack_api_url: str = Field("https://slack.com/api/", validation_alias=_env("SLACK_API_URL"))
    """Where Slack's Web API is."""
    database_url: str | None = Field(None, validation_alias=_env("DATABASE_URL"))
    """`postgresql://user:password@host/name`, or `sqlite:///file`. Default: a SQLite file in the data directory."""
    openai_api_key: SecretStr | None = Field(None, validation_alias=_env("OPENAI_API_KEY"))
    """Key of the language model. Without it, summaries are extractive and answers come from rows alone."""
    openai_base_url: str | None = Field(None, validation_alias=_env("OPENAI_BASE_URL"))
    """Base URL of an OpenAI-compatible server, for example a local one."""
    model: str | None = Field(None, validation_alias=_env("LINCHPIN_MODEL"))
    """Name of the model."""
    host: str = Field("127.0.0.1", validation_alias=_env("LINCHPIN_HOST"))
    """Address that the bot's own web server listens on."""
    port: int = Field(3000, validation_alias=_env("LINCHPIN_PORT"))
    """Port of the bot's own web server; 0 takes a free one."""
    admins: Annotated[tuple[str, ...], NoDecode] = Field((), validation_alias=_env("LINCHPIN_ADMINS"))
    """Slack user ids of people who are admins of Linchpin whatever their role in Slack, separated by commas."""
    data_dir: Path = Field(Path("data"), validation_alias=_env("LINCHPIN_DATA_DIR"))
    """Folder for the SQLite file, the sandbox's state and backups."""
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

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("xoxb-", "xapp-")):
            raise ValueError("must start with xoxb- (bot token) or xapp- (app-level token)")
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

    def slack_tokens(self) -> tuple[str, str]:
        """Return the bot token and the app-level token.

        Raises SettingError that names the missing one and where to find it.
        """
        if self.slack_bot_token is None:
            raise SettingError(_missing("SLACK_BOT_TOKEN", "the bot token (xoxb-…) from OAuth & Permissions"))
        if self.slack_app_token is None:
            what = "an app-level token (xapp-…) with connections:write from Basic Information"
            raise SettingError(_missing("SLACK_APP_TOKEN", what))
        return self.slack_bot_token.get_secret_value(), self.slack_app_token.get_secret_value()


def _missing(variable: str, what: str) -> str:
    return (
        f"{variable} is missing: set it to {what} on your Slack app's page. `linchpin manifest` prints the manifest"
        " to create the app with; `linchpin demo` needs no token."
    )


def read_settings() -> Settings:
    """Read the settings from the environment and `.env`.

    Raises SettingError: one line that names the variable and what is wrong with it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "a setting"
        field = Settings.model_fields.get(name)
        alias = field.validation_alias if field else None
        variable = str(alias.choices[0]) if isinstance(alias, AliasChoices) else name.upper()
        said = first["msg"].removeprefix("Value error, ")
        raise SettingError(f"{variable} is wrong: {said[0].lower()}{said[1:]}.") from None
