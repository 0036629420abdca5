from app.content import page, titles


def test_titles_of_one_language(items):
    assert titles(items, "he") == ["הבית שלנו"]


def test_page_is_never_longer_than_its_size(items):
    assert len(page(items, 1, size=2)) == 2
