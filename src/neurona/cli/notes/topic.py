"""Whether the course notes are about something."""

from __future__ import annotations

from neurona.errata import TOPICS
from neurona.errors import nearest_names
from neurona.messages import _, in_every_language
from neurona.show.find import folded

__all__ = ["is_topic", "near_topics"]


def names_of_topics() -> dict[str, str]:
    """Every name of every topic as it is compared, and the topic."""
    found = {folded(topic): topic for topic in TOPICS}
    for topic, message in TOPICS.items():
        for (text,) in in_every_language(message):
            found |= {folded(name): topic for name in text.split(",")}
    return found


def is_topic(word: str) -> bool:
    """Whether a word names a topic of the notes, in any language.

    Examples
    --------
    >>> is_topic("entropía cruzada"), is_topic("zebra")
    (True, False)
    """
    return folded(word) in names_of_topics()


def near_topics(word: str) -> list[str]:
    """Topics nearest to a word, in the reader's language."""
    names = names_of_topics()
    near = [names[name] for name in nearest_names(folded(word), names)]
    return [folded(_(TOPICS[topic]).partition(",")[0]) for topic in dict.fromkeys(near)]
