"""A page in the terminal."""

from __future__ import annotations

from textwrap import wrap as wrap_words
from typing import Final

from rich import box as borders
from rich.console import Console
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text

from neurona.messages import ngettext
from neurona.show.notation import DIGITS, MARK_SIGNS, Box, Term, layout, layout_pieces
from neurona.show.notation.box import beside, box_of, text_width
from neurona.show.notation.clean import printable
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
from neurona.show.page.break_box import break_box
from neurona.show.page.columns import aligned_numerals, has_numbers, table_columns
from neurona.show.page.fit import fit_columns, measure_column
from neurona.show.page.labels import note_label
from neurona.show.page.marks import mark_meaning, marks_in, notes_beside

__all__ = ["show_terminal"]

_LOOKS: Final = {
    "": "",
    "bold": "bold",
    "reused": "cyan",
    "new": "green",
    "warning": "bold red",
    "blank": "bold underline",
}
_NOTE_STYLES: Final = {
    "note": "blue",
    "warning": "yellow",
    "good": "green",
    "erratum": "magenta",
}
_WIDEST_TEXT: Final = 88
_REASON_GAP: Final = 4
_TABLE_GAP: Final = 3
_TABLE_EDGES: Final = 2


def show_terminal(
    page: Page,
    console: Console,
    *,
    details: bool = False,
    digits: int = DIGITS,
    answers: bool = False,
) -> None:
    """Print a page.

    Parameters
    ----------
    page : Page
    console : rich.console.Console
    details : bool
        Whether folded sections are shown as well.
    digits : int
        Significant digits of measured numbers.
    answers : bool
        Whether blanks show what goes into them.

    Examples
    --------
    >>> from neurona.show.notation import Number, Relation, Symbol
    >>> line = Relation((Symbol("z"), Number(-0.5)))
    >>> page = Page("A unit", (Formulas(((line, "the sum"),)),))
    >>> show_terminal(page, Console(width=40))
    A unit
    ══════
    <BLANKLINE>
      z = −0.5    the sum
    """
    _TerminalPage(console, details, digits, answers).show(page)


class _TerminalPage:
    def __init__(
        self, console: Console, details: bool, digits: int, answers: bool
    ) -> None:
        self.console = console
        self.details = details
        self.digits = digits
        self.answers = answers
        self.writing = Writing(digits, answers)
        self.left_out = 0

    def show(self, page: Page) -> None:
        self.heading(Text(printable(page.title)), 0)
        self.blocks(page.blocks, 1)
        marks = marks_in(page.blocks)
        if marks:
            self.console.print()
        for kind in marks:
            legend = Text(f"{MARK_SIGNS[kind]} ", _LOOKS[kind])
            self.console.print(legend.append(mark_meaning(kind), "dim"))
        if self.left_out:
            self.console.print()
            sentence = ngettext(
                "{count} part is folded; neurona explain --details shows it.",
                "{count} parts are folded; neurona explain --details shows them.",
                self.left_out,
            )
            self.console.print(Text(sentence.format(count=self.left_out), "dim"))

    def heading(self, text: Text, level: int) -> None:
        text.stylize("bold" if level < 3 else "bold dim")
        self.console.print(text)
        if level < 2:
            rule = "═" if level == 0 else "─"
            self.console.print(Text(rule * min(text.cell_len, self.console.width)))

    def blocks(self, blocks: tuple[Block, ...], level: int) -> None:
        for block in blocks:
            if isinstance(block, Section):
                if block.folded and not self.details:
                    self.left_out += 1
                    continue
                self.console.print()
                self.heading(self.inline(block.heading), level)
                self.blocks(block.blocks, level + 1)
            else:
                self.console.print()
                self.block(block)

    def block(self, block: Block) -> None:
        match block:
            case Paragraph(content):
                self.prose(self.inline(content))
            case Formulas():
                for line in self.formulas(block):
                    # A line that is laid out already is never wrapped nor cut.
                    self.console.print(line, soft_wrap=True)
            case Table():
                self.table(block)
            case Picture(_svg, description):
                text = block.text_within(self.console.width)
                for row in text.splitlines():
                    self.console.print(Text(row), soft_wrap=True)
                # Drawn with characters, it needs no words for what is seen.
                if not text:
                    self.prose(Text(printable(description), "dim"))
            case Note(content, kind):
                self.console.print(
                    Panel(
                        self.inline(content),
                        title=note_label(kind),
                        title_align="left",
                        border_style=_NOTE_STYLES[kind],
                        box=borders.ROUNDED,
                        width=min(self.console.width, _WIDEST_TEXT),
                    )
                )
            case Listing(text):
                for row in text.splitlines():
                    self.console.print(Text(f"  {printable(row)}"), soft_wrap=True)

    def prose(self, text: Text) -> None:
        """Print text in lines short enough to be read."""
        self.console.print(text, width=min(self.console.width, _WIDEST_TEXT))

    def inline(self, content: Inline) -> Text:
        """Text and mathematics, all in one line."""
        text = Text()
        for part in content:
            if isinstance(part, str):
                text.append(printable(part))
            else:
                text.append_text(box_text(self.typeset(part)))
        return text

    def typeset(self, term: Term) -> Box:
        return layout(term, self.digits, self.answers, flat=True)

    def formulas(self, block: Formulas) -> list[Text]:
        """Equations aligned at their first sign."""
        pieces = [
            layout_pieces(term, self.digits, self.answers)
            for term, _reason in block.lines
        ]
        room = max(self.console.width - 2, 20)
        lefts = [joined(sides[0]) for sides in pieces]
        indent = max(
            (
                left.width
                for left, sides in zip(lefts, pieces, strict=True)
                if len(sides) > 1 and left.width <= room // 3
            ),
            default=0,
        )
        lines: list[Text] = []
        for left, sides, (term, reason) in zip(lefts, pieces, block.lines, strict=True):
            notes = notes_beside(term, reason)
            if len(sides) == 1:
                rows = wrapped(box_of(""), sides, 0, room)
            else:
                rows = wrapped(left, sides[1:], indent, room)
            lines += with_reason(rows, printable(notes), room)
        return lines

    def table(self, block: Table) -> None:
        """Print a table, as several that repeat the first column where it is wide."""
        columns = table_columns(block)
        sizes = [
            measure_column(heading, cells, self.writing)
            for heading, cells in zip(block.headings, columns, strict=True)
        ]
        groups = fit_columns(sizes, self.console.width - _TABLE_EDGES, _TABLE_GAP)
        if not groups:
            self.records(block)
        for widths in groups:
            table = RichTable(box=borders.SIMPLE_HEAD, pad_edge=False)
            shown = []
            for j, width in widths.items():
                head, cells = self.set_column(block.headings[j], columns[j], width)
                table.add_column(head, no_wrap=True, width=width)
                shown.append(cells)
            for row in zip(*shown, strict=True):
                table.add_row(*row)
            self.console.print(table)
        if block.caption:
            self.prose(Text(printable(block.caption), "dim"))

    def records(self, block: Table) -> None:
        """Print each row as lines of heading and cell, for tables wider than any."""
        for i, row in enumerate(block.rows):
            if i:
                self.console.print()
            for j, (heading, cell) in enumerate(zip(block.headings, row, strict=True)):
                line = Text("  " if j else "").append_text(self.inline(heading))
                line.append("  " if line.plain.strip() else "")
                line.append_text(self.inline(cell))
                # Folded where it must be, a word is shown whole on two lines.
                self.console.print(line, overflow="fold")

    def set_column(
        self, heading: Inline, column: tuple[Inline, ...], width: int
    ) -> tuple[Text, list[Text]]:
        """Heading and cells of a column, in lines of a width."""
        head = self.broken(self.inline(heading), width)
        cells = [self.broken(self.inline(cell), width) for cell in column]
        if not has_numbers(column):
            return head, cells
        head.justify = "right"
        return head, self.align(cells, column, width)

    def broken(self, text: Text, width: int) -> Text:
        """Text in lines of at most so many columns."""
        if text.cell_len <= width:
            return text
        lines = text.wrap(self.console, width)
        for line in lines:
            line.rstrip()
        return Text("\n").join(lines)

    def align(
        self, cells: list[Text], column: tuple[Inline, ...], width: int
    ) -> list[Text]:
        """Cells set to the right with their points in line, by spaces before them."""
        return [
            Text(" " * (width - cell.cell_len - len(tail))).append_text(cell)
            if numeral
            else cell
            for cell, (numeral, tail) in zip(
                cells, aligned_numerals(column, self.digits), strict=True
            )
        ]


def box_text(box: Box) -> Text:
    """Rows of a box as styled text."""
    text = Text()
    for i, row in enumerate(box.rows):
        text.append("\n" if i else "")
        for run in row:
            text.append(run.text, _LOOKS[run.look])
    return text


def joined(boxes: list[Box]) -> Box:
    return beside(between(boxes))


def between(boxes: list[Box]) -> list[Box]:
    return [part for box in boxes for part in (box_of(" "), box)][1:]


def wrapped(left: Box, sides: list[list[Box]], indent: int, room: int) -> list[Box]:
    """One equation in as many lines as it needs.

    Parameters
    ----------
    left : Box
        Before the first sign, set against it from the left.
    sides : list of list of Box
        Sides that follow, each in the pieces between which it may be broken.
    indent : int
        Column of the first sign.
    room : int
        Columns there are.
    """
    gap = box_of(" " * max(indent - left.width, 0))
    margin = indent + 1 if left.width else 0
    first = break_box(beside([gap, left]), room) if left.width else []
    lines: list[list[Box]] = [[part] for part in first] or [[]]
    used = max(indent, left.width)
    if used > margin and left.width > indent:
        # The left side alone is too long to stand before the sign.
        lines.append([])
        margin, used = 4, 0
    for pieces in sides:
        whole = joined(pieces)
        if lines[-1] and used + 1 + whole.width > room and used > margin:
            lines.append([])
            used = 0
        fits = margin + whole.width <= room
        for i, piece in enumerate([whole] if fits else narrowed(pieces, room - margin)):
            if i and used + 1 + piece.width > room:
                lines.append([])
                used = 0
            if not lines[-1]:
                deeper = 2 if i else 0
                lines[-1].append(box_of(" " * max(margin - 1 + deeper, 0)))
                used = margin - 1 + deeper
            lines[-1].append(piece)
            used += 1 + piece.width
    return [beside(between(line)) for line in lines if line]


def narrowed(pieces: list[Box], room: int) -> list[Box]:
    """Pieces of a side that starts at a margin, each of them no wider than a line."""
    return [part for piece in pieces for part in break_box(piece, max(room - 2, 8))]


def with_reason(rows: list[Box], reason: str, room: int) -> list[Text]:
    """Lines of text, the reason beside the last where there is room, else below."""
    texts: list[Text] = []
    for row in rows:
        texts += [Text("  ").append_text(line) for line in box_text(row).split("\n")]
    if not reason:
        return texts
    last = rows[-1]
    place = texts[len(texts) - last.height + last.baseline]
    if last.width + _REASON_GAP + text_width(reason) <= room:
        place.append(" " * (last.width + 2 - place.cell_len + _REASON_GAP))
        place.append(reason, "dim italic")
    else:
        for line in wrap_words(reason, max(room - 4, 16)):
            texts.append(Text("      ").append(line, "dim italic"))
    return texts
