"""Who may do what: the roles and the whole permission matrix, as data.

`docs/permissions.md` is generated from `MATRIX`; views, buttons, the admin and the guard all ask the same
function, `roles_allow`. Which *rows* somebody sees is a different question, answered in `scoping.py`.
"""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is to an authority. `COLLEAGUE` follows from the county and is never assigned."""

    COORDINATOR = "coordinator", _("Prevent coordinator")
    OFFICER = "officer", _("Officer")
    CONTRIBUTOR = "contributor", _("Contributor (owner of actions)")
    TRAINING_OFFICER = "training_officer", _("Training officer")
    VENUE_OFFICER = "venue_officer", _("Venue officer")
    CLERK = "clerk", _("Committee clerk")
    ELECTED_MEMBER = "elected_member", _("Elected member (read-only)")
    REVIEWER = "reviewer", _("Home Office reviewer (read-only)")
    AUTHORITY_ADMINISTRATOR = "authority_administrator", _("Authority administrator")
    COLLEAGUE = "colleague", _("Colleague from the county or a district (read-only)")


READ_ONLY_ROLES = frozenset({Role.ELECTED_MEMBER, Role.REVIEWER, Role.COLLEAGUE})
"""Requests made with only these roles run with the database itself refusing to write."""

ASSIGNABLE_ROLES = tuple(role for role in Role if role is not Role.COLLEAGUE)

ROLES_SEEING_RELEASED_ONLY = frozenset({Role.ELECTED_MEMBER, Role.REVIEWER, Role.COLLEAGUE})
"""Drafts do not exist for these roles, their own council's included."""

COORDINATOR, OFFICER, CONTRIBUTOR = Role.COORDINATOR, Role.OFFICER, Role.CONTRIBUTOR
ADMINISTRATOR, TRAINING = Role.AUTHORITY_ADMINISTRATOR, Role.TRAINING_OFFICER
EVERYONE = frozenset(Role)
STAFF = EVERYONE - READ_ONLY_ROLES


@dataclass(frozen=True)
class Permission:
    """One row of the matrix: a thing that can be done and the roles that may do it."""

    code: str
    label: str | Promise
    roles: frozenset[Role]


MATRIX: tuple[Permission, ...] = (
    Permission("plans.view_plan", _("See plans, their actions and progress"), EVERYONE),
    Permission("plans.export_plan", _("Download a plan as PDF or spreadsheet"), EVERYONE),
    Permission("plans.add_plan", _("Start a plan, or import one"), frozenset({COORDINATOR, OFFICER})),
    Permission("plans.change_plan", _("Change a plan, its sections and objectives"), frozenset({COORDINATOR, OFFICER})),
    Permission("plans.agree_plan", _("Record that a plan was agreed, amended or closed"), frozenset({COORDINATOR})),
    Permission("plans.take_snapshot", _("Freeze a plan for a meeting"), frozenset({COORDINATOR})),
    Permission("plans.delete_plan", _("Delete a draft plan or parts of it"), frozenset({COORDINATOR})),
    Permission("plans.change_action", _("Change any action"), frozenset({COORDINATOR, OFFICER})),
    Permission("plans.update_action", _("Record progress on any action"), frozenset({COORDINATOR, OFFICER})),
    Permission(
        "plans.update_own_action",
        _("Record progress on the actions one owns"),
        frozenset({COORDINATOR, OFFICER, CONTRIBUTOR}),
    ),
    Permission("plans.view_districts", _("See how the agreed plans of a county's districts stand"), STAFF),
    Permission("plans.answer_date_request", _("Accept or refuse a new date"), frozenset({COORDINATOR})),
    Permission("plans.view_owner", _("See who owns actions"), EVERYONE),
    Permission("plans.change_owner", _("Add and correct owners of actions"), frozenset({COORDINATOR, OFFICER})),
    Permission(
        "plans.reassign_actions",
        _("Hand a leaver's open actions to somebody else"),
        frozenset({COORDINATOR, ADMINISTRATOR}),
    ),
    Permission("benchmarks.view_assessment", _("See self-assessments, their scores and answers"), EVERYONE),
    Permission("benchmarks.export_assessment", _("Download a self-assessment"), EVERYONE),
    Permission("benchmarks.add_assessment", _("Start a self-assessment"), frozenset({COORDINATOR})),
    Permission(
        "benchmarks.change_assessment",
        _("Answer any question, score benchmarks, say who answers what"),
        frozenset({COORDINATOR, OFFICER}),
    ),
    Permission("benchmarks.delete_assessment", _("Delete an assessment never submitted"), frozenset({COORDINATOR})),
    Permission(
        "benchmarks.answer_own_question",
        _("Answer the questions that one is asked"),
        frozenset({COORDINATOR, OFFICER, CONTRIBUTOR}),
    ),
    Permission(
        "benchmarks.submit_assessment",
        _("Record that an assessment was signed off, submitted, moderated or opened again"),
        frozenset({COORDINATOR}),
    ),
    Permission("benchmarks.view_respondent", _("See who answers questions"), STAFF),
    Permission("benchmarks.change_respondent", _("Say who can answer questions"), frozenset({COORDINATOR, OFFICER})),
    Permission("benchmarks.view_local_question", _("See the authority's own questions"), STAFF),
    Permission("benchmarks.change_local_question", _("Add questions of one's own"), frozenset({COORDINATOR})),
    Permission("training.view_figures", _("See how many people are trained, in figures"), STAFF),
    Permission("training.view_course", _("See courses and what is required of whom"), STAFF),
    Permission("training.view_person", _("See who is trained, by name"), frozenset({COORDINATOR, OFFICER, TRAINING})),
    Permission(
        "training.change_person",
        _("Record people, what they do and what they have completed"),
        frozenset({COORDINATOR, TRAINING}),
    ),
    Permission(
        "training.delete_person", _("Delete a record of training made by mistake"), frozenset({COORDINATOR, TRAINING})
    ),
    Permission(
        "training.change_course",
        _("Say which courses there are and what counts as them"),
        frozenset({COORDINATOR, TRAINING}),
    ),
    Permission(
        "training.change_requirement", _("Say who must have taken which course"), frozenset({COORDINATOR, TRAINING})
    ),
    Permission("training.import_list", _("Import lists of people and completions"), frozenset({COORDINATOR, TRAINING})),
    Permission("prevent_portal.view_organisation", _("See the authority's front page"), EVERYONE),
    Permission("prevent_portal.view_recommendation", _("See recommendations made to the authority"), STAFF),
    Permission(
        "prevent_portal.change_recommendation",
        _("Record recommendations made to the authority"),
        frozenset({COORDINATOR, OFFICER}),
    ),
    Permission("prevent_portal.view_risk_review", _("See when documents about risk were reviewed"), STAFF),
    Permission(
        "prevent_portal.change_risk_review",
        _("Record that documents about risk were reviewed"),
        frozenset({COORDINATOR, OFFICER}),
    ),
    Permission("prevent_portal.view_evidence", _("See the register of evidence and its files"), STAFF),
    Permission(
        "prevent_portal.change_evidence",
        _("Add evidence and new versions of it"),
        frozenset({COORDINATOR, OFFICER, CONTRIBUTOR}),
    ),
    Permission("prevent_portal.retire_evidence", _("Retire evidence"), frozenset({COORDINATOR, OFFICER})),
    Permission("prevent_portal.view_membership", _("See who has an account"), frozenset({COORDINATOR, ADMINISTRATOR})),
    Permission("prevent_portal.change_membership", _("Give, change and end accounts"), frozenset({ADMINISTRATOR})),
    Permission("prevent_portal.use_calendar", _("Subscribe to due dates in one's own calendar"), STAFF),
    Permission(
        "prevent_portal.view_log", _("Read the log of changes and views"), frozenset({COORDINATOR, ADMINISTRATOR})
    ),
    Permission("prevent_portal.use_admin", _("Use the officers' admin"), frozenset({COORDINATOR, OFFICER})),
)

_ROLES_BY_CODE = {permission.code: permission.roles for permission in MATRIX}
# A model without a row of its own is ruled by this noun of its app: a step by its plan.
_GOVERNING_NOUN = {"plans": "plan", "benchmarks": "assessment", "training": "person"}


def roles_for(code: str) -> frozenset[Role]:
    """The roles that hold permission `code`, such as "plans.change_action"; none for an unknown one.

    Django's admin asks for add, change, delete and view of every model. Where the matrix has no such row, adding
    follows changing, and a part of a plan (a step, a target date) follows the plan.
    """
    app_label, _dot, codename = code.partition(".")
    verb, _underscore, noun = codename.partition("_")
    candidates = [code]
    if verb in {"view", "add", "change", "delete"}:
        nouns = [noun, *filter(None, [_GOVERNING_NOUN.get(app_label)])]
        if verb == "add":
            candidates += [f"{app_label}.change_{each}" for each in nouns]
        elif verb == "delete" and len(nouns) == 1:
            candidates.append(f"{app_label}.change_{noun}")
        else:
            candidates += [f"{app_label}.{verb}_{each}" for each in nouns]
    return next((_ROLES_BY_CODE[each] for each in candidates if each in _ROLES_BY_CODE), frozenset())


def roles_allow(roles: frozenset[Role], code: str) -> bool:
    """Whether somebody with these roles in an authority may do `code` there."""
    return not roles.isdisjoint(roles_for(code))


class MatrixBackend:
    """Answers `user.has_perm(...)` from the matrix, for the authority of the current request."""

    def authenticate(self, request, **credentials) -> None:
        return None

    def get_user(self, user_id) -> None:
        return None

    def has_perm(self, user, code: str, obj=None) -> bool:
        from .scoping import current_viewer

        viewer = current_viewer()
        return user.is_active and viewer is not None and viewer.user_id == user.pk and viewer.may(code)

    def has_module_perms(self, user, app_label: str) -> bool:
        return any(
            self.has_perm(user, permission.code) for permission in MATRIX if permission.code.startswith(f"{app_label}.")
        )
