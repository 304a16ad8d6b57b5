"""
Domains that look like a mistyped common one, such as gmial.com.

Whoever typed one is asked once and may keep it: a wrong question costs a click, and a wrong address
costs every email.
"""

# The domains that people in this program are likely to have, and to mistype.
COMMON = (
    "gmail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "icloud.com",
    "protonmail.com",
    "aol.com",
    "msn.com",
    "live.com",
    "comcast.net",
    "verizon.net",
    "uw.edu",
)
# Real ones among those that differ by as little.
REAL = ("grail.com",)
# How many slips make a name of so many letters another one; a shorter name is often another domain.
SLIPS = ((6, 2), (5, 1))
# Two letters after the dot are a country's, and a short name may well be taken there.
COUNTRY = 2


def meant(address: str) -> str:
    """Return the address that was probably meant, or "" if nothing is wrong with this one."""
    local, _, domain = address.rpartition("@")
    domain = domain.casefold()
    if domain in (*COMMON, *REAL):
        return ""
    found = [(_slips(domain, each), each) for each in COMMON]
    near = sorted((slips, each) for slips, each in found if slips is not None)
    return f"{local}@{near[0][1]}" if near else ""


def _slips(domain: str, common: str) -> int | None:
    """Return by how many slips a domain differs from a common one, or `None` for too many."""
    name, _, end = domain.partition(".")
    its_name, _, its_end = common.partition(".")
    # People rarely miss the first letter, and ymail.com and mail.com are no slips.
    if name[:1] != its_name[:1]:
        return None
    allowed = next((most for length, most in SLIPS if len(its_name) >= length), 0)
    if not allowed and len(end) == COUNTRY:
        return None
    in_name, in_end = distance(name, its_name), distance(end, its_end)
    return in_name + in_end if in_name <= allowed and in_end <= 1 else None


def distance(one: str, other: str) -> int:
    """Return by how many slips two words differ: a letter too many, missing, wrong, or swapped."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, its in enumerate(other, start=1):
            steps = [before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its)]
            if i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], its):
                steps.append(last[j - 2] + 1)
            row.append(min(steps))
    return row[-1]
