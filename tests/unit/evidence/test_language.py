"""The language of a text, from its letters and small words."""

from __future__ import annotations

import pytest

from virtual_lab.evidence.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The applicant shall provide information on the allergenicity of the food.", "en"),
        ("신규식품의 유전독성 시험은 두 가지 in vitro 시험(OECD TG 471, 487)으로 시작한다.", "ko"),
        ("GMO와 NGT의 안전성 평가", "ko"),
        (
            "The decree of the Ministry of Food and Drug Safety (식품의약품안전처) is in force.",
            "en",
        ),
        ("ゲノム編集食品は届出の対象である。", "ja"),
        ("食品安全国家标准", "zh"),
        ("De bepalingen van het protocol zijn van toepassing op het vervoer van de stof.", "nl"),
        ("Der Antragsteller hat die Daten nach der Verordnung mit dem Antrag vorzulegen.", "de"),
        ("Les données sont à fournir par le demandeur dans une demande pour un aliment.", "fr"),
        ("2015/2283, 0.9 %", "en"),
        ("", "en"),
    ],
)
def test_language_is_told(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    assert (
        detect_language("The food is safe and the data are sufficient. " * 500 + "한글 " * 9_000)
        == "en"
    )
