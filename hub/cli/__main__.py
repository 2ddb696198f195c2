"""`python -m hub.cli`: the same as the `channelpress` command."""

from hub.cli import main

main()
