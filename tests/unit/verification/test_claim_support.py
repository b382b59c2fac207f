"""The claim checker: what must be carried, and the fitted estimate."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import pytest

from virtual_lab.messages import Message
from virtual_lab.text.sentences import split_sentences
from virtual_lab.verification import claim_support as module
from virtual_lab.verification.claim_support import (
    Support,
    SupportModel,
    features,
    mismatches,
    shipped_model,
    support,
)

WEIGHTS = json.loads(
    Path(module.__file__).with_name("claim_support_weights.json").read_text("utf-8")
)
SETS = ("attributionbench", "healthver", "xnli_ko")


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The limit is 1,000 mg.", "A limit of 1000 mg applies."),
        ("The dose was 0.5 g.", "Each rat received 500 mg."),
        ("Of the 12 300 samples, three failed.", "Three of 12,300 samples failed."),
        ("A 90-day study was done.", "The study lasted 90 days."),
        ("Two studies were found.", "We found 2 studies."),
        ("2 studies were found.", "Both studies were found."),
        ("Exposure rose threefold.", "Exposure rose 3-fold."),
        ("The share was 50 %.", "The share was 50 per cent."),
        ("The share was fifty percent.", "The share was 50%."),
        ("About 90% of farmers agreed.", "Of the farmers, 89.7% agreed."),
        ("The plants grew at 25 °C.", "Plants were grown at 25℃."),
        ("The intake was 12 mg/kg.", "An intake of 12 mg per kg was seen."),
        ("5 mg and 10 mg were given.", "Doses of 5 and 10 mg were given."),
        ("Prices rose by $1.5 million.", "Prices rose by 1.5 million dollars."),
        ("One of the samples failed.", "A sample failed."),
        ("비율은 50%였다.", "비율은 50퍼센트였다."),
        ("기간은 3개월이다.", "3 개월의 기간이 정해졌다."),
        ("과징금은 2만 원이다.", "과징금 20,000원을 부과하였다."),
        ("과징금은 3억 5천만 원이다.", "과징금은 350,000,000원으로 정해졌다."),
        ("세 가지 시험을 하였다.", "시험 3가지를 하였다."),
        ("회의는 2020년 5월 2일에 열렸다.", "The meeting was held on 2 May 2020."),
        ("The plan started in May 2020.", "계획은 2020년 5월에 시작되었다."),
    ],
)
def test_quantity_in_other_words(claim: str, evidence: str) -> None:
    assert mismatches(claim, evidence) == []


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("The limit is 0.9.", "The limit is 0.8.", "number 0.9 is not in the quotes"),
        ("Two studies were found.", "Three were found.", "number Two is not in the quotes"),
        ("It stored well at 5 °C.", "It stored well at -5 °C.", "number 5 °C is not in the quotes"),
        ("About 90% agreed.", "Of all, 60% agreed.", "number 90% is not in the quotes"),
        ("Pay 2만 원.", "과징금 200,000원", "number 2만 원 is not in the quotes"),
        ("A 90-day study.", "A study of 90 weeks.", "the unit of 90-day is not in the quotes"),
        ("The dose was 5 mg.", "The dose was 5 g.", "the unit of 5 mg is not in the quotes"),
        ("기간은 3개월이다.", "기간은 3년이다.", "the unit of 3개월 is not in the quotes"),
    ],
)
def test_quantity_that_is_not_carried(claim: str, evidence: str, reason: str) -> None:
    assert texts(mismatches(claim, evidence)) == [reason]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Regulation (EU) 2015/2283 applies.", "See Regulation (EU) No 2015/2283."),
        ("CAC/GL 45 covers it.", "It is covered by CAC/GL 45-2003."),
        ("SDN-1 gives small changes.", "With SDN1, small changes arise."),
        ("SDN-1 gives small changes.", "With SDN 1, small changes arise."),
        ("SARS-CoV-2 spread there.", "There SARS CoV 2 spread."),
        ("식품위생법 제44조를 위반하였다.", "식품위생법 제 44 조 제1항을 위반하였다."),
        ("제44조는 준수사항을 정한다.", "Article 44 sets out the duties."),
        ("EFSA는 2015/2283 규정을 적용한다.", "EFSA applies Regulation (EU) 2015/2283."),
    ],
)
def test_identifier_however_punctuated(claim: str, evidence: str) -> None:
    assert mismatches(claim, evidence) == []


@pytest.mark.parametrize(
    ("claim", "evidence", "name"),
    [
        ("Regulation 2015/2283 applies.", "Regulation 2015/2284 applies.", "2015/2283"),
        ("CAC/GL 45 covers it.", "CAC/GL 46 covers it.", "CAC/GL 45"),
        ("SDN-1 gives small changes.", "SDN-2 gives small changes.", "SDN-1"),
        ("SDN-1 gives small changes.", "SDN-12 gives small changes.", "SDN-1"),
        ("제44조를 위반하였다.", "제45조를 위반하였다.", "제44조"),
        ("제44조를 위반하였다.", "제44조의2를 위반하였다.", "제44조"),
    ],
)
def test_identifier_that_is_not_carried(claim: str, evidence: str, name: str) -> None:
    assert texts(mismatches(claim, evidence)) == [f"identifier {name} is not in the quotes"]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("EFSA gave an opinion.", "The European Food Safety Authority gave an opinion."),
        ("The European Food Safety Authority gave it.", "It was given by EFSA."),
        ("The Food and Drug Administration agreed.", "The FDA agreed."),
        ("GMOs are regulated.", "A genetically modified organism is regulated."),
        ("The cardiothoracic ratio (CTR) rose.", "The cardiothoracic ratio rose."),
        ("The Slovenian law allows it.", "In Slovenia the law allows it."),
        ("It helps against vitamin D deficiency.", "Vitamin D deficiency is helped."),
        ("The role of Brühl grew.", "The role of Bruhl grew."),
        ("The rule of Article 5 applies.", "The rule of Art. 5 applies."),
        ("First step: Choose a place.", "You should select a place as the first step."),
        ("Novel Foods Need Prior Authorisation.", "Foods that are novel must be authorised."),
        ("식품위생법을 위반하였다.", "그는 식품위생법에 위반되는 행위를 하였다."),
        ("새로운 시험방법을 제시하였다.", "시험의 방법을 새로 제시하였다."),
    ],
)
def test_name_in_another_form(claim: str, evidence: str) -> None:
    assert mismatches(claim, evidence) == []


@pytest.mark.parametrize(
    ("claim", "evidence", "name"),
    [
        ("The opinion of EFSA was followed.", "The opinion was followed.", "EFSA"),
        ("The opinion of EFSA was followed.", "The FDA's opinion was followed.", "EFSA"),
        ("It was made in Japan.", "It was made in Korea.", "Japan"),
        ("Vitamin D helps bones.", "Vitamin C helps bones.", "D"),
        ("식품위생법을 위반하였다.", "약사법을 위반하였다.", "식품위생법"),
        ("EFSA는 안전하다고 평가하였다.", "The authority found it safe.", "EFSA"),
    ],
)
def test_name_that_is_not_carried(claim: str, evidence: str, name: str) -> None:
    assert texts(mismatches(claim, evidence)) == [f"name {name} is not in the quotes"]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The product is not safe.", "The product is unsafe."),
        ("It does not contain gluten.", "It is free of gluten."),
        ("There is no evidence of harm.", "Evidence of harm is lacking."),
        ("The trial lasted at most 5 days.", "The trial lasted no more than 5 days."),
        ("The rule covers novel foods.", "Not only novel foods are covered by the rule."),
        ("The rule applies.", "Regulation (EU) No 5 says that the rule applies."),
        ("Cats cause allergies.", "Dogs do not, but cats cause allergies."),
        ("The drug lowers pressure.", "The drug lowers pressure. It does not lower weight."),
        ("영업자는 신고를 하지 않았다.", "영업자가 신고하지 아니하였다."),
        ("영업자는 신고를 했다.", "영업자는 등록뿐만 아니라 신고를 했다."),
        ("판매를 해서는 안 된다.", "판매가 금지된다."),
    ],
)
def test_negation_in_other_words_or_elsewhere(claim: str, evidence: str) -> None:
    assert mismatches(claim, evidence) == []


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("It is not safe.", "It is safe.", "negation 'not' is not in the quotes"),
        ("이 식품은 안전하지 않다.", "이 식품은 안전하다.", "negation '않다' is not in the quotes"),
        (
            "The product is safe.",
            "The product isn't safe.",
            "the quotes say the opposite ('isn't')",
        ),
        (
            "Adverse effects were observed in rats.",
            "No adverse effects were observed in rats.",
            "the quotes say the opposite ('No')",
        ),
        ("이 식품은 안전하다.", "이 식품은 안전하지 않다.", "the quotes say the opposite ('않다')"),
        (
            "원고는 허가를 받았다.",
            "원고는 허가를 받지 못했다.",
            "the quotes say the opposite ('못했다')",
        ),
        (
            "The additive increases body weight.",
            "The additive decreases body weight.",
            "'increases' is 'decreases' in the quotes",
        ),
        (
            "카드뮴 섭취량이 증가하였다.",
            "카드뮴 섭취량이 감소하였다.",
            "'증가하였다' is '감소하였다' in the quotes",
        ),
    ],
)
def test_opposite_statements(claim: str, evidence: str, reason: str) -> None:
    assert texts(mismatches(claim, evidence)) == [reason]
    assert not support(claim, evidence).supported
    assert reason in texts(support(claim, evidence).reasons)


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("No study had 90 rats.", "Results are below. No study had 90 rats. Three had 50."),
        ("no study had 90 rats", "We looked twice: nothing.\nno study had 90 rats"),
        (
            "원고는 제44조를 위반하지 않았다.",
            "주문. 원고는 제44조를 위반하지 않았다. 이유는 다음과 같다.",
        ),
        ("• Item of EFSA", "Lead in:\n• Item of EFSA\n• Item of FDA"),
    ],
)
def test_a_sentence_of_the_evidence_is_supported(claim: str, evidence: str) -> None:
    assert support(claim, evidence) == Support(1.0, True, settled=True)
    assert mismatches(claim, evidence) == []


def test_every_sentence_supports_itself(shared_data: Path) -> None:
    seen = 0
    for name in SETS:
        with (shared_data / "claims" / f"{name}.jsonl").open(encoding="utf-8") as lines:
            for line in islice(lines, 0, None, 20):
                evidence = json.loads(line)["evidence"][:3000]
                for sentence in split_sentences(evidence.replace("\n", " ")):
                    if sum(c.isalpha() for c in sentence) > 10:
                        assert mismatches(sentence, evidence) == []
                        assert support(sentence, evidence).supported
                        seen += 1
    assert seen > 500


def test_a_sentence_within_another_is_not_verbatim() -> None:
    found = support("Vaccines cause autism.", "It is false that vaccines cause autism.")
    assert found.probability < 1
    inside = support("the product is safe", "Nobody showed that the product is safe.")
    assert inside.probability < 1


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        (
            "Rats that ate the additive put on weight.",
            "Weight gain was seen in the rats that ate the additive. No rat died.",
        ),
        (
            "A novel food may be sold only after it has been authorised.",
            "Only novel foods that have been authorised may be sold in the Union.",
        ),
        ("영업자는 시설 기준을 지켜야 한다.", "식품 영업자는 시설 기준을 지켜야 할 의무가 있다."),
    ],
)
def test_paraphrase_is_supported(claim: str, evidence: str) -> None:
    found = support(claim, evidence)
    assert found.supported
    assert found.reasons == ()


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Bees see ultraviolet light.", "The bridge was opened in 1932 and rebuilt in 1978."),
        ("그 강은 매우 길다.", "아이들은 오후에 학교에서 노래를 불렀다."),
        ("Anything at all.", ""),
        ("", "The limit is 5 mg."),
        ("", ""),
        ("...", "[3] (!)"),
    ],
)
def test_unrelated_or_empty_text_supports_nothing(claim: str, evidence: str) -> None:
    found = support(claim, evidence)
    assert not found.supported
    assert 0 <= found.probability < 0.5


def test_a_wrong_number_is_not_supported_however_alike() -> None:
    evidence = "The acceptable daily intake of the sweetener is 40 mg per kg of body weight."
    right = support(
        "The acceptable daily intake of the sweetener is 40 mg/kg body weight.", evidence
    )
    wrong = support(
        "The acceptable daily intake of the sweetener is 50 mg/kg body weight.", evidence
    )
    assert right.supported
    assert not wrong.supported
    assert texts(wrong.reasons) == ["number 50 mg/kg is not in the quotes"]
    assert (right.settled, wrong.settled) == (False, True)


def test_features_are_finite_and_in_a_fixed_order() -> None:
    english = features("Two cats slept.", "The cats of Rome slept all day. Dogs did not.")
    korean = features("고양이가 잤다.", "")
    assert list(english) == list(korean) == WEIGHTS["features"]
    assert all(math.isfinite(value) for value in [*english.values(), *korean.values()])


def test_features_do_not_describe_the_claim_alone() -> None:
    """A model that knows the claim by its length or cues learns its label by heart."""
    evidence = "Nothing here is like it."
    short, long = features("Zzz.", evidence), features("Zzz yyy xxx www vvv uuu ttt.", evidence)
    changed = {name for name in short if short[name] != long[name]}
    assert changed <= {"best_ratio", "evidence_ratio", "soft_missing"}


def test_model_walks_its_trees() -> None:
    tree = {"feature": [0, -1, 1, -1, -1], "cut": [0.5, -2.0, 3.0, 0.25, 1.0]}
    model = SupportModel(
        {
            "features": ["a", "b"],
            "roots": [0, 5],
            "feature": [*tree["feature"], -1],
            "cut": [*tree["cut"], 0.5],
            "right": [2, 0, 4, 0, 0, 0],
        }
    )

    def odds(a: float, b: float) -> float:
        probability = model.probability({"a": a, "b": b})
        return math.log(probability / (1 - probability))

    assert odds(0.5, 9) == pytest.approx(-1.5)
    assert odds(0.6, 3) == pytest.approx(0.75)
    assert odds(0.6, 4) == pytest.approx(1.5)


@pytest.mark.parametrize(("claim", "evidence", "probability"), WEIGHTS["checks"])
def test_shipped_weights_give_what_the_fitted_model_gave(
    claim: str, evidence: str, probability: float
) -> None:
    found = shipped_model().probability(features(claim, evidence))
    assert found == pytest.approx(probability, abs=1e-4), "run benchmarks/fit_support.py again"


@pytest.mark.parametrize("name", SETS)
def test_supported_claims_pass_more_often(shared_data: Path, name: str) -> None:
    passed: dict[bool, list[bool]] = {True: [], False: []}
    with (shared_data / "claims" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in islice(lines, 0, None, 10):
            row = json.loads(line)
            found = support(row["claim"], row["evidence"])
            passed[row["label"] == "supported"].append(found.supported)
    supported, rest = (sum(group) / len(group) for group in (passed[True], passed[False]))
    assert supported > rest


@pytest.mark.parametrize(
    "text",
    ["A" * 5000, "1" * 5000, "1,000" + ",000" * 1000, "\n" * 5000, "가" * 5000, "A-" * 2500, "("],
)
def test_degenerate_text_is_answered(text: str) -> None:
    for claim, evidence in ((text, "The limit is 5 mg."), ("The limit is 5 mg.", text)):
        assert not support(claim, evidence).supported


def texts(messages: Iterable[Message]) -> list[str]:
    return [message.text() for message in messages]
