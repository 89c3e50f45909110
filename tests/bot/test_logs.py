import json
import logging

import pytest

from bot.logs import JsonFormatter, TextFormatter, without_secrets

SECRETS = [
    "xoxb-123456789012-abcdefABCDEF",
    "xoxe.xoxb-1-abcdef",
    "xapp-1-A0B1C2-345-deadbeef",
    "sk-proj-abcdefgh12345678",
    "https://hooks.slack.com/commands/T1/2/abc",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()], ids=["text", "json"])
def test_no_secret_reaches_the_log(secret: str, formatter: logging.Formatter) -> None:
    try:
        raise ValueError(f"refused {secret}")
    except ValueError as error:
        record = logging.LogRecord("bot", logging.ERROR, "", 1, "with %s", (secret,), (type(error), error, None))
    line = formatter.format(record)
    assert secret not in line
    assert "[secret]" in line


def test_a_password_in_an_address_is_blacked_out() -> None:
    assert without_secrets("postgresql://mina:hunter2@db/linchpin") == "postgresql://[secret]@db/linchpin"


def test_the_json_log_is_one_object_a_line() -> None:
    record = logging.LogRecord("bot", logging.INFO, "", 1, "two\nlines", (), None)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "two\nlines"
