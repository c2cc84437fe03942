"""Finding poses: every filter lets through what it says, and words find what people call the same thing."""

from __future__ import annotations

import pytest

from pipelines.errors import UnknownName
from pipelines.pose.library import load_library
from pipelines.pose.search import count_values, describe_pose, filter_poses
from pipelines.pose.vocabulary import FILTERS

LIBRARY = load_library()


@pytest.mark.parametrize("field", FILTERS)
def test_a_filter_lets_through_exactly_its_own(field: str) -> None:
    counts = count_values(LIBRARY.all(), field)
    assert counts
    plural = {"tag": "tags"}.get(field, field)
    for word, number in counts.items():
        found = filter_poses(LIBRARY, **{field: word})
        assert len(found) == number
        assert all(word in describe_pose(t)[plural] or word == describe_pose(t)[plural] for t in found)


def test_filters_and_words_combine() -> None:
    both = filter_poses(LIBRARY, q="hip", category="fashion", view="front")
    assert both
    assert {t.slug for t in both} == {
        t.slug for t in filter_poses(LIBRARY, q="hip") if (t.category, t.view) == ("fashion", "front")
    }


@pytest.mark.parametrize(
    ("said", "slug"),
    [
        ("smartphone", "phone-call-hand-on-hip"),
        ("hello", "waving-hello"),
        ("runway", "catwalk-step"),
        ("soccer", "football-kick"),
        ("chair", "sitting-arms-crossed"),
        ("SIT legs", "sitting-legs-crossed"),
        ("happy jump", "jump-for-joy"),
        ("asleep", "asleep-on-the-side"),
    ],
)
def test_synonyms_find_poses(said: str, slug: str) -> None:
    assert slug in [template.slug for template in filter_poses(LIBRARY, q=said)]


def test_every_word_must_be_found() -> None:
    assert filter_poses(LIBRARY, q="hand xylophone") == ()
    assert filter_poses(LIBRARY) == LIBRARY.all()


@pytest.mark.parametrize("wanted", [{"category": "nonsense"}, {"mood": "fashion"}, {"colour": "red"}])
def test_an_unknown_filter_is_refused_with_what_there_is(wanted: dict[str, str]) -> None:
    with pytest.raises(UnknownName, match=r"Known|Filters"):
        filter_poses(LIBRARY, **wanted)
