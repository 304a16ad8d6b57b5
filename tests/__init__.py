"""The tests: a folder for each room of the package, and modules that several of them use."""
