"""`python -m bot` is `linchpin`."""

from bot.cli import main

main()
