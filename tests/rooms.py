"""The rooms of the package, in the order in which they may import each other."""

# The rooms from the ground up, a floor a line. A room is a folder of the package, or a module in
# its root; it imports what is on floors below it, and nothing else of the package.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("names", "framework", "addresses", "settings", "problems", "log", "letters"),
    ("change", "form"),
    ("applications", "program"),
    ("members", "matches", "exports"),
    ("notices", "store", "rendering"),
    ("ses", "bucket", "web"),
    ("services",),
    ("candidates",),
    ("pairings",),
    ("mail", "jobs", "archive"),
    ("applicant", "desk"),
    ("handlers",),
)
