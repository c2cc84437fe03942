"""Share links: made and revoked by a person; what they show to whoever has one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from store.shares import ShareRow
from studio.errors import NotFound, ShareLinksOff
from studio.services.service import PersonalService, Service
from studio.share_links import read_token, write_path
from studio.vocabulary.codec import check_values
from studio.vocabulary.outgoing import SharedPicture, ShareLink, ShareSeconds
from studio.worker.export_pictures import encode_picture

LONGEST_SIDE_PX = 2048


class Sharing(PersonalService, needs="send"):
    """The share links of one person."""

    def share(self, generation_id: str, expires_in_s: int) -> ShareLink:
        """Let whoever has the link see a generation's pictures, for so long. Raises ShareLinksOff, NotFound."""
        self._refuse_off()
        check_values(expires_in_s=(ShareSeconds, expires_in_s))
        until = self._store.clock().replace(microsecond=0) + timedelta(seconds=expires_in_s)
        with self._store.begin() as transaction:
            row = self._store.shares.add(transaction, self._owner, generation_id, expires_at=until)
        return self._view(row)

    def list_valid(self, generation_id: str) -> Sequence[ShareLink]:
        """The links that show a generation now, newest first. Raises NotFound."""
        return [self._view(row) for row in self._store.shares.list_valid(self._owner, generation_id)]

    def revoke(self, generation_id: str) -> int:
        """Let no link show a generation any more; how many there were. Raises NotFound."""
        with self._store.begin() as transaction:
            return self._store.shares.revoke(transaction, self._owner, generation_id)

    def _refuse_off(self) -> None:
        if not self._settings.share_links:
            raise ShareLinksOff

    def _view(self, row: ShareRow) -> ShareLink:
        return ShareLink(
            id=row.id,
            generation_id=row.generation_id,
            path=write_path(self._settings.data, row.id, int(row.expires_at.timestamp())),
            downloads=row.downloads,
            created_at=row.created_at,
            expires_at=row.expires_at,
        )


class SharedPictures(Service):
    """What share links show. Nobody is asked who they are: the signed address is all that there is to know."""

    def count(self, token: str) -> tuple[int, datetime]:
        """How many pictures a link shows, and until when. Raises NotFound for everything that shows nothing."""
        share = self._open(token)
        entry = self._store.generations.get(share.owner, share.generation_id)
        return len(entry.pictures), share.expires_at

    def picture(self, token: str, number: int) -> SharedPicture:
        """One of them, from 1: with its mark, without its recipe. Counted. Raises NotFound, StorageTrouble."""
        share = self._open(token)
        pictures = self._store.generations.get(share.owner, share.generation_id).pictures
        if not 1 <= number <= len(pictures):
            raise NotFound
        file = self._store.files.get(share.owner, pictures[number - 1].file_id)
        data, encoding = encode_picture(
            self._store.files.read(share.owner, file.id),
            file.media_type,
            wanted="original",
            longest_px=LONGEST_SIDE_PX,
            metadata=False,
        )
        self._store.shares.count_download(share.id)
        return SharedPicture(data=data, media_type=encoding.media_type)

    def _open(self, token: str) -> ShareRow:
        share_id = None
        if self._settings.share_links:
            share_id = read_token(self._settings.data, token, self._store.clock().timestamp())
        if share_id is None:
            raise NotFound
        return self._store.shares.find_shown(share_id)
