from app.pool import acquire


def test_acquire_gives_up(empty_pool):
    assert acquire(empty_pool, timeout=0.01) is None
