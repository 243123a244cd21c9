"""The tool that keeps the catalogues, on a tiny package and on this one."""

import gettext
import importlib.util
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

pytest.importorskip("babel")

SCRIPT = Path(__file__).parent.parent / "scripts" / "translations"

SOURCE = '''
"""A docstring with _("no message")."""
from neurona.messages import _, ngettext

def describe(rows, loss):
    first = _("loss {loss:.3f} of {name!r}").format(loss=loss, name="x")
    second = ngettext("one row", "{rows} rows", rows).format(rows=rows)
    return first + second + _("don't stop") + _("don't stop")
'''

SPANISH = {
    "loss {loss:.3f} of {name!r}": "{name!r}: pérdida {loss:.3f}",
    ("one row", "{rows} rows"): ("una fila", "{rows} filas"),
    "don't stop": "no pare",
}


@pytest.fixture(scope="module")
def tool():
    loader = SourceFileLoader("translations", str(SCRIPT))
    specification = importlib.util.spec_from_loader("translations", loader)
    module = importlib.util.module_from_spec(specification)
    loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path, tool):
    """Write a package whose catalogues have every message and no translation."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "words.py").write_text(SOURCE, encoding="utf-8")
    assert tool.main(["update"], tmp_path) == 0
    return tmp_path


def translate(tool, package, translations):
    catalog = tool.read_language(package, "es")
    for identifier, text in translations.items():
        message = catalog.get(tool._identifier(identifier))
        assert message is not None
        message.string = text
    path = tool.po_path(package, "es")
    path.write_bytes(tool.po_text(catalog))
    assert tool.main(["compile"], package) == 0


def test_extraction_finds_each_message_once(tool, package):
    found = [message.id for message in tool.extract(package) if message.id]
    assert found == [
        "don't stop",
        "loss {loss:.3f} of {name!r}",
        ("one row", "{rows} rows"),
    ]


def test_files_carry_no_places_and_no_dates(tool, package):
    text = tool.pot_path(package).read_text(encoding="utf-8")
    text += tool.po_path(package, "es").read_text(encoding="utf-8")
    assert "words.py" not in text
    assert "Date" not in text


def test_an_update_keeps_translations_and_a_second_changes_nothing(tool, package):
    translate(tool, package, SPANISH)
    assert tool.main(["update"], package) == 0
    assert tool.problems(package) == []
    before = tool.po_path(package, "es").read_bytes()
    assert tool.main(["update"], package) == 0
    assert tool.po_path(package, "es").read_bytes() == before


def test_check_of_a_complete_catalogue_passes(tool, package, capsys):
    translate(tool, package, SPANISH)
    assert tool.problems(package) == []
    assert tool.main(["check"], package) == 0
    assert "complete" in capsys.readouterr().out


def test_the_compiled_catalogue_is_what_gettext_reads(tool, package):
    translate(tool, package, SPANISH)
    es = gettext.translation("neurona", package / "locale", ["es"])
    assert es.gettext("don't stop") == "no pare"
    assert es.ngettext("one row", "{rows} rows", 1) == "una fila"
    assert es.ngettext("one row", "{rows} rows", 0) == "{rows} filas"


def test_untranslated_messages_are_listed(tool, package, capsys):
    translate(tool, package, {"don't stop": "no pare"})
    assert tool.main(["check"], package) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "es: not translated: 'loss {loss:.3f} of {name!r}'" in lines
    assert "es: not translated: ('one row', '{rows} rows')" in lines
    assert lines[-1] == "2 problems"


def test_a_plural_without_all_its_forms_is_untranslated(tool, package):
    translate(tool, package, SPANISH | {("one row", "{rows} rows"): ("una fila", "")})
    assert tool.problems(package) == ["es: not translated: ('one row', '{rows} rows')"]


def test_fuzzy_translations_are_listed_and_not_compiled(tool, package):
    translate(tool, package, SPANISH)
    path = tool.po_path(package, "es")
    text = path.read_text(encoding="utf-8")
    marked = text.replace('msgid "don\'t stop"', '#, fuzzy\nmsgid "don\'t stop"')
    assert marked != text
    path.write_text(marked, encoding="utf-8")
    assert tool.main(["compile"], package) == 0
    assert tool.problems(package) == ['es: marked fuzzy: "don\'t stop"']
    es = gettext.translation("neurona", package / "locale", ["es"])
    assert es.gettext("don't stop") == "don't stop"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("loss {loss:.3f} of {name!r}", "pérdida {loss:.3f}"),
        ("loss {loss:.3f} of {name!r}", "pérdida {pérdida:.3f} de {name!r}"),
        ("loss {loss:.3f} of {name!r}", "pérdida {loss} de {name!r}"),
        ("loss {loss:.3f} of {name!r}", "pérdida {loss:.3f de {name!r}"),
        ("don't stop", "no pare en {line}"),
        (("one row", "{rows} rows"), ("una fila", "filas")),
        (("one row", "{rows} rows"), ("{row} fila", "{rows} filas")),
    ],
)
def test_other_placeholders_are_listed(tool, package, message, text):
    translate(tool, package, SPANISH | {message: text})
    found = tool.problems(package)
    assert len(found) == 1
    assert found[0].startswith(f"es: other placeholders: {message!r}")


def test_a_singular_may_name_its_number_or_not(tool, package):
    plural = ("{rows} fila", "{rows} filas")
    translate(tool, package, SPANISH | {("one row", "{rows} rows"): plural})
    assert tool.problems(package) == []


def test_a_new_and_a_removed_message_make_the_catalogues_out_of_date(tool, package):
    translate(tool, package, SPANISH)
    source = package / "inner" / "words.py"
    changed = SOURCE.replace("don't stop", "go on")
    source.write_text(changed, encoding="utf-8")
    assert tool.problems(package) == [
        "neurona.pot is out of date: run scripts/translations update",
        "es: not in neurona.po: 'go on'",
        'es: no longer a message: "don\'t stop"',
    ]
    assert tool.main(["update"], package) == 0
    assert tool.problems(package) == [
        "es: not translated: 'go on'",
        "es: neurona.mo is out of date: run scripts/translations compile",
    ]


def test_a_missing_compiled_catalogue_is_listed(tool, package):
    translate(tool, package, SPANISH)
    tool.po_path(package, "es").with_suffix(".mo").unlink()
    assert len(tool.problems(package)) == 1


@pytest.mark.parametrize("arguments", [[], ["translate"], ["check", "all"]])
def test_a_wrong_call_shows_the_usage(tool, tmp_path, capsys, arguments):
    assert tool.main(arguments, tmp_path) == 2
    assert "Usage" in capsys.readouterr().err


def test_every_message_of_the_package_is_translated_and_compiled(tool):
    assert tool.problems(tool.PACKAGE) == []
