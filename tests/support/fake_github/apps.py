"""A GitHub App: it signs with its key who it is, and acts in the organisation by tokens that last an hour."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from . import shapes
from .routes import Answer, Asked, plays
from .world import Account, World, not_found

LASTS = timedelta(hours=1)
LONGEST = 600  # seconds of what it signs


@dataclass
class App:
    """itself: the account of its signature, which may ask for tokens alone. bot: the account of its tokens."""

    id: int
    installation: int
    key: rsa.RSAPrivateKey
    itself: Account
    bot: Account
    tokens: dict[str, datetime] = field(default_factory=dict)

    @property
    def pem(self) -> str:
        kinds = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.PEM, *kinds).decode()


def install(world: World, name: str) -> App:
    """It may do in the organisation what an owner may."""
    itself, bot = Account(name, world.id(), ""), world.account(f"{name}[bot]")
    bot.token = ""  # it has none but those that it asks for
    app = App(world.id(), world.id(), rsa.generate_private_key(65537, 2048), itself, bot)
    world.apps[app.id] = app
    return app


def account(world: World, token: str) -> Account | None:
    """Whose a token of an App is, or its signature; None where it is neither, or has expired."""
    for app in world.apps.values():
        if token in app.tokens:
            return app.bot if app.tokens[token] > world.now() else None
        try:
            said = jwt.decode(token, app.key.public_key(), ["RS256"], issuer=str(app.id), options={"verify_exp": False})
        except jwt.InvalidTokenError:
            continue
        return app.itself if said["exp"] - said["iat"] <= LONGEST else None
    return None


def _asking(asked: Asked) -> App:
    found = next((app for app in asked.world.apps.values() if app.itself is asked.account), None)
    if found is None:
        raise not_found()
    return found


@plays("apps/get-org-installation")
def get_installation(asked: Asked):
    app, world = _asking(asked), asked.world
    if asked.path["org"].lower() != world.org.lower():
        raise not_found()
    return {"id": app.installation, "app_id": app.id, "target_type": "Organization", "account": shapes.organisation(world)}


@plays("apps/create-installation-access-token")
def create_token(asked: Asked):
    app, world = _asking(asked), asked.world
    if asked.number("installation_id") != app.installation:
        raise not_found()
    token, ends = f"ghs_{world.id():036d}", world.now() + LASTS
    app.tokens[token] = ends
    return Answer(201, {"token": token, "expires_at": world.time(ends)})
