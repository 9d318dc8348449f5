"""Every page that we make, in a browser: axe finds nothing serious, and the wall fits projectors, phones and paper."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
import torch
from classroom_examples import ALICE, BOB
from report_examples import HALF, SHA
from wall_examples import LONG, crowd

from autograding.reports import card as cards
from autograding.reports.reading import read_scores
from autograding.reports.receivers import html
from autograding.reports.scorecard import Assignment, OfRecord
from genlab.nb1.explorer import write_explorer
from genweek.classroom.afterwards.answers import write_pages
from genweek.classroom.afterwards.collecting import COLLECTED
from genweek.classroom.afterwards.pushes import Step
from genweek.classroom.afterwards.tables import write_table
from genweek.classroom.items.numbers import Taken, analysed, compared
from genweek.classroom.items.page import render as render_items
from genweek.classroom.similarity.page import render as render_similar
from genweek.classroom.similarity.pairs import Pair, Shared
from genweek.classroom.wall.dashboard import render
from genweek.course.day import Day

chromium = pytest.importorskip("chromium", reason="selenium is not installed")
from selenium.webdriver import ActionChains, Keys  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait as Wait  # noqa: E402

pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
pytestmark = pytest.mark.skipif(
    not (chromium.CHROMIUM and chromium.DRIVER), reason="there is no chromium with chromedriver here"
)
AXE = "const done = arguments[0]; axe.run({resultTypes: ['violations']}).then(found => done(found.violations))"
SIZES = {"1920x1080": (1920, 1080), "1280x720": (1280, 720), "1024x768": (1024, 768)}
NOTEBOOK = """<!doctype html><html lang="en"><title>A notebook</title>
<style>@media (prefers-color-scheme: dark) { body { background: #111; color: #ddd; } }</style>
<main><h1>A notebook</h1>{}</main></html>"""


class Tab:
    """One browser for all pages, which lie in a folder."""

    def __init__(self, folder):
        self.folder, self.browser = folder, chromium.open_chromium(folder / "browser")
        self.axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

    def show(self, name: str, page: str, size=(1280, 720), **media: str) -> None:
        """media: features, as in `prefers_color_scheme="dark"`; medium="print" for paper."""
        (self.folder / name).write_text(page, encoding="utf-8")
        width, height = size
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        medium = media.pop("medium", "")
        features = [{"name": name.replace("_", "-"), "value": value} for name, value in media.items()]
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": medium, "features": features})
        self.browser.get((self.folder / name).as_uri())

    def run(self, script: str):
        return self.browser.execute_script(script)

    def faults(self) -> list[str]:
        """What axe calls serious or critical."""
        self.run(self.axe)
        found = self.browser.execute_async_script(AXE)
        grave = [one for one in found if one["impact"] in ("serious", "critical")]
        return [f"{one['id']}: {node['html'][:150]}" for one in grave for node in one["nodes"]]


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    tab = Tab(tmp_path_factory.mktemp("pages"))
    yield tab
    tab.browser.quit()


def explorer(path) -> str:
    """Of a decoder that paints the left half of an image the darker the farther to the right its code lies."""

    def encode(images):
        return (images.flatten(1)[:, :16] - 0.5) * torch.tensor([3.0, 1.0, *[0.01] * 14]), None

    decoder = torch.nn.Sequential(torch.nn.Linear(16, 784, bias=False), torch.nn.Unflatten(1, (1, 28, 28)))
    with torch.no_grad():
        decoder[0].weight.zero_()
        decoder[0].weight.view(28, 28, 16)[:, :14, 0] = 1
    images = torch.rand(60, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    write_explorer(encode, decoder, images, torch.arange(60) % 10, path)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, str]:
    """By what it is, every page that we make."""
    folder, day = tmp_path_factory.mktemp("made"), Day.load("day3_discrete")
    (folder / "scores.json").write_text(json.dumps(HALF))
    half = read_scores(folder / "scores.json", Assignment("day1_vae", "Day 1", 100), SHA)
    handed_in = folder / "submissions/day3_discrete-alice"
    handed_in.mkdir(parents=True)
    for suffix in (".ipynb", ".py"):
        text = (day.starter / f"nb6_review{suffix}").read_text(encoding="utf-8")
        (handed_in / f"nb6_review{suffix}").write_text(
            text.replace("*Your answer (nb6.A2):* …", "| a | b |\\n|---|---|\\n| 1 | 2 |")
        )
    write_table(folder / "collection.csv", ("student", "repository", "status"), [("alice", handed_in.name, COLLECTED)])
    index = write_pages(day, [ALICE, BOB], folder)
    answers = {path.stem: path.read_text(encoding="utf-8") for path in (index, index.with_name("nb6.A2.html"))}
    step = Step("c0ffee00", datetime(2026, 11, 24, 9, tzinfo=UTC), "12 / 100", ("nb1.kl_divergence",))
    pair = Pair(("alice", "bob-b"), [Shared("nb1.kl_divergence", 40, 0.9, ([("x = ", False), ("a + b" * 40, True)],) * 2)])
    people = {one.login: one for one in (ALICE, BOB)}
    similar = {"students": people, "papers": dict.fromkeys(people, "amber"), "history": dict.fromkeys(people, [step])}
    points, on = {"examA.q_sample": 10, "examB.corrupt": 10}, {"sitting": "friday", "first_pass": {"examA.q_sample": 31.0}}
    taken = [
        Taken({"examA.q_sample": n % 11, "examB.corrupt": n % 7}, paper=paper, **on)
        for paper in ("amber", "dune")
        for n in range(12)
    ]
    statistics = render_items(day, analysed(points, taken), taken, compared(taken), 30)
    return answers | {
        "similar": render_similar(day, [pair], 30, compared=["nb1.kl_divergence"], left_out=["nb1.sample_z"], **similar),
        "statistics": statistics,
        "wall": render(crowd(12)),
        "wall of a large class": render(crowd(50)),
        "wall with names": render(crowd(12), names=True).replace('id="names">', 'id="names" checked>'),
        "report": html.render(half),
        "grade of record": html.render(half, OfRecord("Zoë Ng", lines=("two hours late (-4.5)",))),
        "explorer": explorer(folder / "explorer.html"),
        "card": NOTEBOOK.replace("{}", cards.render(half, ["Not run yet."]) + cards.sentence("Run the cell.")),
    }


NAMES = (
    "wall",
    "wall of a large class",
    "wall with names",
    "report",
    "grade of record",
    "card",
    "index",
    "nb6.A2",
    "similar",
    "statistics",
    "explorer",
)


def test_every_page_is_named_here(pages):
    assert set(pages) == set(NAMES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_serious(tab, pages, name, scheme):
    tab.show(f"{name}.html", pages[name], prefers_color_scheme=scheme)
    assert tab.faults() == []


def test_axe_sees_what_it_should(tab):
    tab.show("bad.html", '<!doctype html><html lang="en"><title>x</title><p style="color: #ccc">pale</p><img src="x.png">')
    assert {fault.partition(":")[0] for fault in tab.faults()} == {"color-contrast", "image-alt"}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_said_by_a_title_alone_and_no_column_is_without_one(pages, name):
    assert not re.search(r"<[a-z]+ [^>]*\btitle=|<th[^>]*></th>", pages[name])
    assert pages[name].count("<main>") == 1


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("count", [12, 45, 300])
def test_the_wall_fits_a_projector_and_cuts_nothing(tab, count, size):
    tab.show("fits.html", render(crowd(count), refresh=30), size)
    assert tab.run("const all = document.documentElement; return [all.scrollWidth, all.scrollHeight]") == list(size)
    assert tab.run("return document.querySelector('footer').getBoundingClientRect().bottom") <= size[1]
    cut = """return [...document.querySelectorAll('section, .tiles p, .mistakes li, .lists span')]
        .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth).map(one => one.outerHTML.slice(0, 99))"""
    assert tab.run(cut) == []
    seen = """const list = document.querySelector('.mistakes ol').getBoundingClientRect();
        return [...document.querySelectorAll('.mistakes li')].map(one => one.getBoundingClientRect())
        .filter(one => one.left < list.right && one.bottom > list.bottom + 1).length"""
    assert tab.run(seen) == 0
    assert tab.run("return parseFloat(getComputedStyle(document.body).fontSize)") >= size[0] / 85


@pytest.mark.parametrize("count", [12, 30, 45])
def test_points_of_two_digits_are_never_cut(tab, count):
    tab.show("digits.html", render(crowd(count)), (1024, 768))
    shown = """return [...document.querySelectorAll('.cells b')].filter(one => parseFloat(getComputedStyle(one).fontSize))
        .map(one => { const text = document.createRange(); text.selectNodeContents(one);
                      return one.getBoundingClientRect().width - text.getBoundingClientRect().width })"""
    room = tab.run(shown)
    assert min(room, default=0) >= 0 and (room or count > 12)


def test_how_high_a_cell_is_filled_tells_its_state_where_no_sign_has_room(tab):
    tab.show("narrow.html", render(crowd(300)), (1024, 768))
    kinds = "['done', 'part', 'tried', 'todo', 'none']"
    heights = tab.run(f"return {kinds}.map(kind => document.querySelector(`.cells .${{kind}} b`).offsetHeight)")
    assert heights == sorted(set(heights), reverse=True)


def test_a_long_name_is_clipped_and_one_from_the_right_stays_apart(tab, pages):
    tab.show("names.html", pages["wall with names"], (1920, 1080))
    assert LONG in pages["wall with names"]
    over = """return [...document.querySelectorAll('td bdi, .who bdi')].filter(one => {
        const place = one.parentElement.getBoundingClientRect(), name = one.getBoundingClientRect();
        return !name.width || name.right > place.right + 1 || name.bottom > place.bottom + 1;
        }).length"""
    assert tab.run(over) == 0
    assert tab.run("return document.querySelector('.who').offsetHeight") < 200
    assert "<td>محمد" not in pages["wall with names"] and "<bdi>محمد" in pages["wall with names"]


@pytest.mark.parametrize("name", ["wall", "wall with names"])
def test_a_phone_scrolls_in_one_direction(tab, pages, name):
    tab.show("phone.html", pages[name], (390, 844))
    assert tab.run("return document.documentElement.scrollWidth") <= 390


def test_the_explorer_follows_keys_sliders_and_the_pointer(tab, pages):
    tab.show("explorer.html", pages["explorer"])
    ink = "return document.getElementById('digit').getContext('2d').getImageData(70, 140, 1, 1).data[0]"
    said = "return document.getElementById('said').textContent"
    Wait(tab.browser, 10).until(lambda _: tab.run("return greys !== null"))
    seen = [(tab.run(ink), tab.run(said))]
    chain = ActionChains(tab.browser)
    for act in (
        lambda: chain.send_keys(Keys.ARROW_RIGHT * 5),
        lambda: chain.drag_and_drop_by_offset(tab.browser.find_element("id", "map"), 200, 60),
        lambda: chain.click(tab.browser.find_element("id", "across")).send_keys(Keys.END),
    ):
        act().perform()
        chain.reset_actions()
        seen.append((tab.run(ink), tab.run(said)))
    assert len(set(seen)) == len(seen) and all("nearest test images" in text for _, text in seen)
    assert len({grey for grey, _ in seen}) == len(seen)
    tab.run("document.activeElement.blur()")
    chain.send_keys(Keys.HOME).perform()
    assert (tab.run(ink), tab.run(said)) == seen[0]


def test_a_reload_keeps_the_switch_of_the_names(tab):
    tab.show("kept.html", render(crowd(12), names=True))
    checked = "return document.getElementById('names').checked"
    assert not tab.run(checked)
    tab.browser.find_element("id", "names").click()
    tab.browser.refresh()
    assert tab.run(checked)


@pytest.mark.parametrize(("minutes", "refresh", "words"), [(0, 30, ""), (9, 30, "has stopped"), (9, 0, "does not renew")])
def test_the_page_says_that_it_has_stopped(tab, minutes, refresh, words):
    old = replace(crowd(12), now=datetime.now(UTC) - timedelta(minutes=minutes))
    tab.show("stopped.html", render(old, refresh=refresh))
    said = tab.run("const one = document.getElementById('stale'); return one.hidden ? '' : one.textContent")
    assert words in said and bool(said) == bool(words)


def test_without_colours_of_its_own_the_wall_keeps_its_bars(tab, pages):
    tab.show("forced.html", pages["wall"], forced_colors="active")
    kinds = "['done', 'part', 'tried'].flatMap(kind => [`.cells .${kind} b`, `.legend .${kind} b`])"
    fills = tab.run(f"return {kinds}.map(one => getComputedStyle(document.querySelector(one)).backgroundColor)")
    card = tab.run("return getComputedStyle(document.querySelector('section')).backgroundColor")
    assert len(set(fills)) == 3 and card not in fills


@pytest.mark.parametrize("width", [718, 1047], ids=["portrait", "landscape"])
def test_paper_keeps_the_map_and_its_colours(tab, width):
    tab.show("paper.html", render(crowd(120)), (width, 900), medium="print", prefers_color_scheme="dark")
    bar = "getComputedStyle(document.querySelector('.cells .done b'))"
    assert tab.run(f"return [{bar}.printColorAdjust, {bar}.backgroundColor]") == ["exact", "rgb(0, 102, 76)"]
    assert tab.run("return document.querySelector('.cells .done b').getBoundingClientRect().height") > 10
    assert tab.run("return document.documentElement.scrollWidth") <= width


def test_a_long_message_is_reached_by_keyboard(tab, pages):
    tab.show("long.html", pages["report"])
    assert tab.run("return [...document.querySelectorAll('pre')].every(one => one.tabIndex === 0 && one.ariaLabel)")
