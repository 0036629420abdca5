from app.main import health, profile


def test_health():
    assert health()["status"] == "healthy"


def test_profile(user):
    assert profile(user)["id"] == user.id
