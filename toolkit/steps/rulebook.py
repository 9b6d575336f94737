"""The rules of a profile as they are in force, and as the office sets them that holds the data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from toolkit.check.asked import formula_rules, relation_rules
from toolkit.check.holding import Catalogue
from toolkit.check.report import Idle
from toolkit.files.folder import is_folder
from toolkit.model import CodeList, once_of
from toolkit.profile.bounds import bounds_of
from toolkit.profile.by_door import through
from toolkit.profile.form import Profile
from toolkit.profile.office_codes import office_lists
from toolkit.profile.place import at_place, changed_limits, limits_at, place_of
from toolkit.profile.settings import Setting, in_force, lacking, of_office, of_profile
from toolkit.profile.stored import ProfileError
from toolkit.profile.wording import worded
from toolkit.profile.wrong import known_one
from toolkit.rules.catalogue import RULES
from toolkit.rules.filling import FILLING
from toolkit.rules.rule import Bounds, Rule
from toolkit.steps.readied import make_ready


def catalogue(profile: Profile, office: Sequence[Setting] = ()) -> Catalogue:
    """All rules in force for a profile, and as an office sets them; where no office sets any, they are the same of all data."""
    make_ready()
    return _set_by(profile, office) if office else _as_they_are(profile)


@once_of
def _as_they_are(profile: Profile) -> Catalogue:
    return _set_by(profile, ())


def _set_by(profile: Profile, office: Sequence[Setting]) -> Catalogue:
    settings = (*_known(of_profile(profile), profile), *office)
    idle: list[Idle] = []
    fitting: list[Rule] = [*made_rules(profile)]
    for rule in _worded(profile):
        if lacks := lacking(rule, profile):
            idle.append(Idle(rule.id, rule.title, lacks))
        else:
            fitting.append(rule)
    # What is said of the file itself goes by keys of its own; a rule that is switched off has none.
    filling = {rule.id: rule for rule in in_force(FILLING.values(), settings)}
    return Catalogue(
        in_force(fitting, settings),
        {key: filling[rule.id] for key, rule in FILLING.items() if rule.id in filling},
        _bounds(profile, office),
        tuple(idle),
    )


@once_of
def made_rules(profile: Profile) -> tuple[Rule, ...]:
    """The rules that are made of a profile's formulas and relations, by whichever door they hold, each once."""
    doors = () if profile.door else tuple(profile.doors.values())
    books = (profile.book, *(through(profile, door).book for door in doors))
    formulas = {
        rule.id: rule for book in reversed(books) for rule in formula_rules(book)
    }
    return (*formulas.values(), *relation_rules(profile))


def _bounds(profile: Profile, office: Sequence[Setting]) -> Bounds:
    """What rules may know: of the profile, with the office's own code lists and limits."""
    known = bounds_of(profile)
    return replace(
        known,
        codes=profile.lists,
        thresholds={**known.thresholds, **changed_limits(office)},
    )


def _known(settings: Iterable[Setting], profile: Profile) -> tuple[Setting, ...]:
    """What a profile says of rules; raise ProfileError, in Chinese, where it says it of one that there is none of."""
    listed = tuple(settings)
    known = [rule.id for rule in everything(profile)] if listed else []
    for setting in listed:
        try:
            known_one(setting.rule, known, "规则")
        except ValueError as error:
            raise ProfileError(
                f"“{profile.id}/profile.json”里“rules”：{error}。请改正。"
            ) from error
    return listed


def everything(profile: Profile) -> tuple[Rule, ...]:
    """Every rule there is, each once: the catalogue (those of filling in among them) and the schema's formulas."""
    return (*_worded(profile), *made_rules(profile))


@once_of
def _ids(profile: Profile) -> frozenset[str]:
    """The numbers of all rules."""
    return frozenset(rule.id for rule in everything(profile))


@once_of
def _worded(profile: Profile) -> tuple[Rule, ...]:
    """The rules of the catalogue in the words of a profile's forms."""
    return tuple(worded(rule, profile.book) for rule in RULES)


def office_settings(paths: Sequence[Path], profile: Profile) -> tuple[Setting, ...]:
    """What the office says in the folders of its data."""
    known = _ids(profile)
    folders, places = _folders(paths)
    settings: list[Setting] = []
    for folder in folders:
        settings += of_office(folder, known)
    for place in places:
        settings += limits_at(place)
    return tuple(settings)


def at_office(profile: Profile, paths: Sequence[Path]) -> Profile:
    """The profile with the code lists that an office has in the folders of its data; ours where it has none."""
    folders, places = _folders(paths)
    own = [one for folder in folders for one in office_lists(folder, profile.lists)]
    for place in places:
        profile = at_place(profile, place)
    return profile.with_lists(own) if own else profile


def own_lists(profile: Profile) -> tuple[CodeList, ...]:
    """The code lists that a profile has from an office."""
    return tuple(one for one in profile.lists.values() if one.source)


def folders_of(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The folders of some data, each once, and the places' own folders that belong to them."""
    folders, _ = _folders(paths)
    return folders


def _folders(paths: Sequence[Path]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The folders of some data with the places' own that belong to them, and the latter alone; each once."""
    own = [path if is_folder(path) else path.parent for path in paths]
    places = dict.fromkeys(
        place for folder in own if (place := place_of(folder)) is not None
    )
    return tuple(dict.fromkeys((*own, *places))), tuple(places)


def settings_data(settings: Sequence[Setting]) -> list[dict[str, str]]:
    """An office's settings for a program."""
    return [
        {
            "rule": setting.rule,
            "what": setting.what,
            "why": setting.why,
            "who": setting.who,
        }
        for setting in settings
    ]
