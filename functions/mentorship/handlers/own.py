"""The applicant's own page, their answers to a match, and the page that mails links anew."""

from typing import Any

from mentorship.applicant import match
from mentorship.applicant.links import ask, asking
from mentorship.applicant.own import (
    accept_change,
    confirm,
    correct,
    correction,
    discard_change,
    forget,
    forgetting_page,
    show,
    withdraw,
    withdrawal,
)
from mentorship.applicant.preview import put_back, strike
from mentorship.applicant.stay import show as staying
from mentorship.applicant.stay import stay
from mentorship.services import services
from mentorship.web import router

ROUTES = {
    ("GET", "/links"): asking,
    ("POST", "/links"): ask,
    ("GET", "/mine/{token}"): show,
    ("POST", "/mine/{token}/confirm"): confirm,
    ("GET", "/mine/{token}/correct"): correction,
    ("POST", "/mine/{token}/correct"): correct,
    ("POST", "/mine/{token}/take-up"): accept_change,
    ("POST", "/mine/{token}/discard"): discard_change,
    ("GET", "/mine/{token}/stay"): staying,
    ("POST", "/mine/{token}/stay"): stay,
    ("POST", "/mine/{token}/strike"): strike,
    ("POST", "/mine/{token}/put-back"): put_back,
    ("GET", "/mine/{token}/withdraw"): withdrawal,
    ("POST", "/mine/{token}/withdraw"): withdraw,
    ("GET", "/mine/{token}/forget"): forgetting_page,
    ("POST", "/mine/{token}/forget"): forget,
    ("GET", "/match/{token}"): match.show,
    ("POST", "/match/{token}/yes"): match.say_yes,
    ("POST", "/match/{token}/no"): match.say_no,
    ("POST", "/match/{token}/not-now"): match.say_not_now,
    ("POST", "/match/{token}/mistake"): match.say_mistake,
    ("GET", "/pair/{token}"): match.gone,
    ("GET", "/pair/{token}/{act}"): match.gone,
    ("POST", "/pair/{token}/{act}"): match.gone,
}


def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an event of the HTTP API."""
    return router.answer(event, ROUTES, services())
