"""What the tests look for in a page is found where it is."""

from tests.markup import twice


def test_an_id_that_is_given_twice() -> None:
    """
    Two elements with one id are found, in any element; what people wrote is no id.
    """
    assert twice('<h2 id="a">x</h2><p class="b" id="a">') == {"a"}
    assert twice('<h2 id="a">x</h2><p id="b">') == set()
    assert twice('<h2 id="a">id="a"</h2><textarea>&lt;p id="a"&gt;</textarea>') == set()
