"""Headings and connecting text of reports, in both languages."""

from __future__ import annotations

from typing import Any

from virtual_lab.domain import Language

_TEXT: dict[str, dict[Language, str]] = {
    "short_answer": {"en": "Short answer", "ko": "요약 답변"},
    "no_answer": {
        "en": "The sources hold no statement that answers the question.",
        "ko": "질문에 답하는 진술을 자료에서 찾지 못했습니다.",
    },
    "disagreements": {"en": "Where sources differ", "ko": "출처 간 차이"},
    "numbers": {
        "en": "Different figures on what looks like the same matter ({about}):",
        "ko": "같은 사항으로 보이는 수치가 다릅니다({about}):",
    },
    "negation": {
        "en": "One affirms what the other denies:",
        "ko": "한쪽은 긍정하고 다른 쪽은 부정합니다:",
    },
    "differs": {"en": "sources differ", "ko": "출처 간 차이 있음"},
    "disputed": {"en": "In dispute: {about}", "ko": "다툼이 있는 점: {about}"},
    "missing": {"en": "What is missing", "ko": "확인하지 못한 것"},
    "nothing_missing": {
        "en": "Every weighty term of the question is covered by a quote.",
        "ko": "질문의 주요 용어를 모두 인용으로 다루었습니다.",
    },
    "method": {"en": "Method and team", "ko": "방법과 팀"},
    "method_extractive": {
        "en": "An extractive evidence brief: no language model took part. Every statement is a"
        " sentence of a source, quoted word for word; only headings and fixed connecting text"
        " were added. Relevance was judged by the words of the question, so a passage that says"
        " the same in other words may have been passed over.",
        "ko": "이 보고서는 언어 모델 없이 만든 발췌형 근거 요약입니다. 모든 진술은 출처의 문장을"
        " 글자 그대로 옮긴 것이며, 제목과 고정된 연결 문구만 덧붙였습니다. 관련성은 질문의 낱말로"
        " 판단하므로 같은 뜻을 다른 말로 쓴 구절은 빠졌을 수 있습니다.",
    },
    "method_model": {
        "en": "Written with a language model. Every statement was checked by code against the"
        " verbatim quotes that it cites; statements that failed were repaired once or dropped.",
        "ko": "언어 모델로 작성했습니다. 모든 진술을 인용한 원문과 코드로 대조했으며, 맞지 않는"
        " 진술은 한 번 고치거나 뺐습니다.",
    },
    "proposals": {
        "en": "Specialists named in {trials} independent proposals of a team",
        "ko": "독립적으로 만든 팀 구성안 {trials}건에 나온 담당",
    },
    "focus": {"en": "Focus", "ko": "살필 것"},
    "proposed_in": {"en": "Named in", "ko": "나온 구성안"},
    "team_why": {"en": "Why this team: {reason}", "ko": "이 팀을 고른 이유: {reason}"},
    "not_scored": {"en": "not scored", "ko": "점수 없음"},
    "spent": {"en": "What the language model took", "ko": "언어 모델 사용량"},
    "model_calls": {"en": "Calls", "ko": "호출"},
    "tokens": {"en": "Tokens", "ko": "토큰"},
    "tokens_split": {
        "en": "{tokens} ({prompts} in prompts, {answers} in answers)",
        "ko": "{tokens} (프롬프트 {prompts}, 답변 {answers})",
    },
    "cost": {"en": "Cost", "ko": "비용"},
    "cost_unknown": {
        "en": "not known (no price is known for the model)",
        "ko": "알 수 없음(모델의 가격을 모름)",
    },
    "minutes": {
        "en": "Minutes, since the run was started or last resumed",
        "ko": "걸린 시간(분, 시작 또는 마지막 재개부터)",
    },
    "partial": {
        "en": "A partial report: the run was cut off before its work was done. What stands here"
        " was verified; what is missing may not have been looked into.",
        "ko": "부분 보고서: 작업을 마치기 전에 실행이 중단되었습니다. 여기 실린 내용은 모두"
        " 검증했으나, 빠진 내용은 살펴보지 못했을 수 있습니다.",
    },
    "stopped": {"en": "The work ended because {reason}.", "ko": "종료 이유: {reason}."},
    "bridged": {
        "en": "Terms also searched in the other language",
        "ko": "다른 언어로도 검색한 용어",
    },
    "constraints": {"en": "Constraints", "ko": "제약 조건"},
    "round": {"en": "Round {number}", "ko": "{number}라운드"},
    "specialist": {"en": "Specialist", "ko": "담당"},
    "score": {"en": "Score", "ko": "점수"},
    "findings": {"en": "Findings", "ko": "근거"},
    "improved": {"en": "Improved", "ko": "나아진 점"},
    "remaining": {"en": "Remaining", "ko": "남은 점"},
    "needed": {"en": "Needed for a 5", "ko": "5점에 필요한 것"},
    "references": {"en": "References", "ko": "참고문헌"},
    "coverage": {"en": "Coverage", "ko": "검증 범위"},
    "statements": {
        "en": "Statements verified against their quotes: {verified} of {made}",
        "ko": "진술 {made}건 중 {verified}건을 인용문과 대조해 검증",
    },
    "sources": {
        "en": "Sources used: {used} of {found} found",
        "ko": "찾은 출처 {found}건 중 {used}건 사용",
    },
    "failed": {
        "en": "Sources that failed to answer or were left out",
        "ko": "응답하지 않았거나 제외한 출처",
    },
    "dropped": {"en": "Dropped statements", "ko": "제외한 진술"},
    "none": {"en": "none", "ko": "없음"},
    "page": {"en": "p. {page}", "ko": "{page}쪽"},
    "starter": {
        "en": "This report rests on the starter library, short primers that come with the program"
        " and name their primary sources. Add your own documents to the library (on its page, or"
        " with “virtual-lab library add”).",
        "ko": "이 보고서는 프로그램에 들어 있는 입문 자료집에 근거합니다. 각 문장이 일차 자료를"
        " 밝히고 있습니다. 자료실 화면이나 ‘virtual-lab library add’로 직접 문서를 추가하세요.",
    },
    "quote_of": {"en": "Quote from [{number}]", "ko": "[{number}]의 인용"},
    "primer": {"en": "starter library", "ko": "입문 자료집"},
    "tier_authority": {"en": "regulator or standard setter", "ko": "규제 기관·표준 기구"},
    "tier_reviewed": {"en": "peer-reviewed", "ko": "동료 심사"},
    "tier_other": {"en": "not peer-reviewed, as far as is known", "ko": "동료 심사 미확인"},
    "gathered": {"en": "gathered {date}", "ko": "{date} 수집"},
    "contents": {"en": "Contents", "ko": "차례"},
    "sources_as_of": {"en": "Sources as of {date}", "ko": "자료 기준일 {date}"},
    "asked": {"en": "Question: {topic}", "ko": "질문: {topic}"},
    "brief_extractive": {"en": "Extractive evidence brief", "ko": "발췌형 근거 요약"},
    "brief_model": {"en": "Evidence report", "ko": "근거 보고서"},
    "team": {"en": "Team", "ko": "팀 구성"},
    "why": {"en": "Why", "ko": "이유"},
    "scores": {"en": "Scores by round, out of {most}", "ko": "라운드별 점수 ({most}점 만점)"},
    "searched_term": {"en": "Term", "ko": "용어"},
    "searched_as": {"en": "Searched as", "ko": "검색한 말"},
    "statements_verified": {
        "en": "Statements verified against their quotes",
        "ko": "인용문과 대조해 검증한 진술",
    },
    "sources_used": {"en": "Sources used of those found", "ko": "찾은 출처 가운데 사용한 출처"},
    "part_of": {"en": "{part} of {whole}", "ko": "{whole}건 중 {part}건"},
    "statement": {"en": "Statement", "ko": "진술"},
    "reason": {"en": "Reason", "ko": "이유"},
}


def say(key: str, language: Language, **values: Any) -> str:
    """The text ``key`` in ``language`` with its values filled in."""
    return _TEXT[key][language].format(**values)
