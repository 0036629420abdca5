"""What can be watched."""


def titles(items, language):
    return [item.title for item in items if item.language == language]


def page(items, number, size=20):
    return items[(number - 1) * size : number * size]
