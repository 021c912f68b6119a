"""What stands around a conversation with Coze: greeting, feedback, files, capabilities."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.coze.platform import Coze as Platform
from tests.providers.coze.kit import ask, docked, ref_of
from widget.domain.errors import Failure, UpstreamError, UpstreamProtocolError
from widget.providers.base import Attachment, Opening, UpstreamRef
from widget.providers.coze.opening import opening_of
from widget.providers.coze.provider import Coze

GREETING = "你好,我是小店助手。"
STARTERS = ("运费怎么算?", "How do I return it?")


def message_of(platform: Platform) -> str:
    return str(platform.only_run().messages[-1]["id"])


# -- the greeting


@pytest.mark.parametrize("in_capitals", [False, True])
def test_agent_greets_and_suggests_in_both_spellings(in_capitals: bool) -> None:
    with Platform(greets_in_capitals=in_capitals) as platform, docked(platform) as provider:
        assert provider.opening() == Opening(GREETING, STARTERS)


def test_chatflow_greets_by_its_role(platform: Platform) -> None:
    with docked(platform, platform.flow()) as provider:
        assert provider.opening() == Opening(GREETING, STARTERS)


def test_draft_greets_by_the_draft(platform: Platform) -> None:
    with docked(platform, platform.settings(publish_status="unpublished_draft")) as provider:
        assert provider.opening().greeting == GREETING

    assert platform.requests[0].query == {"is_published": ["false"]}


@pytest.mark.parametrize(
    ("prologue", "greeting"),
    [
        ("Hi {{user_name}}, welcome!", "Hi, welcome!"),
        ("{{user_name}},你好!", "你好!"),
        ("您好,{{ user_name }}!有什么可以帮您?", "您好!有什么可以帮您?"),
        ("Use {{order}} as you like", "Use {{order}} as you like"),
        ("  plain  ", "plain"),
    ],
)
def test_place_of_a_name_closes_up(prologue: str, greeting: str) -> None:
    """The greeting is the same for everyone."""
    assert opening_of({"onboarding_info": {"prologue": prologue}}).greeting == greeting


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"onboarding_info": None},
        {"role": "x"},
        {"role": {"onboarding_info": []}},
        {"onboarding_info": {"prologue": 7, "suggested_questions": "x"}},
        {"onboarding_info": {"suggested_questions": [7, "", "x" * 400]}},
    ],
)
def test_description_without_a_greeting_says_nothing(found: dict[str, object]) -> None:
    assert opening_of(found) == Opening()


def test_description_that_is_no_object_says_nothing(provider: Coze, platform: Platform) -> None:
    platform.answer_next("/v1/bots/" + provider.settings.bot_id, 200, '{"code":0,"data":[]}')

    assert provider.opening() == Opening()


# -- feedback


@pytest.mark.parametrize(("verdict", "kept"), [("like", "like"), ("dislike", "unlike")])
def test_verdict_is_kept_in_the_platforms_words(
    provider: Coze, platform: Platform, verdict: str, kept: str
) -> None:
    ref = ref_of(ask(provider, "plain"))

    assert provider.give_feedback(ref, message_of(platform), verdict=verdict, detail="")

    assert platform.state.feedback == {message_of(platform): {"feedback_type": kept}}


def test_reasons_and_words_go_along_within_their_limits(provider: Coze, platform: Platform) -> None:
    ref = ref_of(ask(provider, "plain"))
    words = "; ".join([*(f"tag {n}" for n in range(12)), "w" * 300])

    assert provider.give_feedback(ref, message_of(platform), verdict="dislike", detail=words)

    (kept,) = platform.state.feedback.values()
    assert kept["reason_types"] == [f"tag {n}" for n in range(10)]
    assert kept["comment"] == words[:250]


def test_last_verdict_counts_and_is_taken_back(provider: Coze, platform: Platform) -> None:
    ref, message = ref_of(ask(provider, "plain")), message_of(platform)
    provider.give_feedback(ref, message, verdict="like", detail="")
    provider.give_feedback(ref, message, verdict="dislike", detail="")
    assert platform.state.feedback[message] == {"feedback_type": "unlike"}

    assert provider.give_feedback(ref, message, verdict=None, detail="")

    assert platform.state.feedback == {}


def test_message_that_the_platform_lost_takes_no_verdict(
    provider: Coze, platform: Platform
) -> None:
    ref = ref_of(ask(provider, "plain"))
    nowhere = UpstreamRef("vis_1", None, None, None)

    assert not provider.give_feedback(ref, "7", verdict="like", detail="")
    assert not provider.give_feedback(ref, "", verdict="like", detail="")
    assert not provider.give_feedback(nowhere, message_of(platform), verdict="like", detail="")


def test_refused_verdict_is_told(provider: Coze, platform: Platform) -> None:
    ref = ref_of(ask(provider, "plain"))
    platform.answer_next("/feedback", 200, '{"code":4101,"msg":"no scope feedback"}')

    with pytest.raises(UpstreamError, match="4101"):
        provider.give_feedback(ref, message_of(platform), verdict="like", detail="")


def test_coze_studio_takes_no_verdict_and_is_not_asked(studio: Platform) -> None:
    with docked(studio) as provider:
        ref = ref_of(ask(provider, "plain"))
        asked = len(studio.requests)

        assert not provider.give_feedback(ref, message_of(studio), verdict="like", detail="")
        assert len(studio.requests) == asked


# -- files


def picture(folder: Path, name: str = '猫 "1".png', data: bytes = b"\x89PNG\0\r\n") -> Attachment:
    path = folder / "kept"
    path.write_bytes(data)
    return Attachment("att_1", name, "image/png", len(data), path)


def test_file_is_handed_over_as_it_is(provider: Coze, platform: Platform, tmp_path: Path) -> None:
    id_ = provider.upload(picture(tmp_path, "cat 1.png"), visitor="vis_1")

    assert platform.state.files == {id_: ("cat 1.png", b"\x89PNG\0\r\n")}


def test_file_name_of_any_letters_is_taken(
    provider: Coze, platform: Platform, tmp_path: Path
) -> None:
    provider.upload(picture(tmp_path), visitor="vis_1")

    assert [data for _, data in platform.state.files.values()] == [b"\x89PNG\0\r\n"]


def test_file_goes_by_the_visitors_own_token_renewed_once(
    platform: Platform, tmp_path: Path
) -> None:
    with docked(platform, platform.oauth()) as provider:
        provider.upload(picture(tmp_path), visitor="vis_1")
        platform.door.tokens.clear()
        provider.upload(picture(tmp_path), visitor="vis_1")

    assert [claims["session_name"] for claims in platform.door.claims] == ["vis_1", "vis_1"]
    assert len(platform.state.files) == 2


@pytest.mark.parametrize("name", ["virus.exe", "empty.png"])
def test_file_that_the_platform_refuses_is_the_files_fault(
    provider: Coze, tmp_path: Path, name: str
) -> None:
    file = picture(tmp_path, name, b"" if name == "empty.png" else b"MZ")

    with pytest.raises(UpstreamError) as refused:
        provider.upload(file, visitor="vis_1")

    assert refused.value.failure is Failure.CONTENT


@pytest.mark.parametrize("data", ["null", "{}", '{"id":""}'])
def test_upload_without_an_id_is_told(
    provider: Coze, platform: Platform, tmp_path: Path, data: str
) -> None:
    platform.answer_next("/upload", 200, f'{{"code":0,"data":{data}}}')

    with pytest.raises(UpstreamProtocolError, match="named no id"):
        provider.upload(picture(tmp_path), visitor="vis_1")


# -- what a visitor is offered


def test_agent_of_the_cloud_offers_everything(provider: Coze) -> None:
    offered = provider.capabilities()

    assert (offered.retry, offered.edit, offered.join) == (True,) * 3
    assert offered.uploads is not None
    assert (offered.uploads.max_count, offered.uploads.max_bytes) == (6, 512 * 1024 * 1024)


def test_chatflow_takes_no_files_and_is_not_joined(platform: Platform) -> None:
    with docked(platform, platform.flow()) as provider:
        offered = provider.capabilities()

    assert (offered.join, offered.uploads) == (False, None)
