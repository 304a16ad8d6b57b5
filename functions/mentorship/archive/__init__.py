"""Backups of everything that is stored, exports, and the deletion of one address's data."""
