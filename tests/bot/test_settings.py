import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import SettingError
from bot.settings import Settings, read_settings


def linchpin(*words: str, folder: Path, **surroundings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with these variables alone."""
    path = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env={**path, **surroundings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("LINCHPIN_PORT", "eighty", "LINCHPIN_PORT is wrong: must be a number from 0 to 65535."),
        ("LINCHPIN_SANDBOX_PORT", "65536", "LINCHPIN_SANDBOX_PORT is wrong: must be a number from 0 to 65535."),
        ("SLACK_BOT_TOKEN", "12345", "SLACK_BOT_TOKEN is wrong: must start with xoxb-"),
        ("DATABASE_URL", "mysql://here", "DATABASE_URL is wrong: must start with sqlite:/// or postgresql://"),
        ("LINCHPIN_LOG", "yaml", "LINCHPIN_LOG is wrong: "),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(tmp_path: Path, variable: str, value: str, said: str) -> None:
    ended = linchpin("run", folder=tmp_path, **{variable: value})
    assert ended.returncode == 2
    assert ended.stderr.startswith(said)
    assert ended.stderr.count("\n") == 1
    assert value not in ended.stderr or variable != "SLACK_BOT_TOKEN"


def test_everything_that_is_missing_is_named_in_one_line_with_where_it_is(tmp_path: Path) -> None:
    ended = linchpin("run", folder=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.startswith("SLACK_BOT_TOKEN and SLACK_APP_TOKEN are missing: ")
    assert ended.stderr.count("\n") == 1
    assert "linchpin demo" in ended.stderr


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN is missing: "),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN is missing: "),
        ({"SLACK_SIGNING_SECRET": "5ec4e7"}, "SLACK_BOT_TOKEN is missing: "),
    ],
)
def test_one_missing_token_is_named_alone(there: dict[str, str], said: str) -> None:
    with pytest.raises(SettingError) as refused:
        Settings.model_validate(there).slack_tokens()
    assert str(refused.value).startswith(said)
    assert ("SLACK_SIGNING_SECRET" in str(refused.value)) == ("APP" in said)


def test_a_signing_secret_takes_the_place_of_the_app_level_token() -> None:
    over_http = Settings(_env_file=None, SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="5ec4e7")
    assert over_http.slack_tokens() == ("xoxb-1", None, "5ec4e7")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SLACK_APP_TOKEN", "xoxb-1", "SLACK_APP_TOKEN is wrong: this is a bot token (xoxb-…), which belongs in"),
        (
            "SLACK_BOT_TOKEN",
            "xapp-1",
            "SLACK_BOT_TOKEN is wrong: this is an app-level token (xapp-…), which belongs in",
        ),
        ("SLACK_SIGNING_SECRET", "xoxb-1", "SLACK_SIGNING_SECRET is wrong: this is a bot token (xoxb-…), which"),
    ],
)
def test_a_token_in_the_place_of_another_is_noticed(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingError) as refused:
        read_settings()
    assert str(refused.value).startswith(said)


def test_two_wrong_settings_are_both_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xapp-1")
    with pytest.raises(SettingError) as refused:
        read_settings()
    assert str(refused.value).count(" is wrong: ") == 2
    assert "\n" not in str(refused.value)


def test_settings_come_from_the_env_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("LINCHPIN_PORT=4711\nLINCHPIN_ADMINS=U1, U2\n")
    monkeypatch.chdir(tmp_path)
    settings = read_settings()
    assert settings.port == 4711
    assert settings.admins == ("U1", "U2")


def test_an_empty_value_counts_as_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("LINCHPIN_PORT=\n")
    monkeypatch.chdir(tmp_path)
    assert read_settings().port == 3000


def test_a_wrong_setting_in_the_file_is_a_sentence_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("LINCHPIN_SANDBOX_PORT=70000\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingError, match="LINCHPIN_SANDBOX_PORT is wrong"):
        read_settings()


def test_the_demo_does_not_start_next_to_real_tokens(tmp_path: Path) -> None:
    ended = linchpin("demo", folder=tmp_path, SLACK_BOT_TOKEN="xoxb-real")
    assert ended.returncode == 2
    assert "does not start next to them" in ended.stderr


def test_tokens_that_slack_refuses_are_one_sentence(tmp_path: Path) -> None:
    ended = linchpin(
        "run",
        folder=tmp_path,
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_APP_TOKEN="xapp-1",
        SLACK_API_URL="http://127.0.0.1:9/api/",
    )
    assert ended.returncode == 2
    assert ended.stderr.strip().splitlines()[-1].startswith("Slack cannot be reached at http://127.0.0.1:9/api/")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", ["run", "migrate"])
@pytest.mark.parametrize(
    "url",
    ["postgresql://mina:hunter2@127.0.0.1:9/linchpin", "postgresql://db:port/linchpin", "sqlite:////proc/no/x.db"],
    ids=["the server is down", "the port is no number", "the folder cannot be made"],
)
def test_a_database_that_cannot_be_opened_is_one_line(tmp_path: Path, command: str, url: str) -> None:
    tokens = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    ended = linchpin(command, folder=tmp_path, DATABASE_URL=url, **tokens)
    assert ended.returncode == 2
    assert "DATABASE_URL" in ended.stderr
    assert ended.stderr.count("\n") == 1
    assert "hunter2" not in ended.stderr
