"""Connections to the database."""

CONNECTIONS = 10


def acquire(pool, timeout=2.0):
    return pool.get(timeout=timeout)
