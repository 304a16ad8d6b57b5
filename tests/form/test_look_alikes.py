"""A domain that looks mistyped is asked about, and no real one."""

from mentorship.form.declaration import ADDRESS
from mentorship.form.look_alikes import COMMON, distance, meant
from tests.every import every

# Real domains of people in this field and region, and of mail services; some differ by little.
REAL = [
    *("gmx.com", "gmx.net", "gmx.us", "gmx.de", "ymail.com", "mail.com", "email.com"),
    *("rocketmail.com", "googlemail.com", "me.com", "mac.com", "proton.me", "pm.me", "hey.com"),
    *("fastmail.com", "fastmail.fm", "zoho.com", "tutanota.com", "yandex.com", "hushmail.com"),
    *("inbox.com", "grail.com", "gmac.com", "yahoo.ca", "yahoo.co.uk", "yahoo.co.jp"),
    *("yahoo.fr", "yahoo.de", "yahoo.com.au", "hotmail.ca", "hotmail.fr", "hotmail.it"),
    *("hotmail.co.uk", "outlook.de", "outlook.fr", "outlook.com.br", "live.ca", "live.co.uk"),
    *("live.cn", "live.nl", "msn.cn", "aol.de", "aol.co.uk", "cox.net", "q.com", "att.net"),
    *("sbcglobal.net", "frontier.com", "charter.net", "centurylink.net", "centurytel.net"),
    *("wavecable.com", "earthlink.net", "comcast.com", "verizon.com", "verisign.net"),
    *("washington.edu", "u.washington.edu", "wsu.edu", "wwu.edu", "gonzaga.edu", "spu.edu"),
    *("uwa.edu", "uww.edu", "uwm.edu", "usc.edu", "uci.edu", "ucla.edu", "ucsf.edu"),
    *("ohsu.edu", "uwmedicine.org", "vmmc.org", "vmfh.org", "virginiamason.org"),
    *("seattlechildrens.org", "fredhutch.org", "swedish.org", "providence.org"),
    *("multicare.org", "kp.org", "overlakehospital.org", "evergreenhealth.com"),
    *("inlandimaging.com", "radiax.com", "radnet.com", "va.gov", "mail.mil", "wsrs.org"),
    *("acr.org", "rsna.org"),
]


@every("domain", [*REAL, *COMMON])
def test_real_domains_are_not_asked_about(domain: str) -> None:
    """
    Nobody is asked about an address that is likely to be right.
    """
    assert meant(f"robin@{domain}") == ""
    assert meant(f"robin@{domain.upper()}") == ""


@every(
    ("domain", "right"),
    [
        ("gmial.con", "gmail.com"),
        ("gmial.com", "gmail.com"),
        ("gmal.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("GMAIL.CMO", "gmail.com"),
        ("yaho.com", "yahoo.com"),
        ("yahoo.con", "yahoo.com"),
        ("hotmial.com", "hotmail.com"),
        ("outlok.com", "outlook.com"),
        ("icould.com", "icloud.com"),
        ("comcast.ner", "comcast.net"),
        ("aol.con", "aol.com"),
        ("uw.edy", "uw.edu"),
    ],
)
def test_what_was_meant(domain: str, right: str) -> None:
    """
    A slip or two in a common domain is noticed, and the name before the @ is left as it is.
    """
    assert meant(f"Robin.O'Hara+wsrs@{domain}") == f"Robin.O'Hara+wsrs@{right}"


@every(
    ("one", "other", "slips"),
    [
        ("gmail", "gmail", 0),
        ("gmial", "gmail", 1),
        ("gmai", "gmail", 1),
        ("gmaill", "gmail", 1),
        ("gnail", "gmail", 1),
        ("", "gmail", 5),
        ("gmail", "", 5),
        ("icould", "icloud", 2),
    ],
)
def test_distance(one: str, other: str, slips: int) -> None:
    """
    Two letters that are swapped are one slip.
    """
    assert distance(one, other) == distance(other, one) == slips


def test_only_the_address_that_gets_emails_asks() -> None:
    """
    The field that says what was asked about belongs to that question.
    """
    assert ADDRESS.field_names == ("email", "email_asked")
