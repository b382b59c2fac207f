"""The language of a text, from its letters and small words."""

from __future__ import annotations

import pytest

from virtual_lab.text.language import detect_language, passage_language


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


@pytest.mark.parametrize(
    ("text", "document", "language"),
    [
        (
            "De Partij van invoer bevestigt binnen negentig dagen de ontvangst van de melding.",
            "en",
            "nl",
        ),
        ("The Party of import shall confirm receipt of the notification to it.", "nl", "en"),
        ("in vitro, per os, de novo", "en", "en"),
        ("safety assessments from non-food uses (e.g. chemicals)", "en", "en"),
        ("OECD TG 471, 487: Ames test, micronucleus test", "ko", "ko"),
        ("이 법은 식품의 안전을 위한 것이다.", "en", "ko"),
    ],
)
def test_a_passage_in_another_language_than_its_document_is_told(
    text: str, document: str, language: str
) -> None:
    assert passage_language(text, document) == language
