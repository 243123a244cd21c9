"""Workbooks written by hand, as small as their formats allow."""

import base64
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, time
from xml.sax.saxutils import escape

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DAY_ONE = date(1899, 12, 30)

OLD_BOOK = zlib.decompress(
    base64.b64decode(
        "eNrtWE1oE0EU/maSND+06aamQiuWULDa2kvx4qVdK2hPlupFUUETswdpSGWx0HrQas1REDwpXgq9"
        "eKl68QcV9OZBqOhBEIREjz0JCh7arG/eztq09tCABivzLfPm7Xtvdl7mvXmb2beLqfLcw84K1mEI"
        "IVS9OJpqZIJaPLixQHrPU2zQx6h5BlsK8RgFsimCZy1voiqGKt4VSDwIvyIKfKZ2GhcwOlF0Mg3E"
        "QfYhK5QPg0QF7pIkiQ72qo3pOabbmN5ny+dMD7DkBtNBsi2Lk1i0R/v26yw+IbtZl4R67mMe85El"
        "A2jHa5XFV24K3zaCYfd8tvBvKrrCzZgHxW3EKTputlBGmgI4j+9eBvgW7NSXGSNvrFyA5D/WyqMb"
        "yG/JMDAD7ywneImK64uQH+DhZewEKblR0KeoTZPOdfIkyRUmnYQqxrx5rTWbt4WTuploHq3Mpzi1"
        "LSrPy/e+vjuSG7PPsGSGC7Zf1ncpT+DhqhpBg5OsYWfYto/pXqbX+Kk7mO9kmqaEpL5nrF0zh2fZ"
        "5jpre2iefYz39u4afg/xpaWjT7pKX+xe4hdGKpfSCx/sOXTTSuRpvLpm0S/6xZ3bCk/toBe6BHxi"
        "2vFbOYhJS/vu6XdXK1aQYDbF1L9TqyO0vVhnf1kmWJbCKenbi1+rqezlBvaS7ZdCvr2/+moVh2Qb"
        "HiklFadVJGBgYGBgYGBgYGDQUAj9Bz+kzxoRfYyI6u86K9Sq5jPJf4tjmKDrIh1MD6FIvYvpuvJn"
        "OyIieJbY5Jjge6HCcZrdxThy7Md43flLx0BR+3s2PdD6c1uo3vmr9fj5l+f/CafYwaI="
    )
)
"""An .xls with one sheet: x, y; 1.5, red; 2.5, blue."""


@dataclass(frozen=True)
class Styled:
    """A number, and the format that a workbook shows it in."""

    value: float
    code: str


@dataclass(frozen=True)
class Fault:
    """A cell that holds an error."""

    text: str


CODES = ["0%", "0.00%", "00000", "00000\\-0000", '"N "000', "0.00", "[Red]0.0%;-0.0%"]
"""Formats of a workbook, after those for numbers, days and times."""


def write_xlsx(path, sheets):
    """Write rows of texts, numbers, booleans, days, times and None, sheet by sheet."""
    names = list(sheets)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for i, _name in enumerate(names, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{REL}/worksheet" '
        f'Target="worksheets/sheet{i}.xml"/>'
        for i, _name in enumerate(names, 1)
    )
    quoted = {'"': "&quot;"}
    codes = "".join(
        f'<numFmt numFmtId="{164 + i}" formatCode="{escape(code, quoted)}"/>'
        for i, code in enumerate(CODES)
    )
    styles = "".join(f'<xf numFmtId="{164 + i}"/>' for i in range(len(CODES)))
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>'
        for i, name in enumerate(names, 1)
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/'
        'vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/styles.xml" ContentType="application/'
        f'vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>{parts}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{REL}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{REL}">'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'{links}<Relationship Id="rId{len(names) + 1}" Type="{REL}/styles" '
        'Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{SHEET}"><numFmts>{codes}</numFmts>'
        "<cellXfs>"
        '<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/>'
        f'<xf numFmtId="20" applyNumberFormat="1"/>{styles}'
        "</cellXfs></styleSheet>",
    }
    for i, rows in enumerate(sheets.values(), 1):
        body = "".join(
            f'<row r="{r}">'
            + "".join(_xlsx_cell(f"{chr(65 + c)}{r}", v) for c, v in enumerate(row))
            + "</row>"
            for r, row in enumerate(rows, 1)
        )
        files[f"xl/worksheets/sheet{i}.xml"] = (
            f'<worksheet xmlns="{SHEET}"><sheetData>{body}</sheetData></worksheet>'
        )
    _pack(path, files)


def _xlsx_cell(place, value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="1"><v>{(value - DAY_ONE).days}</v></c>'
    if isinstance(value, time):
        share = (value.hour * 60 + value.minute) / 1440
        return f'<c r="{place}" s="2"><v>{share!r}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    if isinstance(value, Styled):
        style = 3 + CODES.index(value.code)
        return f'<c r="{place}" s="{style}"><v>{value.value!r}</v></c>'
    if isinstance(value, Fault):
        return f'<c r="{place}" t="e"><f>1/0</f><v>{value.text}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def write_ods(path, sheets):
    """Write rows of texts, numbers, booleans, days and None, by the name of a sheet."""
    names = {
        "office": "office:1.0",
        "table": "table:1.0",
        "text": "text:1.0",
    }
    spaces = " ".join(
        f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{value}"'
        for key, value in names.items()
    )
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(
            "<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>"
            for row in rows
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    _pack(
        path,
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest:manifest xmlns:manifest="
            '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            "content.xml": f"<office:document-content {spaces}><office:body>"
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>",
        },
    )


def _ods_cell(value):
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        said = (
            f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
        )
    elif isinstance(value, date):
        said = f'office:value-type="date" office:date-value="{value}"'
    elif isinstance(value, int | float):
        said = f'office:value-type="float" office:value="{value!r}"'
    else:
        said = 'office:value-type="string"'
    text = escape(str(value))
    return f"<table:table-cell {said}><text:p>{text}</text:p></table:table-cell>"


def _pack(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
