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
from studio.account_errors import NotAllowed
from studio.errors import translate_errors
from studio.presets import open_presets
from studio.services.poses import Poses
from studio.services.service import Resources
from studio.settings import Settings
from studio.vocabulary.permission import Permission
from studio.vocabulary.person import YOU, Person
from studio.vocabulary.stage import StageScene
from studio.worker.channel import ChannelClient
from studio.worker.inline import InlineNotifier
from studio.worker.notify import HueyNotifier

if TYPE_CHECKING:
    from pipelines.image.presets import PresetShelf
    from studio.services.account import OwnAccount
    from studio.services.avatar_files import AvatarFiles
    from studio.services.avatar_making import AvatarMaking
    from studio.services.avatar_usage import AvatarUsages
    from studio.services.avatars import Avatars
    from studio.services.backups import Backups
    from studio.services.bodies import Bodies
    from studio.services.credits import PersonalCredits
    from studio.services.erasing import Erasing
    from studio.services.events import JobEvents
    from studio.services.exports import Exports
    from studio.services.files import Files
    from studio.services.generations import Generations
    from studio.services.imports import Imports
    from studio.services.jobs import Jobs
    from studio.services.maintenance import Maintenance
    from studio.services.models import Models
    from studio.services.monitoring import Monitoring
    from studio.services.own_poses import OwnPoses
    from studio.services.people import People
    from studio.services.persona_presets import PersonaPresets
    from studio.services.personas import Personas
    from studio.services.photos import Photos
    from studio.services.pose_editing import PoseEditing
    from studio.services.projects import Projects
    from studio.services.prompts import Prompts
    from studio.services.recipes import Recipes
    from studio.services.sharing import SharedPictures, Sharing
    from studio.services.stage import Stage
    from studio.services.statistics import PersonalStatistics
    from studio.services.storage import Storage
    from studio.services.templates import Templates
    from studio.services.variations import Variations
    from studio.services.vitals import Vitals
    from studio.services.webhooks import Webhooks
    from studio.services.weights import Weights


class PersonalStudio:
    """The use cases of one person, each service made when it is first asked for."""

    def __init__(self, resources: Resources, person: Person) -> None:
        self._bound = (resources, person)
        self.person = person

    def require(self, permission: Permission) -> None:
        """Raises NotAllowed for what is the house's and not this person's to do."""
        if not self.person.may(permission):
            raise NotAllowed

    @cached_property
    def account(self) -> OwnAccount:
        from studio.services.account import OwnAccount

        return OwnAccount(*self._bound)

    @cached_property
    def photos(self) -> Photos:
        from studio.services.photos import Photos

        return Photos(*self._bound)

    @cached_property
    def bodies(self) -> Bodies:
        from studio.services.bodies import Bodies

        return Bodies(*self._bound)

    @cached_property
    def avatars(self) -> Avatars:
        from studio.services.avatars import Avatars

        return Avatars(*self._bound)

    @cached_property
    def avatar_making(self) -> AvatarMaking:
        from studio.services.avatar_making import AvatarMaking

        return AvatarMaking(*self._bound)

    @cached_property
    def avatar_files(self) -> AvatarFiles:
        from studio.services.avatar_files import AvatarFiles

        return AvatarFiles(*self._bound)

    @cached_property
    def avatar_usage(self) -> AvatarUsages:
        from studio.services.avatar_usage import AvatarUsages

        return AvatarUsages(*self._bound)

    @cached_property
    def templates(self) -> Templates:
        from studio.services.templates import Templates

        return Templates(*self._bound)

    @cached_property
    def persona_presets(self) -> PersonaPresets:
        from studio.services.persona_presets import PersonaPresets

        return PersonaPresets(*self._bound)

    @cached_property
    def variations(self) -> Variations:
        from studio.services.variations import Variations

        return Variations(*self._bound)

    @cached_property
    def generations(self) -> Generations:
        from studio.services.generations import Generations

        return Generations(*self._bound)

    @cached_property
    def poses(self) -> OwnPoses:
        from studio.services.own_poses import OwnPoses

        return OwnPoses(*self._bound)

    @cached_property
    def pose_editing(self) -> PoseEditing:
        from studio.services.pose_editing import PoseEditing

        return PoseEditing(*self._bound)

    @cached_property
    def projects(self) -> Projects:
        from studio.services.projects import Projects

        return Projects(*self._bound)

    @cached_property
    def recipes(self) -> Recipes:
        from studio.services.recipes import Recipes

        return Recipes(*self._bound)

    @cached_property
    def stage(self) -> Stage:
        from studio.services.stage import Stage

        return Stage(*self._bound)

    @cached_property
    def models(self) -> Models:
        from studio.services.models import Models

        return Models(*self._bound)

    @cached_property
    def jobs(self) -> Jobs:
        from studio.services.jobs import Jobs

        return Jobs(*self._bound)

    @cached_property
    def storage(self) -> Storage:
        from studio.services.storage import Storage

        return Storage(*self._bound)

    @cached_property
    def credits(self) -> PersonalCredits:
        from studio.services.credits import PersonalCredits

        return PersonalCredits(*self._bound)

    @cached_property
    def statistics(self) -> PersonalStatistics:
        from studio.services.statistics import PersonalStatistics

        return PersonalStatistics(*self._bound)

    @cached_property
    def events(self) -> JobEvents:
        from studio.services.events import JobEvents

        return JobEvents(*self._bound)

    @cached_property
    def exports(self) -> Exports:
        from studio.services.exports import Exports

        return Exports(*self._bound)

    @cached_property
    def imports(self) -> Imports:
        from studio.services.imports import Imports

        return Imports(*self._bound)

    @cached_property
    def sharing(self) -> Sharing:
        from studio.services.sharing import Sharing

        return Sharing(*self._bound)

    @cached_property
    def webhooks(self) -> Webhooks:
        from studio.services.webhooks import Webhooks

        return Webhooks(*self._bound)

    @cached_property
    def erasing(self) -> Erasing:
        from studio.services.erasing import Erasing

        return Erasing(*self._bound)

    @cached_property
    def files(self) -> Files:
        from studio.services.files import Files

        return Files(*self._bound)


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
    store = open_store(settings.data)
    if settings.backup_folder:
        store.mending.backup = Path(settings.backup_folder).expanduser()
    return store
