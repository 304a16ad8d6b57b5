"""
Measurements of one run: `make bench`.

Nothing here is asserted, for a machine's speed is no fact about the program. Each figure names what
it is compared with, so that it means the same on another machine.
"""
