"""Widgets as platforms send them: every component of facts/chatkit.md §7 at least once."""

from __future__ import annotations

from typing import Any

Tree = dict[str, Any]
BADGES = ("secondary", "success", "danger", "warning", "info", "discovery")


def action(type_: str, **more: Any) -> Tree:
    return {"type": type_, **more}


def text(value: str, **more: Any) -> Tree:
    return {"type": "Text", "value": value, **more}


def button(label: str, **more: Any) -> Tree:
    return {"type": "Button", "label": label, **more}


def cell(*children: Any, **more: Any) -> Tree:
    return {"type": "Table.Cell", "children": list(children), **more}


ORDER: Tree = {
    "type": "Card",
    "size": "md",
    "status": {"text": "Order 2046", "icon": "cube"},
    "confirm": {"label": "Track it", "action": action("order.track", payload={"id": 2046})},
    "cancel": {"label": "Not now", "action": action("order.leave")},
    "children": [
        {
            "type": "Row",
            "gap": 3,
            "children": [
                {"type": "Icon", "name": "suitcase", "size": "xl", "color": "blue-500"},
                {
                    "type": "Col",
                    "flex": 1,
                    "children": [
                        {"type": "Title", "value": "Desk lamp, brass", "size": "sm"},
                        {"type": "Caption", "value": "Leaves the warehouse tomorrow"},
                    ],
                },
                {"type": "Badge", "label": "Packed", "color": "success", "variant": "soft"},
            ],
        },
        {"type": "Divider", "flush": True},
        {
            "type": "Row",
            "children": [text("Total", weight="medium"), {"type": "Spacer"}, text("€ 129.00")],
        },
        {
            "type": "Markdown",
            "value": "Delivery is **free** above € 50, see [terms](https://shop.example/t).",
        },
        {"type": "Image", "src": "https://cdn.shop.example/lamp.png", "alt": "The lamp on a desk"},
    ],
}

TASK: Tree = {
    "type": "Card",
    "asForm": True,
    "size": "sm",
    "confirm": {
        "label": "Save",
        "action": action("task.save", payload={"id": 7, "todo": {"by": "me"}}),
    },
    "cancel": {"label": "Discard", "action": action("task.drop")},
    "children": [
        {"type": "Title", "value": "New task"},
        {"type": "Label", "value": "Title", "fieldName": "todo.title"},
        {
            "type": "Input",
            "name": "todo.title",
            "required": True,
            "placeholder": "What is to be done",
        },
        {"type": "Label", "value": "Details", "fieldName": "todo.details"},
        {"type": "Textarea", "name": "todo.details", "rows": 3},
        {"type": "Label", "value": "Hours", "fieldName": "hours"},
        {"type": "Input", "name": "hours", "inputType": "number", "defaultValue": "1.5"},
        {"type": "Label", "value": "Due", "fieldName": "due"},
        {"type": "DatePicker", "name": "due", "defaultValue": "2026-11-20T00:00:00Z"},
        {"type": "Label", "value": "Owner", "fieldName": "owner"},
        {
            "type": "Select",
            "name": "owner",
            "placeholder": "Somebody",
            "options": [
                {"value": "ada", "label": "Ada"},
                {"value": "bob", "label": "Bob", "description": "on holiday"},
                {"value": "eve", "label": "Eve", "disabled": True},
            ],
            "onChangeAction": action("task.owner"),
        },
        {"type": "Label", "value": "How urgent", "fieldName": "urgency"},
        {
            "type": "RadioGroup",
            "name": "urgency",
            "direction": "row",
            "defaultValue": "low",
            "options": [{"value": "low", "label": "Low"}, {"value": "high", "label": "High"}],
        },
        {"type": "Checkbox", "name": "notify", "label": "Tell me when it is done"},
    ],
}

MAIL: Tree = {
    "type": "Card",
    "size": "lg",
    "children": [
        {
            "type": "Form",
            "onSubmitAction": action("mail.send"),
            "children": [
                {
                    "type": "Row",
                    "children": [text("To", color="secondary"), text("ada@shop.example")],
                },
                text("Your order", editable={"name": "subject", "required": True}),
                text("Dear Ada,\nit is on its way.", editable={"name": "body"}, minLines=4),
                {
                    "type": "Row",
                    "children": [
                        button("Send", submit=True, style="primary", iconStart="mail"),
                        button("Shorter", onClickAction=action("mail.shorten"), variant="ghost"),
                    ],
                },
            ],
        },
        button("Start again", onClickAction=action("mail.restart", handler="client")),
    ],
}

SHOPS: Tree = {
    "type": "ListView",
    "limit": 2,
    "status": {"text": "Shops near you", "icon": "map-pin"},
    "children": [
        {
            "type": "ListViewItem",
            "onClickAction": action("shop.open", payload={"shop": name}),
            "children": [
                {"type": "Icon", "name": "maps"},
                {
                    "type": "Col",
                    "children": [
                        text(name, weight="semibold"),
                        {"type": "Caption", "value": where},
                    ],
                },
                {"type": "Spacer"},
                button("Call", size="sm", onClickAction=action("shop.call"), iconStart="phone"),
            ],
        }
        for name, where in (
            ("Old Town", "300 m, open until 19:00"),
            ("Harbour", "1.2 km, open until 20:00"),
            ("Airport", "9 km, always open"),
        )
    ],
}

FIGURES: Tree = {
    "type": "Basic",
    "children": [
        {"type": "Title", "value": "Sales", "size": "lg"},
        {
            "type": "Chart",
            "xAxis": {"dataKey": "month", "labels": {"1": "January"}},
            "showYAxis": True,
            "showLegend": True,
            "data": [
                {"month": "1", "shop": 1200, "web": 900, "goal": 1500},
                {"month": "Feb", "shop": 1800, "web": -200, "goal": 1800},
                {"month": "Mar", "shop": 1400, "web": 1600, "goal": 2100},
            ],
            "series": [
                {"type": "bar", "dataKey": "shop", "label": "Shop", "stack": "all"},
                {"type": "bar", "dataKey": "web", "label": "Web", "stack": "all"},
                {"type": "line", "dataKey": "goal", "label": "Goal", "color": "#ff0000"},
            ],
        },
        {
            "type": "Chart",
            "xAxis": "day",
            "height": 120,
            "data": [
                {"day": f"Day {day}", "visits": day * day % 17, "orders": day % 5}
                for day in range(1, 15)
            ],
            "series": [
                {"type": "area", "dataKey": "visits", "curveType": "monotone"},
                {"type": "area", "dataKey": "orders", "curveType": "step", "color": "purple-400"},
            ],
        },
        {
            "type": "Table",
            "children": [
                {
                    "type": "Table.Row",
                    "header": True,
                    "children": [cell(text("Lamp")), cell(text("Price"), align="end")],
                },
                {
                    "type": "Table.Row",
                    "children": [
                        cell(text("Brass"), colSize="lg"),
                        cell(text("€ 129"), align="end", vAlign="center"),
                    ],
                },
                {"type": "Table.Row", "children": [cell(text("Sold out"), colSpan=2)]},
            ],
        },
    ],
}

LOOKS: Tree = {
    "type": "Card",
    "size": "full",
    "children": [
        *(
            {
                "type": "Row",
                "children": [
                    button(color, color=color, variant=variant, onClickAction=action("x"))
                    for color in (
                        "primary",
                        "secondary",
                        "info",
                        "discovery",
                        "success",
                        "warning",
                        "danger",
                    )
                ],
            }
            for variant in ("solid", "soft", "outline", "ghost")
        ),
        *(
            {
                "type": "Row",
                "children": [
                    {
                        "type": "Badge",
                        "label": color,
                        "color": color,
                        "variant": variant,
                        "pill": True,
                    }
                    for color in ("secondary", "success", "danger", "warning", "info", "discovery")
                ],
            }
            for variant in ("solid", "soft", "outline")
        ),
        {
            "type": "Box",
            "background": "#fee2e2",
            "padding": 3,
            "radius": "lg",
            "children": [text("Low stock", color="danger"), text("Order soon.", color="green-600")],
        },
        button("Off", disabled=True, onClickAction=action("x")),
        {
            "type": "Row",
            "children": [button("", iconStart="star", uniform=True, onClickAction=action("x"))],
        },
        *({"type": "Title", "value": size, "size": size} for size in ("sm", "xl", "5xl")),
        text("Struck and slanted", italic=True, lineThrough=True, size="lg"),
        text(
            "A long text that is cut after one line of it, whatever the width " * 4, truncate=True
        ),
        text("A long text that is cut after two lines of it, whatever the width " * 6, maxLines=2),
        {"type": "Transition", "children": text("In transition", textAlign="center")},
        {"type": "Hologram", "children": [text("Inside of what nobody knows")]},
    ],
}

FOLDED: Tree = {
    "type": "Card",
    "collapsed": True,
    "status": {"text": "Done", "icon": "check-circle"},
    "children": [text("What was in it")],
}

CHINESE: Tree = {
    "type": "Card",
    "asForm": True,
    "status": {"text": "订单 2046", "icon": "cube"},
    "confirm": {"label": "提交订单", "action": action("go")},
    "cancel": {"label": "取消", "action": action("stop")},
    "children": [
        {"type": "Title", "value": "黄铜台灯：适合小书桌的暖光灯具"},
        text("明天从仓库发出，预计三天内送达。" * 4, color="secondary"),
        {"type": "Label", "value": "收货人", "fieldName": "name"},
        {"type": "Input", "name": "name", "required": True, "placeholder": "请输入姓名"},
        {
            "type": "Row",
            "children": [{"type": "Badge", "label": f"标签{n}"} for n in range(12)],
        },
    ],
}

ARABIC: Tree = {
    "type": "Card",
    "status": {"text": "الطلب 2046", "icon": "cube"},
    "children": [
        {
            "type": "Row",
            "children": [
                {"type": "Icon", "name": "mail"},
                text("مصباح مكتب من النحاس"),
                {"type": "Spacer"},
                {"type": "Badge", "label": "جاهز", "color": "success"},
            ],
        },
        {"type": "Label", "value": "الاسم", "fieldName": "name"},
        {"type": "Input", "name": "name"},
        button("إرسال", onClickAction=action("x"), iconStart="chevron-right"),
    ],
}

GALLERY: dict[str, Tree] = {
    "order": ORDER,
    "task": TASK,
    "mail": MAIL,
    "shops": SHOPS,
    "figures": FIGURES,
    "looks": LOOKS,
    "folded": FOLDED,
    "chinese": CHINESE,
    "arabic": ARABIC,
}
