"""
Email addresses and phone numbers: as people type them, and the one spelling that keys have.

Whatever compares or hashes an address, or makes a key from it, uses `address_key`. So two spellings
of one address meet everywhere.
"""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

# Blanks and control characters.
BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
# How a label of an internationalized domain begins in ASCII (RFC 5890).
ENCODED = "xn--"
PHONE = "phone:"
# Numbers are written with and without the code of the country that the program is in.
COUNTRY, NATIONAL_DIGITS = "1", 10
# A phone number among words: local ones have seven digits, and none has more than 15 (E.164).
NUMBER = re.compile(r"(\+?)\(?\d[\d\s().\-\u2010-\u2015]*")
FEWEST_DIGITS, MOST_DIGITS = 7, 15


def visible(text: str) -> str:
    """Return *text* without format characters, which are copied along and cannot be seen."""
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def typed_address(text: str) -> str:
    """
    Return an address as it was meant: without blanks around it or around its @.

    Blanks inside are left as one space, because nobody can say which part was meant.
    """
    words = BLANKS.sub(" ", visible(text)).strip()
    return re.sub(r" ?@ ?", "@", unicodedata.normalize("NFC", words))


def address_key(address: str) -> str:
    """
    Return the one spelling of an address: in small letters, its domain in Unicode.

    `Robin@Bücher.example` and `robin@xn--bcher-kva.example` have the same key. Text that is no
    address is only put in small letters. Every key ever stored was made so, and is still found.
    """
    local, at, domain = address.rpartition("@")
    if domain and not (domain.isascii() and ENCODED not in domain.casefold()):
        domain = _checked(domain, in_ascii=False)
    return f"{local}{at}{domain}".casefold()


def earlier_key(address: str) -> str:
    """Return the key under which marks of refused addresses once were: its domain is in ASCII."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{_checked(domain, in_ascii=True)}".casefold()


def same_address(one: str, other: str) -> bool:
    """Tell whether two addresses are the same."""
    return address_key(one) == address_key(other)


def phone_key(number: str) -> str:
    """
    Return what a phone number is known by: its digits, without the country's code.

    `(206) 555-0100` and `+1 206 555 0100` have one key, and a key has itself.
    """
    found = (unicodedata.digit(each, None) for each in number)
    digits = "".join(str(each) for each in found if each is not None)
    if len(digits) == len(COUNTRY) + NATIONAL_DIGITS:
        digits = digits.removeprefix(COUNTRY)
    return f"{PHONE}{digits}"


def dialable(words: str) -> str:
    """
    Return the first phone number in some words as a phone dials it, "" if there is none.

    It has only digits, after a + if the country's code is given. An extension is left out: it is
    dialed once somebody answers.
    """
    for found in NUMBER.finditer(words):
        digits = "".join(str(unicodedata.digit(each)) for each in found[0] if each.isdecimal())
        if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS:
            return f"{found[1]}{digits}"
    return ""


def _checked(domain: str, *, in_ascii: bool) -> str:
    """Return a domain in ASCII or in Unicode, or as it is if it is none."""
    try:
        found = validate_email(f"a@{domain}", check_deliverability=False)
    except EmailNotValidError:
        return domain
    return found.ascii_domain if in_ascii else found.domain
