"""The coordinators' desk: a module for each page, and the guard that every request passes."""
