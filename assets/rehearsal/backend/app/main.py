"""The backend's front door."""


def health():
    return {"status": "healthy"}


def profile(user):
    return {"id": user.id, "name": user.name, "language": user.language}
