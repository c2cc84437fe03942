"""`models`: what each image model supports, costs and lacks; its weights pulled, removed and examined."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict

from pipelines.errors import UnknownName
from pipelines.weights.errors import LicenceNotAccepted
from pipelines.weights.state import write_size
from studio.commands.console import Console
from studio.studio import Studio
from studio.vocabulary.codec import to_json
from studio.vocabulary.model import Model
from studio.vocabulary.person import YOU

NOTHING_REMOVED = "There was nothing to remove, or another model that is here needs all of it."
UNWELL = 1  # the exit status when a downloaded file is not as it should be


def run_models(studio: Studio, asked: Namespace, console: Console) -> int:
    """Run one of the actions. Raises what the services refuse."""
    actions = {
        "list": list_models,
        "pull": pull_model,
        "accept": accept_licence,
        "remove": remove_model,
        "doctor": examine_models,
    }
    return actions[asked.action](studio, asked, console)


def list_models(studio: Studio, asked: Namespace, console: Console) -> int:
    """Every preset: what it supports, its licence, its sizes, and whether it can run here."""
    models = studio.for_person(YOU).models.list_all()
    if asked.json:
        console.say_json([to_json(model) for model in models])
        return 0
    breadth = max((len(model.name) for model in models), default=0)
    for model in models:
        for number, line in enumerate(describe_model(model)):
            console.say(f"{model.name if number == 0 else '':<{breadth}}  {line}")
    return 0


def describe_model(model: Model) -> list[str]:
    """A preset in a few lines."""
    facts = [f"pose {model.pose}", f"identity {model.identity}"]
    if model.licence:
        facts.append(model.licence if model.licence_accepted else f"{model.licence} (not accepted yet)")
    costs = describe_sizes(model)
    if model.memory_needed_gb:
        about = "about " if model.memory_estimated else ""
        memory = f"{about}{model.memory_needed_gb:.1f} GB of GPU memory"
        costs.append(f"{memory} as {model.tier}" if model.tier else f"at least {memory}")
    for quality, seconds in (("", model.expected_seconds), (" in hd", model.expected_hd_seconds)):
        if seconds is not None:
            costs.append(f"about {seconds:.1f} s a picture{quality}")
    return [
        f"{model.title}: {describe_state(model)}",
        ", ".join(facts),
        *([", ".join(costs)] if costs else []),
        model.says,
    ]


def describe_state(model: Model) -> str:
    """Whether it can run on this machine as it is now."""
    return "can run here" if model.can_run else "cannot run here yet"


def describe_sizes(model: Model) -> list[str]:
    """What is to be downloaded and what lies on the disk."""
    about = "about " if model.size_estimated else ""
    sizes = (
        (about, model.bytes_to_download, "to download"),
        ("", model.bytes_on_disk, "on the disk"),
    )
    return [f"{nearly}{write_size(size)} {where}" for nearly, size, where in sizes if size]


def pull_model(studio: Studio, asked: Namespace, console: Console) -> int:
    """Bring what is missing, going on where an earlier pull was cut off."""
    model = find_model(studio.for_person(YOU).models.list_all(), asked.name)
    if not model.licence_accepted:
        if not asked.accept_licence:
            raise LicenceNotAccepted(
                f"{model.title} is under {model.licence}, which allows no commercial use. Read it at "
                f"{model.licence_url}. To accept it: python app.py models pull {model.name} --accept-licence"
            )
        studio.weights.accept_licence(model.name)
        console.mention(f"Accepted: {model.licence}, {model.licence_url}")
    console.follow(studio, studio.for_person(YOU).models.download(model.name))
    done = find_model(studio.for_person(YOU).models.list_all(), model.name)
    console.say(f"{done.title}: {write_size(done.bytes_on_disk)} on the disk. {done.says}")
    return 0


def accept_licence(studio: Studio, asked: Namespace, console: Console) -> int:
    """Show a licence and record that the person accepts it."""
    model = find_model(studio.for_person(YOU).models.list_all(), asked.name)
    studio.weights.accept_licence(model.name)
    console.say(
        f"Accepted for {model.title}: {model.licence or 'no licence'}, {model.licence_url}".rstrip(", ")
    )
    return 0


def remove_model(studio: Studio, asked: Namespace, console: Console) -> int:
    """Delete a preset's downloads."""
    freed = studio.weights.remove(asked.name)
    console.say(f"{write_size(freed)} freed." if freed else NOTHING_REMOVED)
    return 0


def examine_models(studio: Studio, asked: Namespace, console: Console) -> int:
    """Read every downloaded byte again and compare. 0 when all is as it was pinned, else 1."""
    findings = studio.weights.examine()
    if asked.json:
        console.say_json({"ok": not findings, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            console.say(f"{finding.subject}: {finding.advice}")
        console.say(f"{len(findings)} found." if findings else "Every downloaded file is as it should be.")
    return UNWELL if findings else 0


def find_model(models: Sequence[Model], name: str) -> Model:
    """The preset of that name. Raises UnknownName."""
    for model in models:
        if model.name == name:
            return model
    known = ", ".join(model.name for model in models)
    raise UnknownName(f"There is no preset called “{name}”. Known: {known}.")
