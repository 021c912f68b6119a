"""The few sentences of our own that stand in an answer, in the visitor's language."""

from __future__ import annotations

_EN = {
    "elsewhere": "Somebody has to decide this elsewhere. Please ask again later.",
    "no_forms": "This question cannot be answered here. Please ask in other words, or contact us "
    "directly.",
    "submitted": "This form has been answered already.",
    "expired": "The time for this form is over. Please ask again.",
    "passed_on": "Your answer has been passed on. Please ask again in a moment.",
}
_ZH = {
    "elsewhere": "这一步需要工作人员在别处处理，请稍后再来询问。",
    "no_forms": "这个表单在这里无法填写，请换个方式提问，或直接联系我们。",
    "submitted": "这个表单已经有人填写过了。",
    "expired": "这个表单已过期，请重新提问。",
    "passed_on": "您的填写已提交，请稍后再问一次。",
}


def say(name: str, locale: str) -> str:
    return (_ZH if locale.lower().startswith("zh") else _EN)[name]
