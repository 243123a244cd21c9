"""The look of a page: one style sheet, light and dark, for screen and paper."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["STYLE", "scoped_style"]

_SHEET: Final = """
:root {
  color-scheme: light dark;
  --paper: #fdfcf9; --ink: #1d1c1a; --muted: #66625b; --line: #d9d4ca;
  --tint: #f4f1ea; --accent: #1b5e8c; --grid: #e7e2d8;
  --c1: #0072b2; --c2: #d55e00; --c3: #00875f; --c4: #a4508b; --c5: #b07d00;
  --c6: #4b7f9e; --plus: #0072b2; --minus: #d55e00;
  --reused: #00594c; --reused-tint: #d8f0e6; --new: #1b5e8c; --new-tint: #e0eef8;
  --warning: #9a3400; --warning-tint: #fdeadd; --good: #00663f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171819; --ink: #e6e3dc; --muted: #a19c92; --line: #3c3d3f;
    --tint: #212325; --accent: #7cbcea; --grid: #303234;
    --c1: #58aee6; --c2: #ff9259; --c3: #3fcf9f; --c4: #dd9bca; --c5: #e8bd52;
    --c6: #9cc4dc; --plus: #58aee6; --minus: #ff9259;
    --reused: #8be3c6; --reused-tint: #17382f; --new: #9bcdf2; --new-tint: #16324a;
    --warning: #ffb38a; --warning-tint: #43250f; --good: #74d8a9;
  }
}
* { box-sizing: border-box; }
html { font-size: 106%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 Charter, "Bitstream Charter", "Sitka Text", "Source Serif 4",
    Cambria, Georgia, "DejaVu Serif", serif;
  font-variant-numeric: lining-nums; -webkit-text-size-adjust: 100%;
}
main { max-width: 58rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1, h2, h3, h4, h5, h6, summary { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.9rem; margin: 0 0 1.5rem; font-weight: 600; }
h2 { font-size: 1.4rem; margin: 2.4rem 0 .8rem; padding-bottom: .25rem;
  border-bottom: 1px solid var(--line); font-weight: 600; }
h3 { font-size: 1.13rem; margin: 1.8rem 0 .6rem; font-weight: 600; }
h4, h5, h6 { font-size: 1rem; margin: 1.3rem 0 .4rem; font-weight: 600;
  font-style: italic; }
p { margin: .7rem 0; max-width: 44rem; text-wrap: pretty; overflow-wrap: anywhere; }
math { font-family: "STIX Two Math", "Latin Modern Math", "Cambria Math",
  "Libertinus Math", "DejaVu Math TeX Gyre", "Noto Sans Math", math;
  font-size: 1.04em; }
.formulas {
  display: grid; grid-template-columns: max-content minmax(0, 1fr) fit-content(15rem);
  column-gap: 0; row-gap: .55rem; align-items: baseline; margin: .9rem 0 1.1rem 1.5rem;
}
.formulas math { math-style: normal; }
.formulas > span { grid-column: 1; text-align: right; }
.formulas > div { grid-column: 2; min-width: 0; overflow-x: auto; overflow-y: hidden;
  padding-block: .15rem; }
.formulas > .alone { grid-column: 1 / 3; }
.formulas > div > span { display: inline-block; max-width: 100%;
  padding: .3em 0 .3em 1.6em; text-indent: -1.6em; line-height: 2.1;
  vertical-align: baseline; }
.formulas > div math { text-indent: 0; }
.formulas > .alone > span:first-child { padding-left: 0; text-indent: 0; }
.formulas > p { grid-column: 3; margin: 0; padding-left: 1.6rem; color: var(--muted);
  font-size: .86rem; line-height: 1.35; font-style: italic; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums lining-nums;
  line-height: 1.35; }
caption { caption-side: bottom; text-align: left; color: var(--muted);
  font-size: .88rem; padding-top: .45rem; }
thead tr { border-top: 1.6px solid var(--ink); border-bottom: 1px solid var(--ink); }
tbody { border-bottom: 1.6px solid var(--ink); }
th, td { padding: .32rem .8rem; text-align: left; vertical-align: baseline; }
th:first-child, td:first-child { padding-left: .25rem; }
th { font-weight: 600; }
th.number, td.number { text-align: right; white-space: nowrap; }
mfrac > :first-child { padding-bottom: .12em; }
mfrac > :last-child { padding-top: .14em; }
mtd { padding: .2em .45em; }
mtd.number, .numbers mtd { text-align: right; text-align: -webkit-right; }
.cases mtd { text-align: left; text-align: -webkit-left; }
figure { margin: 1.4rem 0; }
figure > .scroll { margin: 0; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { color: var(--muted); font-size: .88rem; line-height: 1.4;
  margin-top: .5rem; max-width: 44rem; }
aside { margin: 1.1rem 0; padding: .6rem 1rem; max-width: 44rem;
  border-left: 4px solid var(--accent); background: var(--tint);
  border-radius: 0 4px 4px 0; }
aside p { margin: 0; }
aside .label { font-weight: 600; color: var(--accent); margin-right: .45em; }
aside.warning { border-color: var(--c2); background: var(--warning-tint); }
aside.warning .label { color: var(--warning); }
aside.good { border-color: var(--c3); }
aside.good .label { color: var(--good); }
aside.erratum { border-color: var(--c4); }
aside.erratum .label { color: var(--c4); }
pre { overflow-x: auto; background: var(--tint); padding: .8rem 1rem; margin: 1rem 0;
  border-radius: 4px; font: .85rem/1.45 "DejaVu Sans Mono", Consolas, Menlo,
  monospace; }
details { margin: 1.1rem 0; border: 1px solid var(--line); border-radius: 6px;
  padding: .1rem 1rem; }
summary { cursor: pointer; padding: .5rem 0; font-weight: 600; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
details[open] { padding-bottom: .6rem; }
.reused { color: var(--reused); background: var(--reused-tint); }
.new { color: var(--new); background: var(--new-tint); }
.key.warning, mrow.warning { color: var(--warning); background: var(--warning-tint); }
.reused, .new, .key.warning, mrow.warning, .answer { padding: .05em .12em;
  border-radius: 3px; }
.answer { border: 1.5px solid var(--accent); color: var(--accent); }
mrow.reused + mi, mrow.new + mi, mrow.warning + mi { color: var(--muted); }
.together { white-space: nowrap; }
.blank { border-bottom: 1.3px solid var(--ink); }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.6rem; margin: 0 0 1.2rem;
  padding: 0; list-style: none; font-size: .9rem; color: var(--muted); }
.legend .key { padding: 0 .35em; border-radius: 3px; margin-right: .3em; }
@media (max-width: 40rem) {
  html { font-size: 100%; }
  main { padding: 1.2rem .9rem 3rem; }
  h1 { font-size: 1.5rem; }
  .formulas { grid-template-columns: fit-content(38%) minmax(0, 1fr); margin-left: 0; }
  .formulas > span { overflow-x: auto; overflow-y: hidden; }
  .formulas > p { grid-column: 1 / 3; padding-left: 1rem; margin-bottom: .5rem; }
  th, td { padding: .3rem .5rem; }
}
@media print {
  :root {
    --paper: #fff; --ink: #000; --muted: #444; --line: #999; --tint: #f4f4f4;
    --accent: #1b5e8c; --grid: #ddd; --c1: #0072b2; --c2: #c45300; --c3: #00875f;
    --c4: #a4508b; --c5: #b07d00; --c6: #4b7f9e; --plus: #0072b2; --minus: #c45300;
    --reused: #00594c; --reused-tint: #e2f2ec; --new: #1b5e8c; --new-tint: #e8f1f8;
    --warning: #9a3400; --warning-tint: #fdf0e6; --good: #00663f;
  }
  @page { margin: 18mm 16mm; }
  html { font-size: 10pt; }
  body { print-color-adjust: exact;
    -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  h1, h2, h3, h4, h5, h6, summary { break-after: avoid; }
  figure, aside, tr, .formulas > * { break-inside: avoid; }
  p { orphans: 3; widows: 3; }
  .scroll, .formulas > *, pre { overflow: visible; }
  pre { white-space: pre-wrap; }
  figure svg { min-width: 0 !important; }
  details { border: 0; padding: 0; }
  details::details-content { content-visibility: visible; display: block; }
  summary { list-style: none; }
}
"""

_IN_ANOTHER_PAGE: Final = """
  & main { margin: 0; max-width: 58rem; padding: .6rem 1rem 1rem; }
  & h1 { font-size: 1.3rem; margin: .2rem 0 .8rem; }
  & h2 { font-size: 1.1rem; margin: 1.2rem 0 .5rem; }
  & table { border: 0; margin: 0; font-size: inherit; }
  & th, & td { text-align: left; max-width: none; }
  & th.number, & td.number { text-align: right; }
  & tr { background: none; }
"""
"""A smaller page, and what another page's own styles of tables would change."""


def compact(sheet: str) -> str:
    r"""A style sheet without the spaces that only its writer needs.

    Examples
    --------
    >>> compact("p { margin: 0; }\n@media print {\n  b { top: 1px; } }")
    'p{margin:0}@media print{b{top:1px}}'
    """
    tight = re.sub(r"\s*([{};,])\s*", r"\1", " ".join(sheet.split()))
    return tight.replace(": ", ":").replace(";}", "}")


STYLE: Final = compact(_SHEET)
"""The style sheet of a page that stands alone."""


def scoped_style(selector: str = ".neurona") -> str:
    """The style sheet for fragments inside one element of another page, given once.

    Parameters
    ----------
    selector : str
        Of the element that holds ``<main>``; what is outside keeps its look.

    Examples
    --------
    >>> scoped_style("#answer")[:9], ":root" in scoped_style()
    ('#answer{&', False)
    """
    inside = re.sub(r"@page \{[^}]*\}", "", _SHEET)
    inside = re.sub(r"(?m)^(\s*)(:root|body) \{", r"\1& {", inside)
    return compact(f"{selector} {{{inside}{_IN_ANOTHER_PAGE}}}")
