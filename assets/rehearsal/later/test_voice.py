from app.voice import health, is_on, understand


def test_is_on_only_where_its_flag_is():
    assert not is_on({})


def test_understand_keeps_the_language():
    assert understand(" נגן ", "he")["language"] == "he"


def test_health():
    assert health()["status"] == "healthy"
