"""Each promise of the software, shown."""
