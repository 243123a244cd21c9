"""Drawings in LaTeX."""

from __future__ import annotations

from neurona.show.page.tikz import svg_to_tikz
from neurona.show.pictures import Drawing


def test_every_shape_of_a_drawing_has_its_command():
    drawing = Drawing(100, 50)
    drawing.line(0, 0, 10, 5, dash="4 2")
    drawing.rect(1, 2, 3, 4, fill="#fff", radius=2, opacity=0.5)
    drawing.circle(5, 5, 4, title="a tooltip")
    drawing.path([("M", (0, 0)), ("C", (1, 1, 2, 2, 3, 3)), ("Z", ())])
    drawing.text(1, 2, "50 %", anchor="end", turn=-90)
    tikz = svg_to_tikz(drawing.to_svg("shapes"))
    assert tikz is not None
    assert "(0,0) -- (10,5)" in tikz
    assert "(1,2) rectangle (4,6)" in tikz
    assert "circle[radius=3pt]" in tikz
    assert ".. controls (1,1) and (2,2) .. (3,3) -- cycle" in tikz
    assert r"rotate=90] at (1,2) {50 \%}" in tikz


def test_other_drawings_are_left_to_their_description():
    assert svg_to_tikz("<svg><filter/></svg>") is None
    assert svg_to_tikz("no drawing") is None
