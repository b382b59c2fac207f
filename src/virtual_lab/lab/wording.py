"""The lines that the lab says while it works, in both languages."""

from __future__ import annotations

from typing import Any

from virtual_lab.domain import Language

_TEXT: dict[str, dict[Language, str]] = {
    "started": {"en": "Reading the question.", "ko": "질문을 읽고 있습니다."},
    "estimated": {
        "en": "A full run takes about {calls} model calls and {tokens} tokens{cost}.",
        "ko": "전체 실행에는 모델 호출 약 {calls}회, 토큰 약 {tokens}개{cost}가 듭니다.",
    },
    "searched": {
        "en": "Online: {sources} sources to read; {failed} notes on what failed or was left out",
        "ko": "온라인 검색: 읽을 출처 {sources}건, 실패하거나 제외한 것에 대한 메모 {failed}건",
    },
    "by_words_alone": {
        "en": "Searched by words alone, without vectors: {problem}",
        "ko": "벡터 없이 단어로만 검색했습니다: {problem}",
    },
    "few_vectors": {
        "en": "Searched by meaning in {embedded} of {passages} passages; the others have no vector"
        " (virtual-lab library embed)",
        "ko": "구절 {passages}개 중 {embedded}개만 의미로도 검색했습니다. 나머지는 벡터가 없습니다"
        " (virtual-lab library embed)",
    },
    "planned": {"en": "Team: {team}", "ko": "팀 구성: {team}"},
    "analysed": {
        "en": "{role}: {passages} passages read, {findings} findings ({new} new)",
        "ko": "{role}: 구절 {passages}개를 읽고 근거 {findings}건 (새로 {new}건)",
    },
    "critiqued": {"en": "Critic on {role}: {score}/5", "ko": "비평, {role}: {score}/5점"},
    "synthesised": {
        "en": "Draft with {sections} sections",
        "ko": "{sections}개 절로 초안을 썼습니다",
    },
    "verified": {
        "en": "{verified} of {made} statements verified",
        "ko": "진술 {made}건 중 {verified}건 검증",
    },
    "finished": {"en": "The report is ready.", "ko": "보고서가 완성되었습니다."},
    "no_evidence": {
        "en": "No evidence for this section was found in the sources.",
        "ko": "이 절에 대한 근거를 자료에서 찾지 못했습니다.",
    },
    "disbelieved": {
        "en": "the critic finds that its quotes do not carry it",
        "ko": "인용이 뒷받침하지 않는다고 비평가가 판단했습니다",
    },
    "uncritiqued": {
        "en": "Critic on {role}: no score",
        "ko": "비평, {role}: 점수 없음",
    },
    "stop_budget": {
        "en": "{percent} % of the budget ({limit}) was spent, so no further round was opened",
        "ko": "예산({limit})의 {percent}%를 써서 다음 라운드를 열지 않았습니다",
    },
    "tokens": {"en": "tokens", "ko": "토큰"},
    "cost": {"en": "cost", "ko": "비용"},
    "minutes": {"en": "time", "ko": "시간"},
    "stop_cut_off": {
        "en": "the run reached its time limit",
        "ko": "실행 시간 제한에 이르렀습니다",
    },
    "cut_off": {
        "en": "The run reached its time limit, so it was not checked what is missing.",
        "ko": "실행 시간 제한에 이르러 빠진 내용을 확인하지 못했습니다.",
    },
    "not_looked_into": {
        "en": "No findings were handed in for this section before the time limit.",
        "ko": "시간 제한 전에 이 절에 대한 근거가 제출되지 않았습니다.",
    },
    "stop_scores": {
        "en": "every specialist reached a score of {score} or more",
        "ko": "모든 담당자가 {score}점 이상을 받았습니다",
    },
    "stop_nothing_new": {
        "en": "round {round} brought nothing new",
        "ko": "{round}라운드에서 새로 찾은 것이 없습니다",
    },
    "stop_rounds": {
        "en": "the limit of rounds ({rounds}) was reached",
        "ko": "정해진 라운드 수({rounds})를 마쳤습니다",
    },
}


def say(key: str, language: Language, **values: Any) -> str:
    """The text ``key`` in ``language`` with its values filled in."""
    return _TEXT[key][language].format(**values)
