"""`python -m aggregator` is the same as the command `aggregator`."""

from aggregator.cli import main

main()
