"""Indices: raised and lowered characters of Unicode, and what an index consists of."""

from __future__ import annotations

from typing import Final

__all__ = ["chunks", "subscript", "superscript"]

LOWERED: Final = dict(
    zip(
        "0123456789+−-=()aehijklmnoprstuvxβγρφχ,",
        # The low quotation mark is the one comma that stands low in every font.
        "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ‚",
        strict=True,
    )
)
RAISED: Final = dict(
    zip(
        "0123456789+−-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ′⊤",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ′ᵀ",
        strict=True,
    )
)


def _translate(text: str, table: dict[str, str]) -> str | None:
    shown = [table.get(character) for character in text.replace(" ", "")]
    return None if None in shown else "".join(filter(None, shown))


def superscript(text: str) -> str:
    """Text raised, or after a caret where a character has no raised form.

    Examples
    --------
    >>> superscript("−12"), superscript("q"), superscript("ab;")
    ('⁻¹²', '^q', '^(ab;)')
    """
    raised = _translate(text, RAISED)
    if raised is not None:
        return raised
    return f"^{text}" if len(text) == 1 else f"^({text})"


def subscript(text: str) -> str:
    """Text lowered, or after a low line where a character has no lowered form.

    Examples
    --------
    >>> subscript("12"), subscript("i,j"), subscript("C")
    ('₁₂', 'ᵢ‚ⱼ', '_C')
    """
    lowered = _translate(text, LOWERED)
    if lowered is not None:
        return lowered
    return f"_{text}" if len(text) == 1 or text.isalnum() else f"_({text})"


def chunks(text: str) -> list[str]:
    """Text cut where digits, letters and signs meet.

    Examples
    --------
    >>> chunks("ij,12")
    ['ij', ',', '12']
    """
    found: list[str] = []
    for character in text:
        kind = (character.isdigit(), character.isalpha())
        last = found[-1][-1] if found else ""
        if last and (any(kind) and kind == (last.isdigit(), last.isalpha())):
            found[-1] += character
        else:
            found.append(character)
    return found
