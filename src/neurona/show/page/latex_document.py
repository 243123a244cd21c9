r"""A page as a LaTeX document for pdfLaTeX, LuaLaTeX and XeLaTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from neurona.show.notation import (
    DIGITS,
    Box,
    Relation,
    Term,
    escape_latex,
    latex_pieces,
    layout_pieces,
    to_latex,
)
from neurona.show.notation.box import text_width
from neurona.show.notation.scripts import LOWERED, RAISED
from neurona.show.notation.writing import Writing
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
from neurona.show.page.fit import fit_columns, measure_column
from neurona.show.page.labels import note_label
from neurona.show.page.marks import mark_meaning, marks_in, notes_beside
from neurona.show.page.tikz import svg_to_tikz

__all__ = ["to_latex_document"]

_PREAMBLE: Final = r"""\documentclass[11pt,a4paper,fleqn]{article}
\usepackage{iftex}
\iftutex
  \usepackage{fontspec}
\else
  \usepackage[T1]{fontenc}
  \usepackage[utf8]{inputenc}
\fi
\usepackage{textcomp}
%(babel)s
\usepackage[margin=22mm]{geometry}
\usepackage{amsmath,amssymb}
\usepackage{array,booktabs,longtable}
\usepackage{xcolor}
\usepackage{tikz}
\definecolor{reused}{HTML}{00594C}
\definecolor{new}{HTML}{1B5E8C}
\definecolor{warning}{HTML}{9A3400}
\definecolor{muted}{HTML}{5B5750}
\newcommand{\markreused}[1]{{\color{reused}#1}{}^{\circlearrowleft}}
\newcommand{\marknew}[1]{{\color{new}#1}{}^{\ast}}
\newcommand{\markwarning}[1]{{\color{warning}#1}{}^{\triangle}}
\newcommand{\codepoint}[1]{{\footnotesize[U+#1]}}
\iftutex
  \newcommand{\unicode}[1]{\iffontchar\font"#1 \char"#1 \else\codepoint{#1}\fi}
\else
  \newcommand{\unicode}[1]{\codepoint{#1}}
\fi
\newcommand{\reason}[1]{{\color{muted}\parbox[t]{45mm}{%%
  \raggedright\footnotesize\itshape #1}}}
\newcommand{\fitted}[2]{\resizebox{%%
  \ifdim\width>#1\linewidth #1\linewidth\else\width\fi}{!}{$\displaystyle #2$}}
\allowdisplaybreaks
\setlength{\mathindent}{1.5em}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt plus 2pt}
\setlength{\emergencystretch}{3em}
"""
_BABEL: Final = {
    "en": r"\usepackage[english]{babel}",
    # Its decimal comma and its shorthands would change what stands in the formulas.
    "es": r"\usepackage[spanish,es-nodecimaldot,es-noshorthands,es-noquoting]{babel}",
}
_SECTIONS: Final = (r"\section*", r"\subsection*", r"\subsubsection*", r"\paragraph*")
_LINE: Final = 72
"""Columns of the text form after which an equation is broken."""

_LINE_WITH_REASON: Final = 50
_SMALL: Final = 0.6
_INDICES: Final = frozenset([*LOWERED.values(), *RAISED.values()])
_TURNED: Final = str.maketrans("()", ")(")
_FITTED_SHARES: Final = {_LINE: 0.86, _LINE_WITH_REASON: 0.58}
"""Share of a line that is left for what stands behind the sign."""

_TABLE_LINE: Final = 84
"""Characters of a line in a table, and between two of its columns."""

_TABLE_GAP: Final = 3
_CHARACTER: Final = 1.95
"""Millimetres of a character."""


def to_latex_document(page: Page, digits: int = DIGITS, answers: bool = False) -> str:
    r"""Return a page as a whole LaTeX document, folded sections included.

    Parameters
    ----------
    page : Page
    digits : int
        Significant digits of measured numbers.
    answers : bool
        Whether blanks show what goes into them.

    Examples
    --------
    >>> text = to_latex_document(Page("100 % sure", (), "en"))
    >>> r"\bfseries 100 \% sure" in text
    True
    """
    writer = _LatexPage(Writing(digits, answers))
    babel = _BABEL.get(page.language, _BABEL["en"])
    lines = [
        _PREAMBLE % {"babel": babel},
        r"\begin{document}",
        rf"{{\LARGE\bfseries {escape_latex(page.title)}\par}}",
        *legend(page),
        *[writer.block(block, 0) for block in page.blocks],
        r"\end{document}",
        "",
    ]
    return "\n\n".join(lines)


def legend(page: Page) -> list[str]:
    """Return what the marks of a page mean, if it has any."""
    entries = [
        rf"$\mark{kind}{{}}$ {escape_latex(mark_meaning(kind))}"
        for kind in marks_in(page.blocks)
    ]
    return [r"{\small " + r"\quad ".join(entries) + "}"] if entries else []


class _LatexPage:
    def __init__(self, writing: Writing) -> None:
        self.writing = writing

    def math(self, term: Term) -> str:
        return to_latex(term, self.writing.digits, self.writing.answers)

    def inline(self, content: Inline) -> str:
        return "".join(
            escape_latex(part) if isinstance(part, str) else f"${self.math(part)}$"
            for part in content
        )

    def block(self, block: Block, level: int) -> str:
        match block:
            case Paragraph(content):
                return self.inline(content)
            case Formulas():
                return self.formulas(block)
            case Table():
                return self.table(block)
            case Picture(svg, description):
                drawing = svg_to_tikz(svg) or ""
                caption = (
                    rf"{{\footnotesize\color{{muted}} {escape_latex(description)}}}"
                )
                return "\n\n".join(filter(None, [drawing, caption]))
            case Note(content, kind):
                label = escape_latex(note_label(kind))
                return (
                    rf"\begin{{quote}}\textbf{{{label}.}} {self.inline(content)}"
                    r"\end{quote}"
                )
            case Listing(text):
                rows = [escape_latex(line) for line in text.splitlines()]
                body = "\\\\\n".join(
                    guarded(row.replace(" ", "~") or "~") for row in rows
                )
                return rf"{{\small\ttfamily\raggedright {body}\par}}"
            case Section(heading, blocks):
                command = _SECTIONS[min(level, len(_SECTIONS) - 1)]
                return "\n\n".join(
                    [
                        f"{command}{{{self.inline(heading)}}}",
                        *[self.block(inner, level + 1) for inner in blocks],
                    ]
                )

    def formulas(self, block: Formulas) -> str:
        reasons = [notes_beside(term, reason) for term, reason in block.lines]
        room = _LINE_WITH_REASON if any(reasons) else _LINE
        rows: list[str] = []
        for (term, _reason), reason in zip(block.lines, reasons, strict=True):
            lines = self.equation(term, room)
            if reason:
                lines[-1] += rf" && \reason{{{escape_latex(reason)}}}"
            rows += lines
        body = " \\\\\n".join(rows)
        return "\n".join([r"\begin{align*}", body, r"\end{align*}"])

    def equation(self, term: Term, room: int) -> list[str]:
        """One equation in as many lines as its text form would need."""
        choices = self.writing.digits, self.writing.answers
        parts = latex_pieces(term, *choices)
        widths = [
            [printed_width(box) for box in side]
            for side in layout_pieces(term, *choices)
        ]
        left = " ".join(parts[0])
        if not isinstance(term, Relation):
            return [rf"& {left}"]
        lines, used = [left], sum(widths[0])
        for side, sizes in zip(parts[1:], widths[1:], strict=True):
            start = "&" if "&" not in lines[-1] else ""
            if not start and used + sum(sizes) > room:
                lines.append("&")
                used, start = 0, ""
            lines[-1] += f" {start}"
            for i, (piece, size) in enumerate(zip(side, sizes, strict=True)):
                if i and used + size > room:
                    lines.append(r"&\qquad")
                    used = 4
                # What no line is long enough for is set smaller.
                share = _FITTED_SHARES[room]
                shown = rf"\fitted{{{share}}}{{{{}}{piece}}}" if size > room else piece
                lines[-1] += f" {shown}"
                used += size + 1
        return lines

    def table(self, block: Table) -> str:
        """Write a table, as several that repeat the first column where it is wide."""
        columns = table_columns(block)
        sizes = [
            measure_column(heading, cells, self.writing, flat=False)
            for heading, cells in zip(block.headings, columns, strict=True)
        ]
        groups = fit_columns(sizes, _TABLE_LINE, _TABLE_GAP)
        # Wider than a page in every way, it is set as it is.
        groups = groups or [{i: size.natural for i, size in enumerate(sizes)}]
        tables = []
        for i, widths in enumerate(groups):
            caption = block.caption if i == len(groups) - 1 else ""
            aligned = [
                "r"
                if has_numbers(columns[j])
                else column_of(width)
                if width < sizes[j].natural
                else "l"
                for j, width in widths.items()
            ]
            heads = [
                self.heading(block.headings[j], columns[j], width)
                for j, width in widths.items()
            ]
            cells = [self.column(columns[j]) for j in widths]
            tables.append(long_table(aligned, heads, cells, caption))
        return "\n\n".join(tables)

    def heading(self, heading: Inline, column: tuple[Inline, ...], width: int) -> str:
        """Heading of a column, in several lines where it is wider than its numbers."""
        said = self.inline(heading)
        natural = measure_column(heading, (), self.writing, flat=False).natural
        if natural <= width or not has_numbers(column):
            return said
        return rf"\parbox[b]{{{width * _CHARACTER:.4g}mm}}{{\raggedleft {said}}}"

    def column(self, column: tuple[Inline, ...]) -> list[str]:
        """Cells of a column, those that are numbers with their points in line."""
        return [
            self.inline(cell) + (rf"$\phantom{{{tail}}}$" if tail else "")
            for cell, (_numeral, tail) in zip(
                column, aligned_numerals(column, self.writing.digits), strict=True
            )
        ]


def column_of(width: int) -> str:
    """Column of paragraphs so many characters wide."""
    return rf">{{\raggedright\arraybackslash}}p{{{width * _CHARACTER:.4g}mm}}"


def long_table(
    aligned: Sequence[str],
    heads: Sequence[str],
    cells: Sequence[Sequence[str]],
    caption: str,
) -> str:
    """Lines of a table of some columns."""
    body = "\n".join(
        guarded(" & ".join(row)) + r" \\" for row in zip(*cells, strict=True)
    )
    # A caption below the rows, without a number: pages refer to none.
    said = (
        rf"\multicolumn{{{len(heads)}}}{{@{{}}p{{0.9\linewidth}}@{{}}}}"
        rf"{{\footnotesize {escape_latex(caption)}}}"
        if caption
        else ""
    )
    return "\n".join(
        [
            rf"\begin{{longtable}}[l]{{{''.join(aligned)}}}",
            r"\toprule",
            rf"{guarded(' & '.join(heads))} \\",
            r"\midrule",
            r"\endhead",
            body,
            r"\bottomrule",
            said,
            r"\end{longtable}",
        ]
    )


def guarded(row: str) -> str:
    """Row whose first sign is not taken for an option of the command before it."""
    return f"{{}}{row}" if row.startswith(("[", "*")) else row


def printed_width(box: Box) -> int:
    """Columns that a box of text takes in print.

    Fractions stand upright there, as wide as the longer of their sides, and indices
    are small.
    """
    line = max(box.lines, key=text_width)
    width = sum(_SMALL if c in _INDICES else text_width(c) for c in line)
    for slash in re.finditer(r" ?/ ?", line):
        before = line[: slash.start()][::-1].translate(_TURNED)
        shorter = min(operand_width(before), operand_width(line[slash.end() :]))
        width -= shorter + len(slash[0])
    return round(width)


def operand_width(text: str) -> int:
    """Columns of what a text begins with, up to a space outside of parentheses."""
    depth = 0
    for i, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth < 0 or (character == " " and depth == 0):
            return text_width(text[:i])
    return text_width(text)
