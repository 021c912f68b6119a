"""The demo shop's assistant in English: topics by the words that call them, tried in order."""

from __future__ import annotations

from widget.domain.errors import Failure
from widget.domain.events import Source, Step, Suggestions
from widget.providers.base import Opening
from widget.providers.demo.script import Pause, Say, Script, Think

OPENING = Opening(
    greeting=(
        "Hello! I am the **shop's assistant**. Ask about postage, returns or an order, "
        "or have me write code, tables and lists."
    ),
    starters=(
        "How much is postage?",
        "How do I return something?",
        "Where is my order 2046?",
        "Show me everything you can do",
    ),
)

POSTAGE: Script = (
    Think(
        "The visitor wants to know postage. The price list has three zones. I will show them all."
    ),
    Step("lookup", "Looked up the price list", "running", "zone=all"),
    Pause(12),
    Step("lookup", "Looked up the price list", "done", "3 zones found"),
    Say(
        "Postage depends on where the parcel goes. Orders **over $99** travel free within the "
        "country.\n\n"
        "| Where to | Price | How long |\n"
        "|---|---:|---|\n"
        "| In town | $6 | 1 day |\n"
        "| In the country | $12 | 2–3 days |\n"
        "| Abroad | from $88 | 7–15 days |\n\n"
        "Large things go by freight: *just ask*."
    ),
    Source(
        "postage",
        "Postage and delivery",
        "https://shop.example/help/postage",
        "Orders over $99 are delivered free of charge within the country.",
    ),
    Suggestions(("And returns?", "Compare the lamps")),
)

RETURNS: Script = (
    Say(
        "No problem, you can send anything back **within 30 days**. This is how:\n\n"
        "1. Open *My orders* and choose the one you want to return.\n"
        "2. Press **Return** and say why. One tap is enough.\n"
        "3. Print the label, or show its code at the parcel shop:\n"
        "   - the parcel is insured,\n"
        "   - the return is free.\n"
        "4. We refund you within two working days after it arrives.\n\n"
        "> Opened cosmetics and gift cards cannot be returned.\n\n"
        "Is anything broken? Then you need not send it back at all: a photo is enough."
    ),
    Source(
        "returns",
        "Returns and refunds",
        "https://shop.example/help/returns",
        "Goods may be returned within 30 days of delivery.",
    ),
    Source("consumer", "Your rights as a consumer", "https://shop.example/help/rights"),
    Suggestions(("How much is postage?", "Where is my order 2046?")),
)

ORDER: Script = (
    Step("order", "Looking for the order", "running"),
    Pause(15),
    Step("order", "Found the order", "done", "order 2046, 2 items"),
    Step("parcel", "Asking the carrier", "running"),
    Pause(25),
    Step("parcel", "Asked the carrier", "done", "in transit"),
    Say(
        "Your order is on its way:\n\n"
        "- ~~packed~~, Monday 9:12\n"
        "- ~~handed to the carrier~~, Monday 17:40\n"
        "- **on the van to you**, today\n\n"
        "It should arrive **between 14:00 and 16:00**. This is a made-up order in a made-up shop, "
        "so please do not wait at the door."
    ),
    Suggestions(("How do I return something?", "How much is postage?")),
)

CODE: Script = (
    Say("This is the whole thing. One tag anywhere in your page:\n\n"),
    Say(
        "```html\n"
        '<script async src="https://chat.example.com/embed/acme.js"></script>\n'
        "```\n\n"
        "And a button of your own that asks a question:\n\n"
        "```js\n"
        "// Works before the script has arrived, too.\n"
        "window.chatdock = window.chatdock || function () {\n"
        "  (chatdock.q = chatdock.q || []).push(arguments);\n"
        "};\n\n"
        "document.querySelector('#ask').addEventListener('click', () => {\n"
        "  chatdock('open');\n"
        "  chatdock('send', 'How much is postage?');\n"
        "});\n"
        "```\n\n"
        "Use `chatdock('on', 'answer', fn)` to hear when an answer has ended."
    ),
    Suggestions(("Show me a table", "Show me everything you can do")),
)

TABLE: Script = (
    Say(
        "Three of our lamps side by side:\n\n"
        "| | **Moth** | **Heron** | **Lighthouse** |\n"
        "|:---|:---:|:---:|---:|\n"
        "| For | bedside | desk | living room |\n"
        "| Height | 24 cm | 45 cm | 160 cm |\n"
        "| Light | 250 lm | 800 lm | 1,600 lm |\n"
        "| Dims | yes | yes, 5 steps | with the app |\n"
        "| Price | $39 | $89 | $249 |\n\n"
        "For reading I would take the *Heron*."
    ),
    Suggestions(("Recommend a gift", "How much is postage?")),
)

GIFTS: Script = (
    Say(
        "Gladly! Some ideas, by price:\n\n"
        "- **up to 20**\n"
        "  - a tin of jasmine tea\n"
        "  - two linen napkins\n"
        "- **up to 50**\n"
        "  - the *Moth* bedside lamp\n"
        "  - a mug with a name on it\n"
        "    - in blue\n"
        "    - in sand\n"
        "- **more**\n"
        "  - a wool blanket\n\n"
        "Still to do:\n\n"
        "- [x] choose something\n"
        "- [ ] have it wrapped (free of charge)\n"
        "- [ ] write a card"
    ),
    Suggestions(("How much is postage?", "Compare the lamps")),
)

REASON: Script = (
    Think(
        "Two mugs at 18 are 36, and postage is 12, so 48. With a third mug it is 54 and postage "
        "stays 12: 66. With the set of six at 99 the parcel goes free: 99, or 16.50 a mug. "
    ),
    Think("So the answer depends on how many are needed. I should say where the line is."),
    Say(
        "**Up to four mugs** buy them one by one; **from five on** the set of six is cheaper.[^1]"
        "\n\nSay you take $n$ mugs. One by one they cost $18n + 12$, the set costs 99 with free "
        "delivery, and both are equal at\n\n"
        "$$18n + 12 = 99 \\;\\Rightarrow\\; n = \\frac{87}{18} \\approx 4.8$$\n\n"
        "> [!TIP]\n> Share a set with a friend: three mugs each, for 49.50.\n\n"
        "[^1]: Delivered within the country; postage is 12."
    ),
    Suggestions(("Show me a table", "How much is postage?")),
)

SOURCES: Script = (
    Say(
        "That stands in two of our pages: goods come back within 30 days, and the guarantee is "
        "three years on everything with a plug. See also https://shop.example/help for the rest."
    ),
    Source(
        "guarantee",
        "Three years of guarantee",
        "https://shop.example/help/guarantee",
        "Everything with a plug is guaranteed for three years.",
    ),
    Source("returns", "Returns and refunds", "https://shop.example/help/returns"),
    Source("leaflet", "Leaflet that comes with each parcel", "", "Keep this leaflet."),
    Suggestions(("How do I return something?",)),
)

_CARE = (
    ("Wood", "oil it twice a year", "a wet cloth left overnight"),
    ("Linen", "wash at 40 degrees and iron it damp", "the tumble dryer"),
    ("Wool", "air it, and brush it when dry", "hot water"),
    ("Glazed mugs", "the dishwasher is fine", "going from the freezer to the oven"),
    ("Brass", "lemon and salt, then rinse", "steel wool"),
)

LONG: Script = (
    Think("A long answer was asked for. I will go through the materials one after the other."),
    Say("# Looking after what you bought\n\nThis is a long one; you can stop me at any time.\n\n"),
    *(
        Say(
            f"## {number}. {name}\n\n"
            f"{name} lasts for decades when you treat it kindly. The short version: {do}. Most "
            f"damage that we see comes from one thing, and that is {avoid}.\n\n"
            "When something has already happened, do not hurry. Let it dry, look at it by "
            "daylight, and write to us with a photo. In three cases of four a home remedy helps, "
            "and in the fourth we have a workshop that likes nothing better.\n\n"
            f"1. Look: is it only the surface?\n2. Try on a hidden spot first.\n3. Then {do}.\n\n"
            f"> A customer of nineteen years wrote: *I simply avoided {avoid}.*\n\n"
        )
        for number, (name, do, avoid) in enumerate(_CARE, start=1)
    ),
    Say(
        "## In one table\n\n| Material | Do | Avoid |\n|---|---|---|\n"
        + "".join(f"| {name} | {do} | {avoid} |\n" for name, do, avoid in _CARE)
        + "\nThat was all. Thank you for reading to the end!"
    ),
    Suggestions(("Show me a table", "How do I return something?")),
)

MENU: Script = (
    Say(
        "I am a demo: everything here is made up, runs without a key and without the internet. "
        "Try one of these:\n\n"
        "| Say | and see |\n"
        "|---|---|\n"
        "| *How much is postage?* | steps, a table, a source |\n"
        "| *How do I return something?* | a list in order, a quotation |\n"
        "| *Where is my order 2046?* | steps that take a while |\n"
        "| *Show me code* | highlighted code |\n"
        "| *Which is cheaper? Think!* | reasoning, a formula, a tip, a footnote |\n"
        "| *Book an appointment*, *cancel my order* | a form, a confirmation |\n"
        "| *Show me the Heron* | a card with a form and buttons |\n"
        "| *Which page is this?*, *point at the lamp* | a word with the host page |\n"
        "| *Lock*, *good-bye* | a conversation that takes no messages |\n"
        "| *Tell me something long* | a long answer, good for pressing stop |\n"
        "| *Please fail*, or *fail busy* | an error with a retry button |\n"
        "| *Stall* | an answer that hangs |\n\n"
        "A failure may be called `auth`, `quota`, `busy`, `config`, `content`, `not found`, "
        "`timeout`, `down` or `unknown`."
    ),
    Suggestions(("Show me code", "Tell me something long", "Please fail")),
)

HELLO: Script = (
    Say("Hello, and welcome! What can I do for you today?"),
    Suggestions(OPENING.starters[:3]),
)

THANKS: Script = (Say("You are welcome! Anything else? I do not get tired. 😊"),)

ELSE = (
    "You said:\n\n> {text}\n\nI am only a demo with a few things learned by heart, so I cannot say "
    "much about that. A real agent takes my place with three lines of settings. Until then, ask me "
    "for **everything you can do**."
)
ELSE_SUGGESTIONS = Suggestions(("Show me everything you can do", "How much is postage?"))

GOT_FILES = "This is what arrived ({count}):"
FILE_COLUMNS = "| Name | Kind | Size | Pixels |\n|---|---|---:|---:|"
FILE_KINDS = {
    "image": "picture",
    "audio": "sound",
    "video": "film",
    "text": "text",
    "": "document",
}
DRAW_WORDS = r"\bdraw|\bpaint|\bpicture of"
DRAWN = "Here is a small picture. I drew it with arithmetic, a real agent would ask a model."
DRAWING = "A yellow sun over green hills"

BEFORE_FAILURE = "I am looking into it, one moment … what helps at first is"
AFTER_RETRY = (
    "This time it worked! The failure was only played, so that you could see it and the "
    "**retry** button."
)
BEFORE_STALL = "I am thinking about that … (nothing more will come: press **stop**)"

FAIL_WORDS = r"\bfail|\berror\b|\bcrash"
ALWAYS_WORDS = r"\balways\b"
STALL_WORDS = r"\bstall|\bhang\b|\bfreeze\b"
FAILURES = (
    (r"auth|key", Failure.AUTH),
    (r"quota|money|balance", Failure.QUOTA),
    (r"busy|overload|rate", Failure.BUSY),
    (r"config", Failure.CONFIG),
    (r"content|filter", Failure.CONTENT),
    (r"not.?found|missing", Failure.NOT_FOUND),
    (r"time.?out|slow", Failure.TIMEOUT),
    (r"unknown|nonsense", Failure.UNKNOWN),
)
TOPICS = (
    (r"everything|what can you|help|\bmenu\b|\bdemo\b", MENU),
    (r"\blong\b|story|essay|in detail|care for|look after", LONG),
    (r"\bcode\b|script|\bembed|program|\bapi\b|\btag\b|html", CODE),
    (r"cheaper|think|reason|\bmath|why", REASON),
    (r"order|track|parcel|where is", ORDER),
    (r"return|refund|money back|broken|exchange", RETURNS),
    (r"postage|shipping|deliver|send to|freight", POSTAGE),
    (r"\btable|compare|lamp|\bsize", TABLE),
    (r"gift|present|recommend|\blist\b|ideas?\b", GIFTS),
    (r"source|guarantee|warranty|policy|proof", SOURCES),
    (r"\bthank|\bgreat\b|\bcool\b", THANKS),
    (r"^\W*(hi|hello|hey|good (morning|evening|day))\b", HELLO),
)
