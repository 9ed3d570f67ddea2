"""The SVG writer gives text that any reader may open and any strict page may hold."""

from xml.etree import ElementTree

import pytest

from equipoise.analysis.svg import document, draw, line, path, render, text


def test_text_is_escaped_and_signs_no_document_may_hold_are_left_out():
    written = render(text('<b> & "x"\x00\x08', 1, 2, class_='a"b'))
    read = ElementTree.fromstring(written)
    assert read.text == '<b> & "x"'
    assert read.get("class") == 'a"b'


def test_numbers_are_written_to_a_hundredth_without_trailing_zeros():
    assert render(line(0.0, -0.001, 10, 2.345)) == '<line x1="0" y1="0" x2="10" y2="2.35"/>'
    assert render(path(["M", 1, 2.5, "H", 3.0])) == '<path d="M 1 2.5 H 3"/>'


@pytest.mark.parametrize("look", [{"style": "fill:red"}, {"onclick": "x()"}, {"href": "#a"}])
def test_what_a_strict_page_forbids_cannot_be_drawn(look):
    with pytest.raises(ValueError, match="not in a figure"):
        draw("rect", **look)
    with pytest.raises(ValueError, match="script"):
        draw("script")


def test_a_figure_is_an_image_with_a_name_and_a_description():
    root = ElementTree.fromstring(document(100, 50, "Name", "What it shows", [line(0, 0, 1, 1)]))
    assert root.get("role") == "img"
    named = {child.get("id"): child.text for child in root if child.get("id")}
    assert named[root.get("aria-labelledby")] == "Name"
    assert named[root.get("aria-describedby")] == "What it shows"


def test_two_figures_on_one_page_have_identifiers_of_their_own_and_the_same_one_always_has_its():
    one = document(100, 50, "Name", "What", [line(0, 0, 1, 1)])
    other = document(100, 50, "Name", "What", [line(0, 0, 1, 2)])
    assert one == document(100, 50, "Name", "What", [line(0, 0, 1, 1)])
    assert one.split('id="')[1][:20] != other.split('id="')[1][:20]
