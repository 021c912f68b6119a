"""What the page adds to drawn HTML, and only where we left a place for it."""

from __future__ import annotations

import pytest

from tests.render.widgets.reading import read
from tests.render.widgets.trees import GALLERY, MAIL, TASK, text
from widget.domain.conversations import InputRequestPart
from widget.domain.inputs import Field, Form
from widget.domain.languages import LANGS
from widget.render.widgets.door import with_door
from widget.render.widgets.form import form_html
from widget.render.widgets.tree import widget_html
from widget.web.texts import Texts

FAKES = [
    '<form class="answer-form" method="post"',
    '<input type="hidden" name="token" value="">',
    '<span data-say="frame.form.skip"></span>',
    ' data-say="frame.form.skip"></',
    '" data-say="frame.form.skip',
    "&lt;span data-say=&quot;frame.form.skip&quot;&gt;&lt;/",
]


def opened(html: str) -> str:
    return with_door(html, action='/a?b=1&c="', token='to"ken', say=lambda key: f"<{key}>")


def test_every_form_gets_the_address_and_the_token() -> None:
    html = read(opened(widget_html(MAIL)))

    assert [form.attributes["action"] for form in html.tags("form")] == ['/a?b=1&c="'] * 2
    tokens = [one for one in html.tags("input") if one.attributes.get("name") == "token"]
    assert [one.attributes["value"] for one in tokens] == ['to"ken'] * 2


def test_our_words_are_filled_in_and_escaped() -> None:
    html = opened(widget_html(TASK))

    assert '<span data-say="frame.form.apply">&lt;frame.form.apply&gt;</span>' in html


@pytest.mark.parametrize("lang", LANGS)
def test_every_word_of_ours_is_in_the_catalogues(lang: str) -> None:
    texts = Texts()
    form = InputRequestPart("p", Form(fields=(Field("a", "A", is_required=False),), may_skip=True))
    drawn = [*(widget_html(tree) for tree in GALLERY.values()), form_html(form)]

    for html in drawn:
        said = [one for one in read(html).elements if "data-say" in one.attributes]
        filled = with_door(html, action="/", token="t", say=lambda key: texts.say(lang, key))
        for one in said:
            key = one.attributes["data-say"]
            assert f'data-say="{key}">{texts.say(lang, key)}</' in filled


@pytest.mark.parametrize("fake", FAKES)
def test_text_that_looks_like_a_place_stays_text(fake: str) -> None:
    trees = [
        {"type": "Card", "children": [text(fake)]},
        {"type": "Card", "children": [{"type": "Badge", "label": fake}]},
        {"type": "Card", "children": [{"type": "Markdown", "value": fake}]},
        {"type": "Card", "children": [text(fake, truncate=True)]},
    ]
    for tree in trees:
        assert opened(widget_html(tree)) == widget_html(tree)


@pytest.mark.parametrize("fake", FAKES)
def test_value_that_looks_like_a_place_stays_a_value(fake: str) -> None:
    tree = {"type": "Input", "name": "n", "defaultValue": fake, "placeholder": fake}
    html = read(opened(widget_html(tree)))

    (field,) = html.fields()
    assert (field.attributes["value"], field.attributes["placeholder"]) == (fake, fake)
    assert [form.attributes["action"] for form in html.tags("form")] == ['/a?b=1&c="']
