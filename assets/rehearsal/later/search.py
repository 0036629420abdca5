"""Search, a first draft: not part of 1.0.0."""


def search(items, words):
    return [item for item in items if all(word in item.title for word in words)]
