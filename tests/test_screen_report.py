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
    from sodalyte.screen.proposing.report import render_report

    document = json.loads(json.dumps(proposals.document))
    attack = "<script>alert('x')</script>"
    document["proposals"][0]["why"] = attack
    document["data"]["own"] = [{"formulation": "x", "ce": "1", "work": attack}]
    text = render_report(
        document,
        candidates=proposals.candidates,
        measured=proposals.measured,
        what_if=proposals.what_if,
        written="now",
    )
    assert attack not in text
    assert "&lt;script&gt;alert" in text
    assert "\\u003cscript\\u003ealert" in text  # in the data of the comparison


@pytest.mark.parametrize(
    ("flags", "shown"), [(["endless"], "endless"), ([], "–")], ids=["flag", "none"]
)
def test_a_missing_life_is_endless_only_where_the_flag_says_so(flags, shown):
    from sodalyte.screen.proposing.report import _interval, _number

    figure = {"median": None, "low": 12.0, "high": None}
    told = _interval(figure, 0, "endless" in flags)
    assert told["text"] == shown
    assert told["interval"] == f"12 to {shown}"
    assert _number(9.1e11, 0) == "> 100,000"


def test_a_report_stays_small_beside_its_plotting_library(report):
    from plotly.offline import get_plotlyjs

    assert report.stat().st_size - len(get_plotlyjs().encode()) < 700_000


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
    sections = ("map", "table", "compare", "what-if", "cards", "control", "provenance")
    for section in sections:
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


def texts(browser, selector):
    return [e.text.strip() for e in browser.find_elements("css selector", selector)]


def cell_texts(browser, name):
    return browser.execute_script(
        "return [...document.querySelectorAll('#what-if-table tbody tr')]"
        f".map((row) => row.cells[{name}].firstChild.textContent)"
    )


@needs_browser
def test_two_ticked_proposals_stand_side_by_side(browser, report, proposals):
    browser.set_window_size(1200, 900)
    browser.get(report.as_uri())
    for name in ("P1", "P2", "P3"):
        browser.find_element("css selector", f".choose[value={name}]").click()
    assert texts(browser, "#compare-view thead th") == ["", "P2", "P3", "P3 minus P2"]
    ticked = browser.find_elements("css selector", ".choose:checked")
    assert [box.get_attribute("value") for box in ticked] == ["P2", "P3"]
    rows = [
        [cell.text for cell in row.find_elements("css selector", "td")]
        for row in browser.find_elements("css selector", "#compare-view tbody tr")
    ]
    shown = {row[0]: row[1:] for row in rows}
    second, third = proposals.document["proposals"][1:3]
    assert shown["formulation"][:2] == [second["formulation"], third["formulation"]]
    limits = [p["prediction"]["oxidative_limit_V_vs_Na"] for p in (second, third)]
    line = shown["oxidative limit (V vs Na/Na+)"]
    assert line[0].startswith(f"{limits[0]['median']:.2f} ({limits[0]['low']:.2f} to")
    apart = limits[0]["high"] < limits[1]["low"] or limits[1]["high"] < limits[0]["low"]
    assert line[2].endswith("intervals apart" if apart else "intervals overlap")
    drawn = browser.execute_script(
        "return document.getElementById('retention').data"
        ".filter((trace) => trace.visible && trace.name).map((trace) => trace.name)"
    )
    assert drawn == ["P2", "P3", "80% of the first capacity"]
    assert browser.find_element("css selector", "#retention .main-svg").is_displayed()
    severe = [e for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    assert not severe
    browser.find_element("css selector", ".choose[value=P3]").click()
    assert not browser.find_element("id", "compare-curves").is_displayed()
    assert not browser.find_element("id", "compare-view").is_displayed()


@needs_browser
def test_sliders_look_up_the_cell_model(browser, report, proposals):
    browser.set_window_size(1200, 900)
    browser.get(report.as_uri())
    cards = [p["cell"] for p in proposals.document["proposals"]]
    lives = [f"{card['cycle_life_80']['median']:,.0f}" for card in cards]
    assert cell_texts(browser, 2) == lives
    energies = [
        f"{c['specific_energy_Wh_per_kg']['cell']['median']:,.0f}" for c in cards
    ]
    assert cell_texts(browser, 4) == energies
    grid = proposals.what_if
    ratios = grid["electrolyte_ratio_g_per_Ah"]
    browser.execute_script(
        "const r = document.getElementById('ratio'); r.value = arguments[0];"
        "r.dispatchEvent(new Event('input'));",
        len(ratios) - 1,
    )
    i = grid["default"][0]
    table = grid["figures"]["specific_energy_cell_Wh_per_kg"]
    assert cell_texts(browser, 4) == [f"{row[i][-1]:,.0f}" for row in table]
    assert texts(browser, "#ratio-shown") == [f"{ratios[-1]:g} g/Ah"]
    assert all(browser.find_elements("css selector", "#what-if-table td small"))
    browser.find_element("id", "what-if-reset").click()
    assert cell_texts(browser, 4) == energies
    severe = [e for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    assert not severe


@needs_browser
def test_pointing_at_a_row_shows_its_point_on_the_map(browser, report):
    from selenium.webdriver import ActionChains

    browser.set_window_size(1200, 1400)
    browser.get(report.as_uri())
    row = browser.find_element("css selector", "tr[data-id=P1] td.text")
    ActionChains(browser).move_to_element(row).perform()
    browser.implicitly_wait(3)
    hover = browser.find_element("css selector", "#pareto .hoverlayer .hovertext")
    assert hover.text.startswith("P1")


@pytest.fixture
def phone(browser):
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@needs_browser
def test_a_phone_needs_no_sideways_scrolling(phone, report):
    phone.get(report.as_uri())
    for name in ("P1", "P2"):
        phone.find_element("css selector", f".choose[value={name}]").click()
    wide = phone.execute_script(
        "return ['html', '#table .scroll', '#compare-view', '#what-if .scroll'].map("
        "(part) => document.querySelector(part)).map("
        "(part) => part.scrollWidth - part.clientWidth)"
    )
    assert wide == [0, 0, 0, 0]


@needs_browser
def test_everything_works_on_a_phone(phone, report):
    phone.get(report.as_uri())
    headings = phone.find_elements("css selector", "table.sortable th")
    assert all(heading.is_displayed() for heading in headings)
    headings[3].click()
    falling = [float(value) for value in column(phone, 3)]
    assert falling == sorted(falling, reverse=True)
    # each figure of a block says what it is, for no heading stands above it
    titles = [heading.text.removesuffix(" \u25bc") for heading in headings[3:]]
    cells = phone.find_elements("css selector", "tr[data-id=P1] td[data-title]")
    assert [cell.get_attribute("data-title") for cell in cells] == titles
    phone.find_element("id", "filter").send_keys("exploratory")
    assert not phone.find_element("css selector", "tr[data-list=safe]").is_displayed()
    phone.find_element("id", "ratio").send_keys("\ue012")  # the left arrow key
    shown = texts(phone, "#ratio-shown")[0]
    phone.find_element("id", "what-if-reset").click()
    assert texts(phone, "#ratio-shown")[0] != shown
    severe = [e for e in phone.get_log("browser") if e["level"] == "SEVERE"]
    assert not severe


@needs_browser
def test_on_paper_the_cards_are_whole_and_the_controls_are_gone(browser, report):
    browser.get(report.as_uri())
    browser.execute_script("dispatchEvent(new Event('beforeprint'))")
    folded = "return document.querySelectorAll('.card details:not([open])').length"
    assert browser.execute_script(folded) == 0
    browser.execute_script("dispatchEvent(new Event('afterprint'))")
    assert browser.execute_script(folded) > 0
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    for part in ("nav", "#what-if", ".controls", "#compare"):
        assert not browser.find_element("css selector", part).is_displayed(), part
    assert browser.find_element("css selector", ".card .bar").is_displayed()
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
