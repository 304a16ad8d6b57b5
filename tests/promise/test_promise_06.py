"""Promise 6: bad input gets a clear 4xx at once, is never stored and never a 5xx."""

import importlib
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from botocore.model import OperationModel
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from infra import template
from infra.laptop import Laptop
from mentorship.services import services
from tests import people
from tests.events import JSON, Event, event, nested, sendable
from tests.hostile import HOSTILE, VALUES
from tests.own import link_of
from tests.people import apply
from tests.promises import Show

REQUESTS, ENVELOPES = 400, 200
BOUNDED = settings(
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
MENTEE = {name: texts if len(texts) > 1 else texts[0] for name, texts in people.MENTEE.items()}
SENT = (people.MENTEE, people.MENTOR)
NAMES = sorted({name for given in SENT for name in given} | {"opened", "change", "email"})

words = st.one_of(
    st.text(max_size=40),
    st.sampled_from(VALUES),
    st.sampled_from(["", "yes", "mentor", "1", "2027-06", "video", "boards", "neuroradiology"]),
)
# Whatever JSON can hold, NaN and halves of surrogate pairs included.
anything: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words, st.just("\ud800")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
forms = st.builds(
    lambda sent, changes, more: urlencode({**sent, **changes, **more}, doseq=True).encode(),
    st.sampled_from(SENT),
    st.dictionaries(st.sampled_from(NAMES), st.lists(words, max_size=3), max_size=3),
    st.dictionaries(words, st.lists(words, max_size=2), max_size=2),
)
objects = st.dictionaries(st.one_of(st.sampled_from(NAMES), words), anything, max_size=4).map(
    lambda members: json.dumps({**MENTEE, **members}).encode()
)
# What no dictionary can hold, and what is larger than anything that is read.
broken = st.sampled_from(
    [
        b'{"role": "mentee", "role": "mentor"}',
        b'{"role": "mentee", "\\u0072ole": "mentor"}',
        b'{"a": {"b": 1, "b": 2}}',
        b'{"capacity": NaN}',
        b'{"capacity": 1e999}',
        b'{"capacity": ' + b"9" * 5000 + b"}",
        nested(4),
        nested(30_000),
        b"[" * 60_000,
        b"&".join([b"a=1"] * 1001),
        b"a" * 65_537,
        b"a" * 3_000_000,
        b"full_name=%ff",
        b"full_name=Zo\xc3",
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
    ]
)
bodies = st.one_of(
    forms,
    objects,
    broken,
    st.binary(max_size=200),
    st.text(max_size=200),
    st.text(alphabet='{}[]":,\\ud80e19 \n', max_size=60),
)
kinds = st.one_of(
    st.none(),
    st.sampled_from(
        [people.FORM, JSON, f"{JSON}; charset=utf-8", f"{people.FORM};charset=\ud800",
         f"{JSON}; charset=utf-16", f"{people.FORM}; charset=", "multipart/form-data; boundary=x",
         f"{JSON}, {people.FORM}", "text/plain", "", ";", "application/json+json; charset"]
    ),
    st.text(max_size=30),
)  # fmt: skip
# Mostly what belongs together, so that many requests come as far as the answers in them.
contents = st.one_of(
    st.tuples(forms, st.just(people.FORM)),
    st.tuples(forms, st.just(people.FORM)),
    st.tuples(objects, st.just(JSON)),
    st.tuples(broken, st.sampled_from([people.FORM, JSON])),
    st.tuples(bodies, kinds),
)
accepts = st.one_of(
    st.none(), st.sampled_from([JSON, "text/html", "*/*", ",", ";q=9"]), st.text(max_size=20)
)
others = st.dictionaries(
    st.sampled_from(["x_client_address", "cookie", "x_forwarded_for", "host", "expect", "range"]),
    st.one_of(
        words,
        st.sampled_from(["192.0.2.7", "::1", "fe80::1%eth0", "1.2.3.4, ::1", "::ffff:1.2.3.4"]),
    ),
    max_size=3,
)


class Target(NamedTuple):
    """A function, and the method and the path of something that it does, or nearly."""

    function: str
    method: str
    path: str


def known() -> list[Target]:
    """Return all that functions do when they are asked by HTTP."""
    found = set()
    for function in {route.function for route in template.routes()}:
        module = template.handlers()[function].rpartition(".")[0]
        routes = importlib.import_module(module).ROUTES
        found |= {Target(function, method, path) for method, path in routes}
    return sorted(found)


# Where a whole form is sent; most that can be wrong is wrong there.
FORMS = [
    target
    for target in known()
    if target.path.endswith(("/applications", "/correct")) and target.function != "Desk"
]
methods = st.one_of(
    st.sampled_from(["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get"]),
    st.text(max_size=8),
)
ends = st.sampled_from(["/", "//", "/x", "?x", "%2F"])
odd_parts = st.one_of(
    st.text(max_size=30),
    st.sampled_from([*HOSTILE.values(), "0" * 20, "x" * 3000, "%00", "..", "%2e%2e%2f", "x.y.z"]),
    words.map(quote),
)


@st.composite
def targets(draw: st.DrawFn, things: Mapping[str, str]) -> Target:
    """
    Draw what to ask for.

    Args:
        draw: Hypothesis's own.
        things: what there really is, by its name in a path.

    """
    # Few things are wrong at once, so that many requests come as far as what they are sent for.
    mostly = st.sampled_from([True] * 7 + [False])
    target = draw(st.sampled_from(FORMS) if draw(st.booleans()) else st.sampled_from(known()))
    path = target.path
    for name in re.findall(r"\{(\w+)\}", path):
        part = things.get(name, "mentee") if draw(mostly) else draw(odd_parts)
        path = path.replace(f"{{{name}}}", part)
    if not draw(mostly):
        path = draw(st.one_of(ends.map(path.__add__), st.text(max_size=30)))
    method = target.method if draw(mostly) else draw(methods)
    return Target(target.function, method, path)


class Watched:
    """
    A laptop whose every call of a table is seen.

    Attributes:
        answers: the status of every answer.
        writes: how many calls there were that may change a table.
        things: what there is, by its name in a path.

    """

    def __init__(self, laptop: Laptop) -> None:
        self.laptop = laptop
        self.answers: list[int] = []
        self.writes = 0
        events = services().store._client.meta.events
        events.register("before-call.dynamodb", self._called)
        receipt = apply(laptop, people.mentee()).headers["location"]
        self.things = {
            "id": receipt.rpartition("/")[2],
            "token": link_of(laptop, "robin@example.org").rpartition("/")[2],
        }
        assert self.writes

    def _called(self, model: OperationModel, **_: object) -> None:
        self.writes += model.name not in ("GetItem", "Query")

    def ask(self, target: Target, asked: Event) -> None:
        """Ask, and see that the answer is clear and that nothing is stored which was refused."""
        # All others need the application that there is: it is not withdrawn, nor forgotten.
        for act in ("withdraw", "forget"):
            assume(target.method == "GET" or f"{self.things['token']}/{act}" not in target.path)
        before = self.writes
        got = sendable(self.laptop.invoke(target.function, asked), target.function)
        self.answers.append(got["statusCode"])
        assert got["statusCode"] in (200, 201, 303) or 400 <= got["statusCode"] < 500
        if got["statusCode"] >= 400:
            assert self.writes == before
            if "json" in got["headers"]["content-type"]:
                assert json.loads(got["body"])["detail"]
            else:
                assert "<h1>" in got["body"]


def test_whatever_is_sent(laptop: Laptop, shown: Show) -> None:
    """
    Every request, however odd, gets a success or a clear 4xx, and what is refused is not stored.
    """
    watched = Watched(laptop)

    @settings(BOUNDED, max_examples=REQUESTS)
    @given(
        target=targets(watched.things),
        content=contents,
        accept=accepts,
        base64_encoded=st.sampled_from([None] * 6 + [True, False]),
        headers=others,
    )
    def tried(
        target: Target,
        content: tuple[bytes | str, str | None],
        accept: str | None,
        base64_encoded: bool | None,
        headers: dict[str, str],
    ) -> None:
        asked = event(
            content[0],
            method=target.method,
            path=target.path,
            kind=content[1],
            accept=accept,
            base64_encoded=base64_encoded,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        )
        watched.ask(target, asked)

    tried()
    # The search would show nothing if it never came as far as an answer of each kind.
    assert set(watched.answers) >= {200, 303, 400, 404, 405, 415, 422}
    shown(6, f"{REQUESTS} odd requests to {len(known())} routes: 0 errors, 0 of the refused stored")


def places(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the path of every member of an event."""
    found = [path] if path else []
    if isinstance(value, dict):
        for name, each in value.items():
            found += places(each, (*path, name))
    return found


# The members that are read; the others should not matter.
READ = [
    ("body",),
    ("headers",),
    ("isBase64Encoded",),
    ("headers", "content-type"),
    ("headers", "accept"),
    ("requestContext", "http"),
    ("requestContext", "http", "path"),
]


def changed(asked: Event, place: tuple[str, ...], value: Any) -> Event:
    """Return an event with another value in one place, or, for `...`, without it."""
    copy = dict(asked)
    if len(place) > 1:
        inner = copy.get(place[0])
        copy[place[0]] = changed(inner, place[1:], value) if isinstance(inner, dict) else inner
    elif value is ...:
        copy.pop(place[0], None)
    else:
        copy[place[0]] = value
    return copy


def test_whatever_the_envelope_holds(laptop: Laptop, shown: Show) -> None:
    """
    An event with wrong types or gaps anywhere gets a success or a clear 4xx, too.
    """
    watched = Watched(laptop)
    usual = event(people.encoded(people.MENTOR))

    @settings(BOUNDED, max_examples=ENVELOPES)
    @given(
        target=targets(watched.things),
        accept=st.sampled_from([JSON, "text/html"]),
        changes=st.lists(
            st.tuples(
                st.one_of(st.sampled_from(READ), st.sampled_from(places(usual))),
                st.one_of(anything, st.just(...)),
            ),
            min_size=1,
            max_size=3,
        ),
    )
    def tried(target: Target, accept: str, changes: list[tuple[tuple[str, ...], Any]]) -> None:
        body = people.encoded(people.MENTOR)
        asked = event(body, method=target.method, path=target.path, accept=accept)
        for place, value in changes:
            asked = changed(asked, place, value)
        # Without a context it is no request of the HTTP API's, but somebody's own call.
        assume(target.function != "Export" or "requestContext" in asked)
        watched.ask(target, asked)

    tried()
    assert len(set(watched.answers)) > 4
    shown(6, f"{ENVELOPES} events of wrong types in {len(places(usual))} places: 0 errors")
