"""How the chat page looks for one request: the site's options, what the page lays over them, and
everything that a template or a module needs of that."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import request
from markupsafe import Markup
from msgspec.structs import replace as replaced

from widget.domain.chatkit_theme import from_chatkit, is_chatkit
from widget.domain.errors import BadInput
from widget.domain.options import FeedbackPanel, Footer, Options, overlay_what_fits
from widget.domain.sites import Site
from widget.domain.theme import DARK_SURFACE, outside, roles
from widget.domain.transcript import CALLOUTS
from widget.web.services import services
from widget.web.texts import choose, use_lang
from widget.web.title_bar import Action, actions_of, icon_address

PACKED_LIMIT = 2048
LONGEST = 32_768
SCHEMES = ("auto", "light", "dark")
LAYOUTS = ("auto", "pc", "mobile", "inline")
KEPT_PARAMETERS = ("v", "lang", "scheme", "layout", "o")
OF_A_PAGE = ("ui", "userInfo")
PRESENTATION = "a page can only set what is under `ui`, and `userInfo`"
NEEDS_ESCAPE = re.compile(r'["\\<\x00-\x1f\x7f]')
PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True)
class Piece:
    """A piece of the footer; without ``link`` it is plain text."""

    text: str
    link: str = ""


@dataclass(frozen=True)
class Look:
    """``overrides`` is the page's JSON as it came; ``warnings`` say what of it was left out.
    ``origin``: of the page around, by its own word."""

    site: Site
    options: Options
    lang: str
    parameters: Mapping[str, str]
    is_direct: bool
    origin: str = ""
    token: str = ""
    overrides: str = "{}"
    warnings: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.options.ui.chat_bot.title or self.site.name

    @property
    def placeholder(self) -> str:
        return self.options.ui.composer.placeholder or self.say("frame.placeholder")

    @property
    def attributes(self) -> dict[str, str]:
        """What the style sheet goes by, as ``data-*`` of the root element."""
        ui = self.options.ui
        offers_feedback = self.site.options.ui.chat_bot.feedback.is_need_feedback
        return {
            "scheme": _one_of(SCHEMES, self.parameters.get("scheme")) or ui.theme.scheme,
            "layout": _one_of(LAYOUTS, self.parameters.get("layout")) or ui.base.layout,
            "steps": _switch(ui.chat_bot.is_need_function_call_message),
            "reasoning": _switch(ui.chat_bot.is_need_reasoning),
            "sources": _switch(ui.chat_bot.is_need_sources),
            "quote": _switch(ui.chat_bot.is_need_quote),
            "audio": _switch(ui.chat_bot.is_need_audio),
            "expand": _switch(ui.header.is_need_expand),
            "conversations": _switch(ui.conversations.is_need),
            "uploads": _switch(self.site.options.ui.chat_bot.uploadable and ui.chat_bot.uploadable),
            "feedback": _switch(offers_feedback and ui.chat_bot.feedback.is_need_feedback),
        }

    @property
    def actions(self) -> list[Action]:
        return actions_of(self.options, is_direct=self.is_direct)

    @property
    def icon(self) -> str:
        return icon_address(self.site, self.options, self.origin)

    @property
    def told_outside(self) -> dict[str, str] | None:
        """What the loader cannot know by itself: a page's theme may be ChatKit's."""
        made = outside(self.options.ui.theme)
        is_known = self.options.ui.theme == self.site.options.ui.theme
        return None if is_known and made["darkSurface"] == DARK_SURFACE else made

    @property
    def roles(self) -> dict[str, str]:
        """Every role of the theme in light and dark, as custom properties without their dashes."""
        return {
            f"{group}-{role}": value
            for group, values in roles(self.options.ui.theme).items()
            for role, value in values.items()
        }

    @property
    def css(self) -> Markup:
        """The roles and our words in one rule. What is computed of a site's theme was checked."""
        values = {**self.roles, **self._spoken_by_css}
        rule = ";".join(f"--{name}:{value}" for name, value in values.items())
        return Markup(f":root{{{rule}}}")  # noqa: S704

    @property
    def _spoken_by_css(self) -> dict[str, str]:
        """Titles inside an answer, which is rendered once for readers of every language."""
        return {
            f"callout-{kind}": _css_text(self.say(f"frame.callout.{kind}")) for kind in CALLOUTS
        }

    @property
    def footer(self) -> list[Piece]:
        footer = self.options.ui.footer
        if not footer.expression_text:
            return [Piece(self.say("frame.made_by_ai"))]
        return list(_pieces(footer))

    @property
    def feedback_panel(self) -> FeedbackPanel:
        """What a dislike opens, in our words where the owner gave none."""
        panel = self.options.ui.chat_bot.feedback.feedback_panel
        return replaced(
            panel,
            title=panel.title or self.say("frame.feedback.title"),
            placeholder=panel.placeholder or self.say("frame.feedback.placeholder"),
        )

    def say(self, key: str) -> str:
        return services().texts.say(self.lang, key)

    def with_token(self, token: str) -> Look:
        return replace(self, token=token)

    def action(self, *path: str, **more: str) -> str:
        """Where a form of this page posts to, with the look to answer in."""
        query = dict(self.parameters, **({"page": "chat"} if self.is_direct else {}), **more)
        return _address("/".join(("/frame", self.site.key, *path)), query)

    def address(self, origin: str) -> str:
        """The page itself."""
        if self.is_direct:
            return _address(f"/chat/{self.site.key}", self.parameters)
        return _address(f"/frame/{self.site.key}", {**self.parameters, "origin": origin})

    def changes_address(self, origin: str) -> str:
        """Where the page asks what other options would make of it."""
        query = {"page": "chat"} if self.is_direct else {"origin": origin}
        return _address(f"/frame/{self.site.key}/look", {**self.parameters, **query})


def read_look(site: Site, *, is_direct: bool) -> Look:
    """The look that the request's parameters ask for; what is wrong in them is left out and told,
    since a mistake on the host page must not cost its visitors the chat."""
    parameters = _parameters()
    warnings: list[str] = []
    overrides, options = "{}", site.options
    if packed := parameters.get("o"):
        try:
            overrides = _unpack(packed)
            options, refused = overlaid(site, overrides)
            warnings.extend(refused)
        except BadInput as error:
            warnings.append(f"the page's options were left out: {error}")
            overrides = "{}"
            del parameters["o"]
    lang = _lang(site, parameters.get("lang", ""), options)
    return Look(
        site=site,
        options=options,
        lang=lang,
        parameters=parameters,
        is_direct=is_direct,
        origin=request.args.get("origin", ""),
        overrides=overrides,
        warnings=tuple(warnings),
    )


def overlaid(site: Site, overrides: str) -> tuple[Options, tuple[str, ...]]:
    """The site's options under the page's, which may touch presentation and nothing else; and what
    of the page's was left out. Raises ``BadInput`` when nothing of them could be used."""
    if len(overrides) > LONGEST:
        raise BadInput(f"they are longer than {LONGEST} characters")
    try:
        changes = msgspec.json.decode(overrides)  # unlike ``json`` it takes no halves of characters
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadInput("they are not JSON") from error
    if not isinstance(changes, dict):
        raise BadInput(PRESENTATION)
    ours = {name: changes.pop(name) for name in OF_A_PAGE if name in changes}
    ours, left_out, faults = _in_our_words(ours)
    options, refused = overlay_what_fits(site.options, ours)
    refused = (*faults, *refused, *(f"{name}: {PRESENTATION}" for name in changes))
    if refused and options == site.options:
        raise BadInput(refused[0])
    return options, (*left_out, *refused)


def _in_our_words(
    changes: dict[str, Any],
) -> tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]:
    """The changes with a ChatKit theme as ours, what of it has no place here, and its faults."""
    ui = changes.get("ui")
    if not isinstance(ui, dict) or not is_chatkit(ui.get("theme")):
        return changes, (), ()
    made = from_chatkit(ui["theme"])
    faults = tuple(f"ui.theme.{fault}" for fault in made.faults)
    return {**changes, "ui": {**ui, "theme": made.theme}}, made.warnings("ui.theme"), faults


def changed_look(site: Site, overrides: str, *, is_direct: bool) -> Look:
    """The look of a page that stands, after its host page has changed its options.

    What the page's address said of colours and language gives way to what is set now.
    """
    options, refused = overlaid(site, overrides)
    now = options.ui
    lang = now.base.lang if now.base.lang != site.options.ui.base.lang else ""
    parameters = {
        **_parameters(),
        "scheme": now.theme.scheme,
        "lang": _lang(site, lang or request.args.get("lang", ""), options),
        "o": base64.urlsafe_b64encode(overrides.encode()).decode().rstrip("="),
    }
    return Look(
        site=site,
        options=options,
        lang=parameters["lang"],
        parameters=parameters,
        is_direct=is_direct,
        origin=request.args.get("origin", ""),
        overrides=overrides,
        warnings=refused,
    )


def _parameters() -> dict[str, str]:
    return {name: request.args[name] for name in KEPT_PARAMETERS if name in request.args}


def _unpack(packed: str) -> str:
    if len(packed) > PACKED_LIMIT:
        raise BadInput(f"they are longer than {PACKED_LIMIT} characters")
    try:
        plain = packed.rstrip("=").replace("-", "+").replace("_", "/")
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode()
    except (binascii.Error, UnicodeError) as error:
        raise BadInput("they are not base64url") from error


def _lang(site: Site, wish: str, options: Options) -> str:
    """The language of the page, and from here on of everything this request renders."""
    lang = choose(site, wish, options.ui.base.lang, accept=request.accept_languages)
    use_lang(lang)
    return lang


def _css_text(text: str) -> str:
    """A string of CSS that ends neither itself nor the element it stands in."""
    escaped = NEEDS_ESCAPE.sub(lambda found: f"\\{ord(found[0]):x} ", text)
    return f'"{escaped}"'


def _one_of(values: tuple[str, ...], given: str | None) -> str:
    return given if given in values else ""


def _switch(is_on: bool) -> str:
    return "on" if is_on else "off"


def _address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _pieces(footer: Footer) -> Iterator[Piece]:
    """The text with its ``{{places}}`` filled; an unknown name stays, so that its owner sees it."""
    end = 0
    for found in PLACE.finditer(footer.expression_text):
        filled = footer.linkvars.get(found[1])
        if filled is None:
            continue
        yield Piece(footer.expression_text[end : found.start()])
        yield Piece(filled.text, filled.link)
        end = found.end()
    yield Piece(footer.expression_text[end:])
