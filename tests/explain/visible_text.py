r"""What a reader of an HTML page sees, as lines of text: words, formulas, pictures.

Two pages that look alike give the same text, whatever their markup. A formula becomes
one line in the manner of LaTeX, the same for ``<mrow><mo>−</mo><mn>3</mn></mrow>`` and
for ``<mn>−3</mn>``: only characters and how they stand to each other count.

>>> visible_text("<p>So <math><mfrac><mn>1</mn><mi>n</mi></mfrac></math>.</p>")
'So \\frac{1}{n} .\n'
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

UNSEEN = {"head", "style", "script", "template", "mphantom", "annotation"}
VOID = {"br", "hr", "img", "link", "meta", "wbr", "col"}
BLOCKS = {
    "address", "article", "aside", "body", "caption", "dd", "details", "div", "dl",
    "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section",
    "summary", "svg", "table", "tbody", "thead", "tr", "ul",
}  # fmt: skip
HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)} | {"summary": "+"}

# Tags whose end may be left out, and what begins after them.
_CELLS = {"td", "th"}
ENDED_BY = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "td": _CELLS | {"tr", "tbody"},
    "th": _CELLS | {"tr", "tbody"},
    "tr": {"tr", "tbody"},
    "thead": {"tbody"},
    "p": BLOCKS - {"svg"},
}


@dataclass
class Element:
    """A tag, and the texts and elements in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list = field(default_factory=list)

    @property
    def elements(self):
        return [child for child in self.children if isinstance(child, Element)]

    @property
    def text(self):
        return "".join(
            child if isinstance(child, str) else child.text for child in self.children
        )


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag, attributes):
        while tag in ENDED_BY.get(self.open[-1].tag, ()):
            self.open.pop()
        element = Element(tag, {name: value or "" for name, value in attributes})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                return

    def handle_data(self, data):
        self.open[-1].children.append(data)


def read_markup(markup):
    """The root of a document or of a fragment; ends of tags may be left out as usual.

    >>> [element.text for element in read_markup("<p>a<p>b").elements]
    ['a', 'b']
    """
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.open[0]


def visible_text(markup):
    """Lines that a reader of HTML sees, one for each block; a row of a table in one.

    Headings keep their rank as ``##``, what unfolds has a ``+``. Where lines end is for
    the reader, as are spaces: compare what is left without them.
    """
    lines = _Lines()
    lines.see(read_markup(markup))
    lines.end()
    return "".join(f"{line}\n" for line in lines.done)


class _Lines:
    def __init__(self):
        self.done = []
        self.line = []
        # Formulas that touch are one formula, cut where its line may break.
        self.formula = ""

    def end(self):
        self.end_formula()
        text = " ".join("".join(self.line).split())
        if self.done and RELATION.match(text):
            # The other side of a formula, wherever its line is broken.
            self.done[-1] += f" {text}"
        elif text:
            self.done.append(text)
        self.line = []

    def end_formula(self):
        if self.formula:
            self.line.append(f" {spaced(self.formula)} ")
            self.formula = ""

    def say(self, text):
        if text.strip():
            self.end_formula()
        self.line.append(MARKS.sub(r" \1 ", text))

    def see(self, element):
        if element.tag in UNSEEN:
            return
        if element.tag == "math":
            self.formula = joined(self.formula, fold(element))
            return
        if element.tag == "pre":
            self.end()
            self.done += [
                line.rstrip() for line in element.text.strip("\n").split("\n")
            ]
            return
        is_block = element.tag in BLOCKS or element.tag == "br"
        if is_block:
            self.end()
        if element.tag in HEADINGS:
            self.say(f"{HEADINGS[element.tag]} ")
        for number, child in enumerate(element.elements if in_grid(element) else ()):
            if number:
                self.say(" | ")
            self.see(child)
        for child in () if in_grid(element) else element.children:
            if isinstance(child, str):
                self.say(child)
            else:
                self.see(child)
        if is_block or element.tag in {"text", "title", "desc"}:
            self.end()
        elif element.attributes.get("class") == "label":
            self.say(" ")


def in_grid(element):
    """Whether the cells of a row are to be told apart."""
    return element.tag == "tr"


# --- Formulas -------------------------------------------------------------------------

ROWS = {"math", "mrow", "mstyle", "mpadded", "mtd"}
TOKENS = {"mi", "mn", "mo", "mtext", "ms"}
COMMANDS = {
    "mfrac": "frac", "msqrt": "sqrt", "mroot": "root", "mover": "over",
    "munder": "under", "munderover": "underover",
}  # fmt: skip
SCRIPTS = {"msub": "_", "msup": "^", "msubsup": "_^"}
INVISIBLE = dict.fromkeys(range(0x2061, 0x2065))
RELATION = re.compile(r"[=≈≠<≤≥≔←] ")
RELATIONS = re.compile(r"\s*([=≈≠<>≤≥≔←+·×⊙→↦∈])\s*")
MARKS = re.compile(r"([⟲∗⚠])")
# A minus after something is between two things.
MINUS = re.compile(r"(?<=[\w)\]}|‖′⊤])\s*−\s*")
COMMA = re.compile(r"\s*,\s*")
# What takes an index or an exponent as it is, without braces.
BASE = re.compile(r"\w+|.|\\\w+(\{[^{}]*\})+|(\w+|.)[_^]\{[^{}]*\}")


def formula(markup):
    r"""A formula in one line, from its MathML.

    >>> formula("<math><msup><mi>x</mi><mn>2</mn></msup><mo>=</mo><mn>9</mn></math>")
    'x^{2} = 9'
    """
    return spaced(fold(read_markup(markup)))


def fold(element):
    """Characters of a formula, without spaces but those that part words."""
    if element.tag in TOKENS:
        text = re.sub(r"[ \t\r\n]+", " ", element.text.translate(INVISIBLE)).strip(" ")
        return text.replace("\u00a0", " ")
    if element.tag in UNSEEN:
        return ""
    if element.tag == "mspace":
        return "____" if "blank" in element.attributes.get("class", "") else ""
    if element.tag == "mtable":
        rows = [" & ".join(fold(c) for c in row.elements) for row in element.elements]
        return f"\\matrix{{{' ; '.join(rows)}}}"
    if element.tag == "semantics":
        return fold(element.elements[0])
    if element.tag == "msqrt":
        return f"\\sqrt{{{fold_row(element)}}}"
    if element.tag in COMMANDS:
        parts = "".join(f"{{{fold(child)}}}" for child in element.elements)
        return f"\\{COMMANDS[element.tag]}{parts}"
    if element.tag in SCRIPTS:
        base, *scripts = map(fold, element.elements)
        signs = zip(SCRIPTS[element.tag], scripts, strict=True)
        return in_braces(base) + "".join(f"{sign}{{{text}}}" for sign, text in signs)
    return fold_row(element)


def fold_row(element):
    found = ""
    for child in element.elements:
        found = joined(found, fold(child))
    return found


def joined(before, after):
    """Two pieces side by side: a space where two words or two numbers would merge.

    >>> joined("2", "sin"), joined("w", "sin"), joined("i", "j"), joined("2", "3")
    ('2sin', 'w sin', 'ij', '2 3')
    """
    last = re.search(r"[^\W\d]+$|\d+$", before)
    first = re.match(r"[^\W\d]+|\d+", after)
    if last is None or first is None:
        return before + after
    numbers = [piece.group().isdigit() for piece in (last, first)]
    long = max(len(last.group()), len(first.group())) > 1
    apart = all(numbers) or (not any(numbers) and long)
    return f"{before} {after}" if apart else before + after


def in_braces(base):
    return base if BASE.fullmatch(base) else f"{{{base}}}"


def spaced(text):
    """A formula with spaces where a reader wants them, wherever its tokens ended."""
    text = COMMA.sub(", ", MINUS.sub(" − ", RELATIONS.sub(r" \1 ", text)))
    return " ".join(text.split())
