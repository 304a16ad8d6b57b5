"""The application form: its questions, declared once, and how they are checked and shown."""
