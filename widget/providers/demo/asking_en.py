"""What the demo asks for in English: a form, a confirmation, a card, a word with the host page."""

from __future__ import annotations

from widget.domain.events import (
    AccessChanged,
    ClientEffect,
    ClientToolCalled,
    InputRequested,
    WidgetChanged,
)
from widget.domain.inputs import Action, Choice, Field, Form
from widget.providers.demo.card import CARD, CardWords, card
from widget.providers.demo.script import Cut, Say, Script

APPOINTMENT: Script = (
    Say("With pleasure. Tell me a little about it, and I will keep a place for you."),
    InputRequested(
        "appointment",
        Form(
            title="A visit to our workshop",
            text="It takes about **half an hour** and costs nothing.",
            fields=(
                Field("name", "Your name"),
                Field(
                    "day",
                    "When would you like to come?",
                    kind="choice",
                    choices=(
                        Choice("mon", "Monday morning"),
                        Choice("wed", "Wednesday afternoon"),
                        Choice("sat", "Saturday", "until 14:00"),
                    ),
                ),
                Field(
                    "topics",
                    "What is it about?",
                    kind="choices",
                    choices=(
                        Choice("repair", "A repair"),
                        Choice("advice", "Advice"),
                        Choice("tour", "Just looking"),
                    ),
                    is_required=False,
                ),
                Field(
                    "note",
                    "Anything that we should know?",
                    kind="paragraph",
                    is_required=False,
                    help="The lamp's name and what is wrong with it, for example.",
                ),
                Field(
                    "photo",
                    "A picture of it",
                    kind="file",
                    is_required=False,
                    help="So that we can bring the right parts.",
                ),
            ),
            may_skip=True,
        ),
    ),
)
CANCEL: Script = (
    Say("Order 2046 has not left us yet, so it can still be cancelled."),
    InputRequested(
        "cancel",
        Form(
            title="Cancel order 2046?",
            text="The money goes back the way it came, within **two working days**.",
            actions=(
                Action("cancel", "Cancel the order", "danger"),
                Action("keep", "Keep it"),
            ),
        ),
    ),
)
CARD_WORDS = CardWords(
    name="Heron",
    stock="In stock",
    about="A desk lamp for people who read. Five steps of brightness.",
    colour="Colour",
    colours={"brass": ("Brass", "€ 89"), "white": ("White", "€ 79"), "black": ("Black", "€ 84")},
    engraving="Engraving",
    engraving_hint="Up to three words",
    order="Put it into the basket",
    show="Show it on this page",
)
LAMP: Script = (
    Say("This is the one that I would take myself:"),
    WidgetChanged(CARD, card(CARD_WORDS)),
)
POINT: Script = (
    ClientEffect("show_lamp", {"lamp": "heron"}),
    Say(
        "I have told the page to point at it: it got the effect `show_lamp`. What comes of that is "
        "the page's own affair; our demo shop puts a ring around the lamp."
    ),
)
PAGE: Script = (
    Say("I do not see your screen. Let me ask the page …"),
    ClientToolCalled("page", "describe_page", {}),
)
CLOSE: Script = (
    Say("Thank you for your visit. I am closing this conversation now. Good-bye!"),
    AccessChanged("closed", "This conversation has ended. Thank you for your visit!"),
)
LOCK: Script = (
    Say("I am locking this conversation, as a platform does while a person looks into it."),
    AccessChanged("locked", "A colleague is looking into it and will write to you."),
)
CUT: Script = (
    Say("A model may only write so much. When it reaches its limit, it stops in the middle of a"),
    Cut(),
)

BOOKED = "Noted! We are looking forward to it:\n\n| | |\n|---|---|\n{rows}"
PICTURED = "\n\nAnd thank you for **{name}**, that helps."
SKIPPED = "Never mind. Just come by whenever you like."
CANCELLED = "Order 2046 is **cancelled**. (Do not worry: there was none.)"
KEPT = "Good, order 2046 stays as it is."
ORDERED = "The Heron in **{colour}** is in your basket."
ENGRAVED = " We will engrave “{text}”."
PAGE_TOLD = "You are on the page **{title}**. The page has told me so itself."
PAGE_SILENT = (
    "Nobody answered. A page that wants to be asked listens with `chatdock('on', 'tool', …)`; "
    "here there is no such page."
)
AND = ", "
FIELD_NAMES = {"name": "Name", "day": "When", "topics": "About", "note": "Note"}
CHOICE_NAMES = {
    "mon": "Monday morning",
    "wed": "Wednesday afternoon",
    "sat": "Saturday",
    "repair": "a repair",
    "advice": "advice",
    "tour": "just looking",
}
ASKING_TOPICS = (
    (r"appointment|\bbook\b|workshop", APPOINTMENT),
    (r"\bcancel", CANCEL),
    (r"\bpoint (at|to)\b|highlight", POINT),
    (r"\bheron\b|\bcard\b", LAMP),
    (r"(this|which|what) page", PAGE),
    (r"good-?bye|\b(end|close) (this|the) (chat|conversation)", CLOSE),
    (r"\block\b", LOCK),
    (r"length limit|\bcut off\b", CUT),
)
