"""The coordinators' desk: a module for each of its pages, and the guard at its door."""
