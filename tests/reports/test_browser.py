"""The site in a real browser: nothing in the console, no request, no script from a student, on any screen."""

from grader.reports.site import site, staff_page, student_page


def test_the_console_would_tell(browser, tmp_path):
    """The checks below are able to fail: a page that fetches under our policy is reported."""
    page = tmp_path / "bad.html"
    policy = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
    page.write_text(f"<!doctype html>{policy}<img src='http://127.0.0.1:9/x.png'>", encoding="utf-8")
    browser.go(page.as_uri())
    assert browser.complaints()


def test_pages_open_in_silence_on_any_screen(browser, classroom, tmp_path):
    """The class, a part and a hostile student's pages: whole, silent, no wider than a phone, in both themes."""
    out = tmp_path / "site"
    index = site(classroom[0], out, classroom[1])
    hostile = "<script>alert(1)</script>"
    pages = (index, out / student_page(hostile), out / staff_page(hostile), next((out / "parts").iterdir()))
    for theme in ("light", "dark"):
        for width in (390, 1200):
            browser.looks(width, theme)
            for page in pages:
                browser.go(page.as_uri())
                assert browser.see("document.querySelectorAll('footer').length") == 1
                assert browser.see("document.querySelectorAll('script').length") == 0
                assert browser.see("document.documentElement.scrollWidth") <= width
        colour = browser.see("getComputedStyle(document.body).backgroundColor")
        assert colour == {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 19, 24)"}[theme]
    assert browser.complaints() == []
