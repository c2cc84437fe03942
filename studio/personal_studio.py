"""PersonalStudio: everything that one person can ask for, by noun. A service is imported when it is first asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from studio.account_errors import NotAllowed
from studio.services.service import Resources
from studio.vocabulary.permission import Permission
from studio.vocabulary.person import Person

if TYPE_CHECKING:
    from studio.services.account import OwnAccount
    from studio.services.avatar_exports import AvatarExports
    from studio.services.avatar_files import AvatarFiles
    from studio.services.avatar_making import AvatarMaking
    from studio.services.avatar_usage import AvatarUsages
    from studio.services.avatars import Avatars
    from studio.services.bodies import Bodies
    from studio.services.credits import PersonalCredits
    from studio.services.erasing import Erasing
    from studio.services.events import JobEvents
    from studio.services.exports import Exports
    from studio.services.files import Files
    from studio.services.generations import Generations
    from studio.services.house import House
    from studio.services.imports import Imports
    from studio.services.jobs import Jobs
    from studio.services.models import Models
    from studio.services.own_poses import OwnPoses
    from studio.services.persona_presets import PersonaPresets
    from studio.services.photos import Photos
    from studio.services.pose_editing import PoseEditing
    from studio.services.pose_marks import PoseMarks
    from studio.services.project_people import ProjectPeople
    from studio.services.projects import Projects
    from studio.services.recipes import Recipes
    from studio.services.sharing import Sharing
    from studio.services.stage import Stage
    from studio.services.statistics import PersonalStatistics
    from studio.services.storage import Storage
    from studio.services.templates import Templates
    from studio.services.variations import Variations
    from studio.services.webhooks import Webhooks


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
    def pose_marks(self) -> PoseMarks:
        from studio.services.pose_marks import PoseMarks

        return PoseMarks(*self._bound)

    @cached_property
    def pose_editing(self) -> PoseEditing:
        from studio.services.pose_editing import PoseEditing

        return PoseEditing(*self._bound)

    @cached_property
    def projects(self) -> Projects:
        from studio.services.projects import Projects

        return Projects(*self._bound)

    @cached_property
    def project_people(self) -> ProjectPeople:
        from studio.services.project_people import ProjectPeople

        return ProjectPeople(*self._bound)

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
    def avatar_exports(self) -> AvatarExports:
        from studio.services.avatar_exports import AvatarExports

        return AvatarExports(*self._bound)

    @cached_property
    def house(self) -> House:
        from studio.services.house import House

        return House(*self._bound)

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
