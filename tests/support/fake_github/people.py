"""Who is who, who is a member, and who may do what in a repository."""

from datetime import timedelta

from . import shapes
from .routes import Answer, Asked, Rows, plays
from .world import Account, Invitation, Refused, Repository, not_found

DAY = timedelta(days=1)


@plays("users/get-authenticated")
def myself(asked: Asked):
    return shapes.account(asked.world, asked.account)


@plays("users/get-by-username")
def get_user(asked: Asked):
    return shapes.account(asked.world, asked.world.find_account(asked.path["username"]))


# ---- The organisation ----


@plays("orgs/list-members")
def list_members(asked: Asked):
    asked.organisation()
    world, role = asked.world, asked.query.get("role", "all")
    found = [one for one in world.accounts.values() if one.id in world.members and role in ("all", world.members[one.id])]
    return Rows(sorted(found, key=lambda one: one.id), lambda one: shapes.account(world, one))


@plays("orgs/list-outside-collaborators")
def list_outside(asked: Asked):
    asked.organisation(owner=True)
    world = asked.world
    inside = {id for one in world.repositories.values() for id in one.levels} - world.members.keys()
    found = [one for one in world.accounts.values() if one.id in inside]
    return Rows(found, lambda one: shapes.account(world, one))


@plays("orgs/get-membership-for-user")
def get_membership(asked: Asked):
    asked.organisation(owner=True)
    return _membership(asked, asked.world.find_account(asked.path["username"]))


@plays("orgs/set-membership-for-user")
def set_membership(asked: Asked):
    """Who is a member gets the role; who is not is invited."""
    asked.organisation(owner=True)
    world, account, role = asked.world, asked.world.find_account(asked.path["username"]), asked.body.get("role", "member")
    if account.id in world.members:
        world.members[account.id] = role
    elif not any(one.account is account for one in world.open_invitations()):
        _invite(asked, account, None, "admin" if role == "admin" else "direct_member")
    return _membership(asked, account)


@plays("orgs/remove-membership-for-user")
def remove_membership(asked: Asked):
    asked.organisation(owner=True)
    world, account = asked.world, asked.world.find_account(asked.path["username"])
    world.invitations = [one for one in world.invitations if one.account is not account]
    world.members.pop(account.id, None)
    for repository in world.repositories.values():  # what was given to a member goes with the membership
        repository.levels.pop(account.id, None)
    return Answer(204)


def _membership(asked: Asked, account: Account) -> dict:
    world = asked.world
    invited = next((one for one in world.open_invitations() if one.account is account), None)
    if account.id not in world.members and invited is None:
        raise not_found()
    role = world.members.get(account.id) or ("admin" if invited and invited.level == "admin" else "member")
    return {
        "url": f"{world.url}/orgs/{world.org}/memberships/{account.login}",
        "state": "active" if account.id in world.members else "pending",
        "role": role,
        "organization": {key: value for key, value in shapes.organisation(world).items() if key != "type"},
        "user": shapes.account(world, account),
    }


@plays("orgs/create-invitation")
def create_invitation(asked: Asked):
    asked.organisation(owner=True)
    world, body = asked.world, asked.body
    if ("invitee_id" in body) == ("email" in body):
        raise Refused(422, "Validation Failed", "Provide either invitee_id or email")
    account = next((one for one in world.accounts.values() if one.id == body.get("invitee_id")), None)
    if "invitee_id" in body and account is None:
        raise not_found()
    if account and account.id in world.members:
        raise Refused(422, "Validation Failed", "Invitee is already a part of this organization")
    who = (account, body.get("email"))
    known = [one for one in world.open_invitations() if (one.account, one.email) == who]
    if known:
        raise Refused(422, "Validation Failed", "A user with this email address or login was already invited")
    made = _invite(asked, account, body.get("email"), body.get("role", "direct_member"))
    return Answer(201, shapes.organisation_invitation(world, made))


def _invite(asked: Asked, account: Account | None, email: str | None, role: str) -> Invitation:
    world = asked.world
    today = [one for one in world.invitations if world.now() - one.created < DAY]
    if len(today) >= world.faults.org_invitations:
        raise Refused(422, "Validation Failed", "Over invitation rate limit")
    made = Invitation(world.id(), account, email, role, asked.account, world.now())
    world.invitations.append(made)
    return made


@plays("orgs/list-pending-invitations")
def list_invitations_of_organisation(asked: Asked):
    asked.organisation(owner=True)
    return Rows(asked.world.open_invitations(), lambda one: shapes.organisation_invitation(asked.world, one))


@plays("orgs/list-failed-invitations")
def list_failed_invitations(asked: Asked):
    asked.organisation(owner=True)
    still_open = asked.world.open_invitations()
    failed = [one for one in asked.world.invitations if one not in still_open]
    when, why = asked.world.time(asked.world.now()), "Invitation expired. User did not accept this invite for 7 days."
    said = {"failed_at": when, "failed_reason": why}
    return Rows(failed, lambda one: shapes.organisation_invitation(asked.world, one) | said)


@plays("orgs/cancel-invitation")
def cancel_invitation(asked: Asked):
    asked.organisation(owner=True)
    number, world = asked.number("invitation_id"), asked.world
    if not any(one.id == number for one in world.invitations):
        raise not_found()
    world.invitations = [one for one in world.invitations if one.id != number]
    return Answer(204)


# ---- A repository ----


def collaborators(asked: Asked, repository: Repository, affiliation: str = "all") -> list[tuple[Account, str]]:
    """Who may do something there, and what. All: owners, and members by the base permission, too."""
    world, found = asked.world, []
    for account in world.accounts.values():
        outside = account.id not in world.members
        direct = repository.levels.get(account.id)
        if affiliation == "all":
            level = world.level(account, repository) if direct or not outside else None
        else:
            level = direct if affiliation == "direct" or outside else None
        if level:
            found.append((account, level))
    return found


@plays("repos/list-collaborators")
def list_collaborators(asked: Asked):
    repository, world = asked.repository("push"), asked.world
    found = collaborators(asked, repository, asked.query.get("affiliation", "all"))
    wanted = asked.query.get("permission")
    found = [one for one in found if not wanted or shapes.collaborator(world, *one)["permissions"][wanted]]
    return Rows(found, lambda one: shapes.collaborator(world, *one))


@plays("repos/check-collaborator")
def check_collaborator(asked: Asked):
    repository, account = asked.repository(), asked.world.find_account(asked.path["username"])
    if not any(one is account for one, _ in collaborators(asked, repository)):
        raise not_found()
    return Answer(204)


@plays("repos/get-collaborator-permission-level")
def get_permission(asked: Asked):
    repository, account = asked.repository(), asked.world.find_account(asked.path["username"])
    level = asked.world.level(account, repository)
    words = {"pull": "read", "triage": "read", "push": "write", "maintain": "write", "admin": "admin"}
    user = shapes.collaborator(asked.world, account, level) if level else shapes.account(asked.world, account)
    role = shapes.IN_WORDS.get(level, level) if level else ""
    return {"permission": words.get(level or "", "none"), "role_name": role, "user": user | {"role_name": role}}


@plays("repos/add-collaborator")
def add_collaborator(asked: Asked):
    """204 for a member, and for whose permission changes; an invitation (201) for anybody else."""
    world, repository = asked.world, asked.repository("admin")
    account, level = world.find_account(asked.path["username"]), asked.body.get("permission", "push")
    if (account.id in world.members or account.id in repository.levels) and not world.faults.invite_members:
        repository.levels[account.id] = level
        return Answer(204)
    known = next((one for one in repository.invitations if one.account is account), None)
    if known is None:
        known = Invitation(world.id(), account, None, level, asked.account, world.now())
        repository.invitations.append(known)
    known.level = level
    return Answer(201, shapes.repository_invitation(world, known, repository))


@plays("repos/remove-collaborator")
def remove_collaborator(asked: Asked):
    """It takes an invitation back, too."""
    repository, account = asked.repository("admin"), asked.world.find_account(asked.path["username"])
    repository.levels.pop(account.id, None)
    repository.invitations = [one for one in repository.invitations if one.account is not account]
    return Answer(204)


@plays("repos/list-invitations")
def list_invitations(asked: Asked):
    repository = asked.repository("admin")
    return Rows(repository.invitations, lambda one: shapes.repository_invitation(asked.world, one, repository))


@plays("repos/update-invitation")
def update_invitation(asked: Asked):
    repository = asked.repository("admin")
    found = _invitation(repository, asked.number("invitation_id"))
    levels = {"read": "pull", "write": "push"}
    found.level = levels.get(asked.body.get("permissions", ""), asked.body.get("permissions", found.level))
    return shapes.repository_invitation(asked.world, found, repository)


@plays("repos/delete-invitation")
def delete_invitation(asked: Asked):
    repository = asked.repository("admin")
    repository.invitations.remove(_invitation(repository, asked.number("invitation_id")))
    return Answer(204)


@plays("repos/list-invitations-for-authenticated-user")
def list_my_invitations(asked: Asked):
    found = [(one, to) for to in asked.world.repositories.values() for one in to.invitations if one.account is asked.account]
    return Rows(found, lambda one: shapes.repository_invitation(asked.world, *one))


@plays("repos/accept-invitation-for-authenticated-user")
def accept_invitation(asked: Asked):
    number = asked.number("invitation_id")
    for repository in asked.world.repositories.values():
        for one in repository.invitations:
            if one.id == number and one.account is asked.account:
                repository.levels[asked.account.id] = one.level
                repository.invitations.remove(one)
                return Answer(204)
    raise not_found()


def _invitation(repository: Repository, number: int) -> Invitation:
    found = next((one for one in repository.invitations if one.id == number), None)
    if found is None:
        raise not_found()
    return found
