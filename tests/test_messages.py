"""Messages: the language of whoever asks."""

import asyncio
import threading

import pytest

from neurona import messages
from neurona.messages import _, language, use_language


@pytest.fixture(autouse=True)
def _english():
    with use_language("en"):
        yield


def test_a_block_speaks_its_language_and_then_what_was_spoken_before():
    with use_language("es"):
        assert (language(), _("row")) == ("es", "fila")
        with use_language("en"):
            assert (language(), _("row")) == ("en", "row")
            use_language("es")
            assert language() == "es"
        assert language() == "es"
    assert (language(), _("row")) == ("en", "row")


def test_a_block_ends_with_an_error_too():
    with pytest.raises(RuntimeError), use_language("es"):
        raise RuntimeError
    assert language() == "en"


def test_a_call_speaks_until_the_next():
    use_language("es")
    assert language() == "es"
    use_language("en")
    assert language() == "en"


def test_an_unknown_language_changes_nothing():
    with pytest.raises(ValueError, match="choose one of en, es"):
        use_language("tlh")
    assert language() == "en"


@pytest.mark.parametrize("default", ["en", "es"])
def test_a_new_thread_begins_with_the_default(default, monkeypatch):
    monkeypatch.setattr(messages, "default_language", lambda: default)
    found = []

    def speak():
        found.append(language())
        use_language("es" if default == "en" else "en")

    thread = threading.Thread(target=speak)
    thread.start()
    thread.join()
    assert found == [default]
    assert language() == "en"


def test_tasks_speak_side_by_side():
    async def speak(own):
        use_language(own)
        for _turn in range(3):
            await asyncio.sleep(0)
            assert language() == own

    async def both():
        await asyncio.gather(*map(speak, ["en", "es"] * 4))

    asyncio.run(both())
    assert language() == "en"
