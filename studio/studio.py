"""Studio: everything that the window, REST and the command line can ask for, by noun.

`open_studio(settings)` opens the store and nothing heavy. What concerns one person's data is asked of
`studio.for_person(person)`: the person is bound once, so that no call can forget it. What is the same for everybody
(the gallery, the weights, the house itself) is asked of the studio. A service is imported when it is first asked for.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import PipelineError
from pipelines.prompt.persona import EXAMPLE_PERSONA
from store.store import Store, open_store
from studio.errors import translate_errors
from studio.personal_studio import PersonalStudio
from studio.presets import open_presets
from studio.services.poses import Poses, list_categories
from studio.services.service import Resources
from studio.settings import Settings
from studio.vocabulary.person import YOU, Person
from studio.vocabulary.stage import StageScene
from studio.worker.channel import ChannelClient
from studio.worker.inline import InlineNotifier
from studio.worker.notify import HueyNotifier

if TYPE_CHECKING:
    from pipelines.image.presets import PresetShelf
    from studio.services.backups import Backups
    from studio.services.joining import Joining
    from studio.services.local_models import LocalHub
    from studio.services.maintenance import Maintenance
    from studio.services.monitoring import Monitoring
    from studio.services.oidc import OpenIdConnect
    from studio.services.people import People
    from studio.services.personas import Personas
    from studio.services.prompts import Prompts
    from studio.services.sharing import SharedPictures
    from studio.services.vitals import Vitals
    from studio.services.weights import Weights


class Studio:
    """The composed studio. Construct with `open_studio`."""

    def __init__(self, resources: Resources) -> None:
        self.settings, self.presets = resources.settings, resources.presets
        self.resources = resources
        self.poses = Poses(resources)

    def for_person(self, person: Person) -> PersonalStudio:
        """What this person can ask for."""
        return PersonalStudio(self.resources, person)

    @cached_property
    def people(self) -> People:
        """Accounts, invitations, and whose request it is."""
        from studio.services.people import People

        return People(self.resources)

    @cached_property
    def joining(self) -> Joining:
        """Accounts that nobody with one made: the first admin's, and those that people make for themselves."""
        from studio.services.joining import Joining

        return Joining(self.resources, self.people)

    @cached_property
    def open_id(self) -> OpenIdConnect:
        """Sign-ins that a service of the house decides."""
        from studio.services.oidc import OpenIdConnect

        return OpenIdConnect(self.resources)

    @cached_property
    def personas(self) -> Personas:
        """The words and the body that a persona stands for."""
        from studio.services.personas import Personas

        return Personas(self.resources)

    @cached_property
    def prompts(self) -> Prompts:
        """The words of an order, before it is one."""
        from studio.services.prompts import Prompts

        return Prompts(self.resources)

    @cached_property
    def weights(self) -> Weights:
        """What lies on this machine of image models."""
        from studio.services.weights import Weights

        return Weights(self.resources)

    @cached_property
    def local_hub(self) -> LocalHub:
        """What Hugging Face's own tools keep on this computer."""
        from studio.services.local_models import LocalHub

        return LocalHub(self.resources)

    @cached_property
    def backups(self) -> Backups:
        """Backups of the data folder."""
        from studio.services.backups import Backups

        return Backups(self.resources)

    @cached_property
    def vitals(self) -> Vitals:
        """Whether work can be taken just now."""
        from studio.services.vitals import Vitals

        return Vitals(self.resources)

    @cached_property
    def maintenance(self) -> Maintenance:
        """Health, and agreement of rows and files."""
        from studio.services.maintenance import Maintenance

        return Maintenance(self.resources)

    @cached_property
    def monitoring(self) -> Monitoring:
        """Health with the numbers beside it."""
        from studio.services.monitoring import Monitoring

        return Monitoring(self.resources)

    @cached_property
    def shared(self) -> SharedPictures:
        """What share links show to whoever has one."""
        from studio.services.sharing import SharedPictures

        return SharedPictures(self.resources)

    def warm_up(self) -> None:
        """Have the worker draw the example persona while the first page still loads: the page need not wait then for
        the body to be read and the clothes to be cut. Nothing is kept, and it does not matter if it fails."""
        with suppress(PipelineError):
            self.for_person(YOU).stage.draw(StageScene(persona=EXAMPLE_PERSONA), page="warm-up")

    def close(self) -> None:
        """Let go of the database and the notifier."""
        self.resources.notifier.close()
        self.resources.store.close()


def open_studio(settings: Settings, *, channel: ChannelClient | None = None, inline: bool = False) -> Studio:
    """Open the data folder. With `inline`, ordered jobs run in a thread of this process instead of a worker.

    Raises StorageTrouble for a data folder that cannot be used.
    """
    presets: PresetShelf = open_presets(settings)
    store = _open_store(settings)
    notifier = InlineNotifier(store, settings, presets) if inline else HueyNotifier(settings.data)
    return Studio(
        Resources(settings=settings, store=store, presets=presets, notifier=notifier, channel=channel)
    )


@translate_errors
def _open_store(settings: Settings) -> Store:
    store = open_store(settings.data, categories=list_categories())
    if settings.backup_folder:
        store.mending.backup = Path(settings.backup_folder).expanduser()
    return store
