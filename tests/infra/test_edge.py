"""What stands before the functions, as the laptop plays it: the same as the template declares."""

from typing import Any

import pytest

from infra import edge, template
from infra.edge import Answer
from infra.laptop import Laptop
from tests import people
from tests.every import every
from tests.people import apply
from tests.viewer import asked, visit

# What people and programs ask for, and what nobody should.
PATHS = [
    "/",
    "//",
    "/apply/",
    "/apply/mentee",
    "/apply/mentee/",
    "/apply/mentee//",
    "/apply/mentee/index.html",
    "/apply/a.b/c",
    "/apply/.",
    "/desk",
    "/desk/",
    "/desk///",
    "/desk//x",
    "/desk/applications/1.2",
    "/mine/a.b-c/",
    "/applications/%2F",
    "//evil.example/x",
    "/\\evil.example",
    "\\\\evil.example",
]


@pytest.mark.parametrize("viewer", ["Client", "Pages"])
@pytest.mark.parametrize("query", ["", "a=1&b"])
def test_laptop_does_what_cloudfronts_functions_do(viewer: str, query: str) -> None:
    """
    For every path the laptop's answer is that of the template's own function, run.
    """
    given = {"a": {"value": "1"}, "b": {"value": ""}} if query else {}
    for path, done in zip(
        PATHS, visit(*(asked(path, **given) for path in PATHS), function=viewer), strict=True
    ):
        here = edge.viewed(viewer, path, query)
        if isinstance(here, Answer):
            assert here.status == done["statusCode"] == 301
            assert here.headers["Location"] == done["headers"]["location"]["value"]
        else:
            assert (path, here) == (path, done["uri"])


def test_functions_of_cloudfront_are_all_known() -> None:
    """
    The laptop knows each function that a behavior names, and says so of one that it does not.
    """
    for behavior in template.behaviors():
        assert edge.viewed(behavior.viewer, "/x/", "")
    with pytest.raises(ValueError, match="Nobody"):
        edge.viewed("Nobody", "/", "")


@every(
    ("path", "pattern"),
    [
        ("/", "*"),
        ("/program/", "*"),
        ("/apply", "*"),
        ("/apply/", "/apply/*"),
        ("/apply/mentor/", "/apply/*"),
        ("/desk", "/desk"),
        ("/desk/", "/desk/*"),
        ("/desk/a/b", "/desk/*"),
        ("/desks", "*"),
        ("/Desk", "*"),
        ("/applications", "/applications"),
        ("/x/applications", "*"),
    ],
)
def test_first_behavior_that_fits_is_taken(path: str, pattern: str) -> None:
    """
    A path is treated by the first pattern that fits it whole, letters counting as they are.
    """
    assert edge.behavior(path).pattern == pattern


@every(
    ("pattern", "path", "expected"),
    [
        ("/desk", "/desk", True),
        ("/desk", "/desk/", False),
        ("/desk", "/desks", False),
        ("/desk/{proxy+}", "/desk", False),
        ("/desk/{proxy+}", "/desk/", False),
        ("/desk/{proxy+}", "/desk/a", True),
        ("/desk/{proxy+}", "/desk/a/b.c/d", True),
        ("/desk/{proxy+}", "/desks/a", False),
        ("/mine/{token}", "/mine/a", True),
        ("/mine/{token}", "/mine/", False),
        ("/mine/{token}", "/mine/a/b", False),
        ("/mine/{token}/{act}", "/mine/a/b", True),
        ("/mine/{token}/{act}", "/mine/a", False),
    ],
)
def test_variable_is_one_part_and_a_greedy_one_several(
    pattern: str, path: str, expected: bool
) -> None:
    """
    A variable stands for one part of a path, a greedy one for one or more, and none for nothing.
    """
    assert edge.fits(pattern, path) is expected


class TestChoice:
    ROUTES = (
        template.Route("ANY", "/{proxy+}", "All"),
        template.Route("ANY", "/desk/{proxy+}", "Desk"),
        template.Route("ANY", "/desk/archive/{act}", "Archive"),
        template.Route("ANY", "/desk/archive/list", "List"),
        template.Route("ANY", "/desk/export", "Export"),
        template.Route("POST", "/desk/export", "Post"),
        template.Route("ANY", "/desk", "Home"),
    )

    @pytest.mark.parametrize("routes", [ROUTES, ROUTES[::-1]])
    @pytest.mark.parametrize(
        ("method", "path", "function"),
        [
            ("GET", "/desk", "Home"),
            ("GET", "/desk/export", "Export"),
            ("POST", "/desk/export", "Post"),
            ("GET", "/desk/export/more", "Desk"),
            ("GET", "/desk/archive", "Desk"),
            ("GET", "/desk/archive/take", "Archive"),
            ("GET", "/desk/archive/list", "List"),
            ("GET", "/desk/archive/take/more", "Desk"),
            ("GET", "/elsewhere", "All"),
        ],
    )
    def test_most_specific_route_is_chosen(
        self,
        monkeypatch: pytest.MonkeyPatch,
        routes: tuple[template.Route, ...],
        method: str,
        path: str,
        function: str,
    ) -> None:
        """
        In whatever order they are declared: a word before a variable before a greedy one.
        """
        monkeypatch.setattr(template, "routes", lambda: list(routes))
        found = edge.chosen(method, path)
        assert found is not None
        assert found.function == function

    def test_no_route_is_no_route(self) -> None:
        """
        Where nothing fits, nothing is chosen.
        """
        assert edge.chosen("GET", "/elsewhere") is None


class TestLaptop:
    @pytest.mark.parametrize("path", ["/mine/", "/applications/a/b"])
    def test_path_that_no_route_fits_is_the_apis_to_answer(self, laptop: Laptop, path: str) -> None:
        """
        What CloudFront sends on and the HTTP API does not know, neither site nor function answers.
        """
        answer = laptop.call("GET", path)
        assert answer.status == 404
        assert answer.json == {"message": "Not Found"}
        assert set(template.headers()) <= set(answer.headers)

    def test_nothing_is_exported_without_signing_in(self, laptop: Laptop) -> None:
        """
        There is one way to an export from a browser, and it asks who is there.
        """
        apply(laptop, people.mentee())
        for path, status in (("/export/applications?format=csv", 404), ("/desk/export", 401)):
            for method in ("GET", "POST"):
                answer = laptop.call(method, path)
                assert answer.status == (405 if method == "POST" and status == 404 else status)
                assert "Robin" not in answer.text

    def test_slash_at_the_end_makes_no_difference(self, laptop: Laptop) -> None:
        """
        A function is asked without the slashes that a path ends with.
        """
        for path in ("/desk", "/applications/opened", "/mine/nobody"):
            seen = [laptop.call("GET", f"{path}{slash}") for slash in ("", "/", "//")]
            assert len({(answer.status, answer.headers["content-type"]) for answer in seen}) == 1

    def test_cookies_and_files_pass(self, laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
        """
        Cookies go in and out apart from the headers, and a body in base64 arrives as what it is.
        """
        events: list[Any] = []

        def desk(event: Any, _: object) -> Any:
            events.append(event)
            return {
                "statusCode": 200,
                "headers": {"content-type": "application/zip"},
                "cookies": ["c=3; Path=/"],
                "body": "UEsFBg==",
                "isBase64Encoded": True,
            }

        monkeypatch.setitem(laptop._handle, "Desk", desk)
        answer = laptop.call("GET", "/desk", headers={"cookie": "a=1; b=2", "accept": "*/*"})
        assert events[0]["cookies"] == ["a=1", "b=2"]
        assert "cookie" not in events[0]["headers"]
        assert answer.headers["set-cookie"] == "c=3; Path=/"
        assert answer.body == b"PK\x05\x06"
