"""A page as one HTML file: no network, no script, mathematics as MathML."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape

from neurona.show.notation import DIGITS, MARK_SIGNS, Term, mathml_pieces, to_mathml
from neurona.show.notation.clean import printable
from neurona.show.page.blocks import (
    Block,
    Formulas,
    Inline,
    Listing,
    Note,
    Page,
    Paragraph,
    Picture,
    Section,
    Table,
)
from neurona.show.page.columns import aligned_numerals, has_numbers, table_columns
from neurona.show.page.html_style import STYLE
from neurona.show.page.labels import note_label
from neurona.show.page.marks import mark_meaning, marks_in, notes_beside

__all__ = ["to_html", "to_html_fragment"]

_DOCUMENT: Final = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" \
content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{main}
</body>
</html>
"""
_DEEPEST_HEADING: Final = 6
_SIZES: Final = re.compile(r"\b\d+(?:-\d+)+\b")


def to_html(page: Page, digits: int = DIGITS, answers: bool = False) -> str:
    """Return a page as one self-contained HTML document, valid XML as well.

    Parameters
    ----------
    page : Page
    digits : int
        Significant digits of measured numbers.
    answers : bool
        Whether blanks show what goes into them.

    Examples
    --------
    >>> text = to_html(Page("A < B", (Paragraph(("Hello",)),), "en"))
    >>> "<h1>A &lt; B</h1>" in text, "<p>Hello</p>" in text
    (True, True)
    """
    return _DOCUMENT.format(
        language=escape(page.language),
        title=plain(page.title),
        style=STYLE,
        main=to_html_fragment(page, digits, answers),
    )


def to_html_fragment(page: Page, digits: int = DIGITS, answers: bool = False) -> str:
    """Return the ``<main>`` element of a page, to be shown inside another page."""
    writer = _HtmlWriter(digits, answers)
    return "\n".join(
        [
            "<main>",
            f"<h1>{prose(page.title)}</h1>",
            *legend(page),
            *[writer.block(block, 2) for block in page.blocks],
            "</main>",
        ]
    )


def plain(text: str) -> str:
    """Text with nothing in it that HTML would read."""
    return escape(printable(text), {'"': "&quot;"})


def prose(text: str) -> str:
    """Text to be read, in which sizes such as 2-2-1 stay in one line."""
    return _SIZES.sub(r'<span class="together">\g<0></span>', plain(text))


def legend(page: Page) -> list[str]:
    """Return what the marks of a page mean, if it has any."""
    marks = marks_in(page.blocks)
    entries = [
        f'<li><span class="key {kind}">{MARK_SIGNS[kind]}</span>'
        f"{plain(mark_meaning(kind))}</li>"
        for kind in marks
    ]
    return [f'<ul class="legend">{"".join(entries)}</ul>'] if entries else []


class _HtmlWriter:
    def __init__(self, digits: int, answers: bool) -> None:
        self.digits = digits
        self.answers = answers

    def inline(self, content: Inline) -> str:
        return "".join(
            prose(part) if isinstance(part, str) else self.mathml(part)
            for part in content
        )

    def mathml(self, term: Term) -> str:
        return to_mathml(term, self.digits, self.answers)

    def block(self, block: Block, level: int) -> str:
        match block:
            case Paragraph(content):
                return f"<p>{self.inline(content)}</p>"
            case Formulas():
                return self.formulas(block)
            case Table():
                return self.table(block)
            case Picture(svg, description):
                return (
                    f'<figure><div class="scroll">{svg}</div>'
                    f"<figcaption>{plain(description)}</figcaption></figure>"
                )
            case Note(content, kind):
                label = f'<span class="label">{plain(note_label(kind))}</span>'
                text = f"<p>{label}{self.inline(content)}</p>"
                return f'<aside class="{kind}">{text}</aside>'
            case Listing(text):
                lines = "\n".join(plain(line) for line in text.splitlines())
                return f"<pre>{lines}</pre>"
            case Section():
                return self.section(block, level)

    def section(self, section: Section, level: int) -> str:
        heading = self.inline(section.heading)
        blocks = "\n".join(self.block(block, level + 1) for block in section.blocks)
        if section.folded:
            return f"<details><summary>{heading}</summary>\n{blocks}\n</details>"
        tag = f"h{min(level, _DEEPEST_HEADING)}"
        return f"<section><{tag}>{heading}</{tag}>\n{blocks}\n</section>"

    def formulas(self, block: Formulas) -> str:
        rows = []
        for term, reason in block.lines:
            first, *rest = mathml_pieces(term, self.digits, self.answers)
            sides = " ".join(
                f"<span>{''.join(side)}</span>" for side in rest or [first]
            )
            if rest:
                rows += [f"<span>{''.join(first)}</span>"]
            rows += [
                f"<div>{sides}</div>" if rest else f'<div class="alone">{sides}</div>'
            ]
            notes = notes_beside(term, reason)
            rows += [f"<p>{plain(notes)}</p>"] if notes else []
        return f'<div class="formulas">{"".join(rows)}</div>'

    def table(self, block: Table) -> str:
        columns = table_columns(block)
        cells = [self.column(column) for column in columns]
        head = "".join(
            f"<th{number_class(has_numbers(column))}>{self.inline(heading)}</th>"
            for heading, column in zip(block.headings, columns, strict=True)
        )
        body = "\n".join(f"<tr>{''.join(row)}</tr>" for row in zip(*cells, strict=True))
        caption = f"<caption>{plain(block.caption)}</caption>" if block.caption else ""
        return (
            f'<div class="scroll"><table>{caption}<thead><tr>{head}</tr></thead>\n'
            f"<tbody>{body}</tbody></table></div>"
        )

    def column(self, column: tuple[Inline, ...]) -> list[str]:
        """Cells of a column, those that are numbers with their points in line."""
        cells = []
        for cell, (numeral, tail) in zip(
            column, aligned_numerals(column, self.digits), strict=True
        ):
            if numeral is None:
                cells.append(f"<td>{self.inline(cell)}</td>")
                continue
            # A figure space is as wide as a digit, a punctuation space as a point.
            unseen = tail.replace("0", "\u2007").replace(".", "\u2008")
            cells.append(f'<td class="number">{plain(numeral.text)}{unseen}</td>')
        return cells


def number_class(is_number: bool) -> str:
    return ' class="number"' if is_number else ""
