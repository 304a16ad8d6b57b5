"""
The framework that the program suggests to a match, declared once.

The form, the pages, the drawn timeline and the emails read `FRAMEWORK`. How long answers are kept
is a setting of its own. A match may change the framework if both agree.
"""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

DAYS_A_WEEK = 7
# Every month in a common year, to find the shortest span of some months.
FIRSTS = tuple(date(2023, month, 1) for month in range(1, 13))
LENGTHS = {15: "a quarter of an hour", 30: "half an hour", 60: "an hour"}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, kw_only=True)
class Framework:
    """
    How often the two of a match talk, and for how long.

    Attributes:
        months: calendar months from the introduction to the end of the match.
        weeks: from one contact to the next.
        minutes: the length of a contact.

    """

    months: int
    weeks: int
    minutes: int

    def __post_init__(self) -> None:
        """Refuse a framework that cannot be."""
        if min(self.months, self.weeks, self.minutes) < 1:
            raise ValueError("a framework has at least one month, one week and one minute")

    @property
    def contact_weeks(self) -> tuple[int, ...]:
        """The weeks after the introduction in which contacts fall, all before the end."""
        shortest = min((day + relativedelta(months=self.months) - day).days for day in FIRSTS)
        last = (shortest - 1) // DAYS_A_WEEK
        return tuple(range(self.weeks, last + 1, self.weeks))

    @property
    def length(self) -> str:
        """The length of a contact in words."""
        return LENGTHS.get(self.minutes, f"{self.minutes} minutes")

    @property
    def interval(self) -> str:
        """The interval between contacts in words."""
        return "every week" if self.weeks == 1 else f"every {self.weeks} weeks"

    @property
    def duration(self) -> str:
        """The time from the introduction to the end in words."""
        return "1 month" if self.months == 1 else f"{self.months} months"

    @property
    def words(self) -> str:
        """The whole framework in words."""
        return f"{self.length} {self.interval} for {self.duration}"

    @property
    def conversations(self) -> str:
        """How many conversations there are in words, the introduction included."""
        count = 1 + len(self.contact_weeks)
        number = NUMBERS[count] if count < len(NUMBERS) else str(count)
        return f"{number} conversation" if count == 1 else f"{number} conversations"

    @property
    def when(self) -> str:
        """When the contacts after the introduction fall in words."""
        weeks = [str(week) for week in self.contact_weeks]
        if len(weeks) <= 1:
            return f"week {weeks[0]}" if weeks else "no week"
        return f"weeks {', '.join(weeks[:-1])} and {weeks[-1]}"


# A suggestion of the program (half an hour every 12 weeks, for 12 months).
FRAMEWORK = Framework(months=12, weeks=12, minutes=30)
