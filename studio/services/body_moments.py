"""Finds the bodies that can be compared: of an avatar as it is and as it was, and of others."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.errors import RequestRefused
from store.store import Store
from studio.account_errors import NotYours
from studio.errors import NotFound, NothingToCompare, NothingToMeasure
from studio.services.avatar_views import view_avatar, view_version
from studio.vocabulary.avatar import Avatar, MeasuredBody, MeasuredPhotos
from studio.vocabulary.body_comparison import BodyMoment, ComparedBody

Found = tuple[ComparedBody, MeasuredBody]
NO_BODY = "“{name}” has no body. Measure it from a photo first."


def find_pair(
    store: Store, owner: str, before: BodyMoment | None, after: BodyMoment
) -> tuple[ComparedBody, MeasuredBody, ComparedBody, MeasuredBody]:
    """The earlier body and the later one; without `before` the one that the avatar had until then.

    Raises RowMissing, NotFound for a version, NothingToCompare, RequestRefused for what this version cannot read.
    """
    later = _find(store, owner, after)
    if before is None:
        earlier = _find_earlier(store, owner, after, later[1])
        if earlier is None:
            raise NothingToCompare
        return *earlier, *later
    return *_find(store, owner, before), *later


def find_own(store: Store, owner: str, avatar_id: str) -> Avatar:
    """An avatar of the owner's own, whose photos are theirs. Raises RowMissing, NotYours, RequestRefused."""
    row = store.avatars.get(owner, avatar_id)
    if row.owner != owner:
        raise NotYours
    avatar = view_avatar(row)
    if avatar.unreadable:
        raise RequestRefused(avatar.unreadable)
    return avatar


def photos_of(avatar: Avatar) -> MeasuredPhotos:
    """The photos that an avatar's body was measured from, or can be. Raises NothingToMeasure where there are none."""
    if avatar.body is not None and avatar.body.photos is not None:
        return avatar.body.photos
    if avatar.photo_id is None:
        raise NothingToMeasure
    return MeasuredPhotos(front=avatar.photo_id)


def list_moments(store: Store, owner: str, avatar_id: str) -> Sequence[ComparedBody]:
    """What an avatar's body can be compared with, the latest first: its own earlier bodies, each once, then
    measured ones of other avatars. Raises RowMissing, RequestRefused."""
    now = view_avatar(store.avatars.get(owner, avatar_id)).body
    shown, seen = [], [now.parameters] if now else []
    for stored in reversed(store.avatars.versions(owner, avatar_id)):
        was = view_version(stored)
        if was.body is not None and was.body.parameters not in seen:
            seen.append(was.body.parameters)
            shown.append(_describe(BodyMoment(avatar_id=avatar_id, version=was.number), was.name, was.body))
    others = [view_avatar(row) for row in store.avatars.list_recent(owner) if row.id != avatar_id]
    return shown + [
        _describe(BodyMoment(avatar_id=one.id), one.name, one.body)
        for one in others
        if one.body is not None and one.body.measured_at is not None
    ]


def _find(store: Store, owner: str, moment: BodyMoment) -> Found:
    """One body. Raises RowMissing, NotFound, NothingToCompare, RequestRefused."""
    if moment.version is None:
        avatar = view_avatar(store.avatars.get(owner, moment.avatar_id))
        if avatar.unreadable:
            raise RequestRefused(avatar.unreadable)
        name, body = avatar.name, avatar.body
    else:
        stored = store.avatars.versions(owner, moment.avatar_id)
        version = next((one for one in stored if one["number"] == moment.version), None)
        if version is None:
            raise NotFound
        was = view_version(version)
        name, body = was.name, was.body
    if body is None:
        raise NothingToCompare(NO_BODY.format(name=name))
    return _describe(moment, name, body), body


def _find_earlier(store: Store, owner: str, after: BodyMoment, body: MeasuredBody) -> Found | None:
    """The latest version before that moment whose body is another one."""
    for stored in reversed(store.avatars.versions(owner, after.avatar_id)):
        if after.version is not None and stored["number"] >= after.version:
            continue
        was = view_version(stored)
        if was.body is not None and was.body.parameters != body.parameters:
            moment = BodyMoment(avatar_id=after.avatar_id, version=was.number)
            return _describe(moment, was.name, was.body), was.body
    return None


def _describe(moment: BodyMoment, name: str, body: MeasuredBody) -> ComparedBody:
    return ComparedBody(
        avatar_id=moment.avatar_id,
        version=moment.version,
        name=name,
        measured_at=body.measured_at,
        source=body.source,
    )
