"""The report as a reader meets it: in a browser, without network."""

import json
import os
import re
import shutil

import pytest

CHROMIUM = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")
needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER),
    reason="needs chromium and chromedriver (Debian: chromium, chromium-driver)",
)


@pytest.fixture(scope="module")
def report(proposals, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return proposals.write(folder)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    profile = tmp_path_factory.mktemp("profile")
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND",  # no network
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(executable_path=DRIVER, env=dict(os.environ))
    driver = webdriver.Chrome(options=options, service=service)
    yield driver
    driver.quit()


def column(browser, index):
    return browser.execute_script(
        "return [...document.querySelectorAll('table.sortable tbody tr')]"
        f".map((row) => row.cells[{index}].dataset.value ?? row.cells[{index}]"
        ".textContent.trim())"
    )


def test_the_report_needs_nothing_from_outside(report):
    text = report.read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=[\"']?https?:", text)


def test_strings_of_users_are_escaped(proposals):
    from sodalyte.screen.report import render_report

    document = json.loads(json.dumps(proposals.document))
    attack = "<script>alert('x')</script>"
    document["proposals"][0]["why"] = attack
    document["data"]["own"] = [{"formulation": "x", "ce": "1", "work": attack}]
    text = render_report(
        document,
        candidates=proposals.candidates,
        measured=proposals.measured,
        written="now",
    )
    assert attack not in text
    assert "&lt;script&gt;alert" in text


@needs_browser
def test_the_page_shows_all_its_parts_without_an_error(browser, report, proposals):
    browser.set_window_size(1200, 900)
    browser.get(report.as_uri())
    browser.implicitly_wait(5)
    assert browser.find_elements("css selector", "#pareto .main-svg")
    assert len(browser.find_elements("css selector", "article.card")) == 8
    for card in browser.find_elements("css selector", "article.card"):
        assert card.find_elements("css selector", ".bar span")
        assert card.find_elements("css selector", ".structures svg")
        assert len(card.find_elements("css selector", "table")) == 3
    for section in ("map", "table", "cards", "control", "provenance"):
        assert browser.find_elements("id", section)
    severe = [e for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    assert not severe


@needs_browser
def test_the_table_sorts_and_filters(browser, report):
    browser.set_window_size(1200, 900)
    browser.get(report.as_uri())
    heading = browser.find_elements("css selector", "table.sortable th")[3]
    heading.click()
    falling = [float(value) for value in column(browser, 3)]
    assert falling == sorted(falling, reverse=True)
    heading.click()
    rising = [float(value) for value in column(browser, 3)]
    assert rising == sorted(falling)
    browser.find_element("id", "filter").send_keys("exploratory")
    shown = browser.execute_script(
        "return [...document.querySelectorAll('table.sortable tbody tr')]"
        ".filter((row) => !row.hidden).map((row) => row.dataset.list)"
    )
    assert set(shown) == {"exploratory"}


@needs_browser
def test_a_phone_needs_no_sideways_scrolling(browser, report):
    browser.set_window_size(500, 900)
    browser.get(report.as_uri())
    wide = browser.execute_script(
        "return document.documentElement.scrollWidth - window.innerWidth"
    )
    assert wide <= 0
