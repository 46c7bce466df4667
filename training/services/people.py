"""People from the HR list: joiners, movers and leavers, as a difference that is looked at before it is written."""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from prevent_portal.models import Organisation
from prevent_portal.tables_in.days import read_day
from training.lists import KIND_WORDS, Columns, ListTable, number_key, plain_heading, text_at
from training.models import Exemption, Kind, Person, Post

from .completions import MOST_TOLD, Rejected, name_in
from .matching import KnownPeople

ONE_DAY = dt.timedelta(days=1)
PLACE = ("kind", "directorate", "team", "job_role")
WHO = ("number", "name", "email")
EARLIEST_START = dt.date(1940, 1, 1)
MOST_DAYS_AHEAD = 366
"""So far ahead HR knows of joiners and leavers; later days are slips of the keyboard."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a row of the list says of somebody; None for what the list has no column for."""

    row: int
    number: str
    name: str
    email: str
    kind: str | None
    directorate: str | None
    team: str | None
    job_role: str | None
    started_on: dt.date | None
    left_on: dt.date | None

    def place(self, now: Post | None, default_kind: str) -> dict[str, str]:
        """Where the list puts them; what it does not say stays as it is."""
        stays = {name: getattr(now, name) if now else "" for name in PLACE}
        stays["kind"] = stays["kind"] or default_kind
        return {name: stays[name] if (said := getattr(self, name)) is None else said for name in PLACE}


def place_in_words(place: dict[str, str]) -> str:
    """What somebody does, in words."""
    return ", ".join(filter(None, (place["job_role"], place["team"], place["directorate"]))) or str(
        Kind(place["kind"]).label
    )


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody on the portal's list of whom the HR list says something else; `post` is the one that they hold."""

    person: Person
    post: Post | None
    said: Said
    place: dict[str, str]

    @property
    def place_in_words(self) -> str:
        """Where they go."""
        return place_in_words(self.place)


@dataclass
class PeopleList:
    """What a list would change."""

    as_at: dt.date
    joiners: list[tuple[Said, dict[str, str]]] = field(default_factory=list)
    returners: list[Change] = field(default_factory=list)
    movers: list[Change] = field(default_factory=list)
    corrected: list[Change] = field(default_factory=list)
    leavers: list[Change] = field(default_factory=list)
    missing: list[Post] = field(default_factory=list)
    """Posts of people of the kinds in the list who are not in it: leavers only if somebody says so."""
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    rejected_count: int = 0

    def counts(self) -> dict[str, int]:
        """How many of each."""
        lists = ("joiners", "returners", "movers", "corrected", "leavers", "missing")
        return {name: len(getattr(self, name)) for name in lists} | {
            "unchanged": self.unchanged,
            "rejected": self.rejected_count,
        }

    @property
    def is_nothing(self) -> bool:
        """Whether the list changes nothing by itself."""
        return not (self.joiners or self.returners or self.movers or self.corrected or self.leavers)

    def fingerprint(self) -> str:
        """Equal for a preview and for what is then written."""
        changes = [
            [(each.person.pk, each.post and each.post.revision, each.said.row, each.place) for each in group]
            for group in (self.returners, self.movers, self.corrected, self.leavers)
        ]
        joiners = [(said.row, said.number, said.email) for said, _place in self.joiners]
        told = [self.as_at.isoformat(), changes, joiners, self.counts(), [each.pk for each in self.missing]]
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


def read_people(
    table: ListTable, columns: Columns, *, organisation: Organisation, as_at: dt.date, default_kind: str = Kind.STAFF
) -> PeopleList:
    """Compare a list, as it stood on day `as_at`, with the people of the authority; nothing is written. Two queries.

    People are found by number, then by e-mail address. `default_kind` is for a list that does not say kinds.
    """
    found = PeopleList(as_at)
    posts = Prefetch("posts", Post.objects.order_by("-began_on"), to_attr="posts_newest_first")
    people = list(Person.objects.of(organisation).prefetch_related(posts).order_by("pk"))
    known = KnownPeople((each, each.number, each.email) for each in people)
    seen: set[int] = set()
    named: set[tuple[str, str]] = set()
    kinds: Counter[str] = Counter()
    for number, row in table.rows:
        try:
            said = _read_row(number, row, columns, as_at)
            person = _find(said, known)
            key = (number_key(said.number), "") if said.number else ("", said.email)
            if key in named or (person is not None and person.pk in seen):
                raise _RowIsWrong("number" if said.number else "email", _("This person stands in the list twice."))
            if person is not None:
                seen.add(person.pk)
            _require_address_of_their_own(said, person, known)
            named.add(key)
            kinds[_compare(found, said, person, default_kind)] += 1
        except _RowIsWrong as error:
            found.rejected_count += 1
            if len(found.rejected) < MOST_TOLD:
                column = columns.get(error.field)
                heading = table.headings[column] if column is not None and column < len(table.headings) else ""
                found.rejected.append(Rejected(number, heading, str(error)))
    found.missing = [
        post
        for person in people
        if person.pk not in seen
        and (post := _newest(person)) is not None
        and post.is_held_on(as_at)
        and post.ended_on is None
        and post.kind in kinds
    ]
    return found


@transaction.atomic
def import_people(found: PeopleList, *, organisation: Organisation, confirmed: Collection[int] = ()) -> dict[str, int]:
    """Write what a list changes; the counts. `confirmed` are the keys of missing people's posts that end with it."""
    people = Person.objects.bulk_create(
        Person(organisation=organisation, number=said.number, name=said.name, email=said.email)
        for said, _place in found.joiners
    )
    new = [
        _new_post(organisation, person, place, said.started_on or found.as_at, None, said.left_on)
        for person, (said, place) in zip(people, found.joiners, strict=True)
    ]
    ended: list[Post] = []
    moved: list[Post] = []
    for each in found.returners:
        # They may have been away for a day: the day after their last one is the earliest.
        began_on = each.said.started_on or found.as_at
        if each.post is not None and each.post.ended_on is not None and began_on <= each.post.ended_on:
            began_on = max(found.as_at, each.post.ended_on + ONE_DAY)
        new.append(_new_post(organisation, each.person, each.place, began_on, None, each.said.left_on))
    for each in found.movers:
        if each.post.began_on >= found.as_at:
            if each.post.job_role != each.place["job_role"]:
                each.post.role_began_on = each.post.began_on
            for name, value in each.place.items():
                setattr(each.post, name, value)
            moved.append(each.post)
        else:
            same_role = each.post.job_role == each.place["job_role"]
            role_began_on = each.post.role_began_on if same_role else None
            new.append(_new_post(organisation, each.person, each.place, found.as_at, role_began_on, each.post.ended_on))
            each.post.ended_on = found.as_at - ONE_DAY
            ended.append(each.post)
    for each in found.leavers:
        each.post.ended_on = each.said.left_on
        ended.append(each.post)
    left = [post for post in found.missing if post.pk in confirmed]
    for post in left:
        post.ended_on = max(found.as_at - ONE_DAY, post.began_on)
    ended += left
    for each in found.corrected:
        for name in WHO:
            if value := getattr(each.said, name):
                setattr(each.person, name, value)
    # One and the same post can be moved and ended: its values are one instance's.
    Post.objects.bulk_update({post.pk: post for post in moved}.values(), [*PLACE, "role_began_on"])
    Post.objects.bulk_update({post.pk: post for post in ended}.values(), ["ended_on"])
    Post.objects.bulk_create(new)
    Person.objects.bulk_update([each.person for each in found.corrected], WHO)
    return found.counts() | {"confirmed_leavers": len(left)}


@transaction.atomic
def end_post(*, person: Person, last_on: dt.date) -> None:
    """Record that somebody has left, or will; exemptions end with the post. ValidationError if they hold none."""
    post = person.posts.filter(ended_on=None).order_by("-began_on").first()
    if post is None:
        raise ValidationError(_("This person has left already."))
    if last_on < post.began_on:
        raise ValidationError(_("The last day must be the first day of the post or later."))
    post.ended_on = last_on
    post.save()
    for exemption in Exemption.objects.filter(person=person, from_on__lte=last_on, until_on__gt=last_on):
        exemption.until_on = last_on
        exemption.save()


@transaction.atomic
def move_person(*, person: Person, place: dict[str, str], on: dt.date) -> Post:
    """Record that somebody does something else from this day on; what they did until then stays as it was.

    Raises ValidationError if they hold no post then, or one that began later.
    """
    post = person.posts.order_by("-began_on").first()
    if post is not None and on < post.began_on:
        raise ValidationError(_("There is a later change already. Choose a day from then on."))
    if post is not None and on == post.began_on:
        if post.job_role != place["job_role"]:
            post.role_began_on = on
        for name, value in place.items():
            setattr(post, name, value)
        post.save()
        return post
    is_held = post is not None and post.is_held_on(on)
    same_role = is_held and post.job_role == place["job_role"]
    new = _new_post(
        person.organisation,
        person,
        place,
        on,
        role_began_on=post.role_began_on if same_role else None,
        ended_on=post.ended_on if is_held else None,
    )
    if is_held:
        post.ended_on = on - ONE_DAY
        post.save()
    new.save()
    return new


def _new_post(
    organisation: Organisation,
    person: Person,
    place: dict[str, str],
    began_on: dt.date,
    role_began_on: dt.date | None,
    ended_on: dt.date | None,
) -> Post:
    if ended_on is not None and ended_on < began_on:
        ended_on = began_on
    return Post(
        organisation=organisation,
        person=person,
        began_on=began_on,
        role_began_on=role_began_on or began_on,
        ended_on=ended_on,
        **place,
    )


class _RowIsWrong(Exception):
    """What is wrong with a row, in words; `field` is where."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def _find(said: Said, known: KnownPeople[Person]) -> Person | None:
    if found := known.with_number(said.number):
        return found
    found = known.with_email(said.email)
    # Another number means another person, whoever had the address before.
    return found if found and not (found.number and said.number) else None


def _require_address_of_their_own(said: Said, person: Person | None, known: KnownPeople[Person]) -> None:
    other = known.with_email(said.email)
    if other is not None and (person is None or other.pk != person.pk):
        raise _RowIsWrong("email", _("Somebody else on the portal's list, with another number, has this address."))


def _newest(person: Person) -> Post | None:
    return person.posts_newest_first[0] if person.posts_newest_first else None


def _compare(found: PeopleList, said: Said, person: Person | None, default_kind: str) -> str:
    """Put what a row says where it belongs; the kind of person that it is of."""
    if person is None:
        place = said.place(None, default_kind)
        if said.left_on is None or said.left_on >= found.as_at:
            found.joiners.append((said, place))
        else:
            # Never here, and gone already.
            found.unchanged += 1
        return place["kind"]
    post = _newest(person)
    place = said.place(post, default_kind)
    change = Change(person, post, said, place)
    if post is not None and post.began_on > found.as_at:
        raise _RowIsWrong("started_on", _("The portal knows of a later change to this person than this list."))
    is_changed = False
    if any((value := getattr(said, name)) and value != getattr(person, name) for name in WHO):
        found.corrected.append(change)
        is_changed = True
    if post is None or (post.ended_on is not None and post.ended_on < found.as_at):
        if said.left_on is None or said.left_on >= found.as_at:
            found.returners.append(change)
            is_changed = True
    else:
        if any(getattr(post, name) != value for name, value in place.items()):
            found.movers.append(change)
            is_changed = True
        if said.left_on is not None and said.left_on != post.ended_on:
            if said.left_on < post.began_on:
                raise _RowIsWrong("left_on", _("The last day is before the first day of the post."))
            found.leavers.append(change)
            is_changed = True
    found.unchanged += not is_changed
    return place["kind"]


def _read_row(number: int, row: list[Any], columns: Columns, as_at: dt.date) -> Said:
    at = columns.get
    said_number = text_at(row, at("number"))[:60]
    email = text_at(row, at("email")).lower()
    name = name_in(row, columns)[:200]
    if not name:
        raise _RowIsWrong("name", _("There is no name."))
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise _RowIsWrong("email", _("“%(value)s” is no e-mail address.") % {"value": email[:60]}) from error
    if not said_number and not email:
        raise _RowIsWrong("number", _("There is neither a number nor an e-mail address."))
    started_on, left_on = (_day(row, at(each), each, as_at) for each in ("started_on", "left_on"))
    if started_on and left_on and left_on < started_on:
        raise _RowIsWrong("left_on", _("The leaving date is before the starting date."))
    texts = {each: text_at(row, at(each))[:120] if each in columns else None for each in PLACE[1:]}
    return Said(
        number, said_number, name, email, kind=_kind(row, at("kind")), started_on=started_on, left_on=left_on, **texts
    )


def _kind(row: list[Any], column: int | None) -> str | None:
    word = text_at(row, column)
    if not word:
        return None
    kind = KIND_WORDS.get(plain_heading(word))
    if kind is None:
        raise _RowIsWrong(
            "kind",
            _("“%(value)s” is no kind of person. Write one of: %(known)s.")
            % {"value": word[:40], "known": ", ".join(str(each.label) for each in Kind)},
        )
    return kind.value


def _day(row: list[Any], column: int | None, name: str, as_at: dt.date) -> dt.date | None:
    value = row[column] if column is not None and column < len(row) else None
    try:
        day = read_day(value)
    except (ValueError, OverflowError) as error:
        raise _RowIsWrong(
            name, _("“%(value)s” is no date. Write the day first: 08/12/2026.") % {"value": str(value)[:40]}
        ) from error
    if day and not EARLIEST_START <= day <= as_at + dt.timedelta(days=MOST_DAYS_AHEAD):
        raise _RowIsWrong(name, _("“%(value)s” cannot be right.") % {"value": str(value)[:40]})
    return day
