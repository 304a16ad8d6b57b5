"""Applications, and what happens to them: pure functions from a state and an event to a change."""
