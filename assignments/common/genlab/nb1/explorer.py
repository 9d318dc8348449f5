"""A page to take away: the plane through a model's codes along which they vary most, and what its decoder draws there.

One file that needs no server and no network: the digits of a grid are computed beforehand, and the page blends them.
"""

import base64
import io
import json
from pathlib import Path

import torch
from torch import Tensor, nn

from .latents import decode_probs

PLACES = 33  # along each side of the grid
REACH = 3.0  # in standard deviations of the codes along a direction


def write_explorer(encoder: nn.Module, decoder: nn.Module, images: Tensor, labels: Tensor, path: str | Path) -> None:
    """Writes the page. images (N, 1, 28, 28), labels (N,): what the map shows at its place."""
    with torch.no_grad():
        codes = encoder(images)[0].cpu().double()
    if not codes.isfinite().all():
        print("Some codes of this model are no finite numbers, so there is no map of them. Train a fresh model first.")
        return
    centre, directions = principal_plane(codes)
    places = ((codes - centre) @ torch.linalg.pinv(directions)).clamp(-REACH, REACH)
    data = {
        "places": PLACES,
        "reach": REACH,
        "digits": [[round(x, 2), round(y, 2), int(label)] for (x, y), label in zip(places.tolist(), labels, strict=True)],
        "sheet": f"data:image/png;base64,{_sheet(decoder, centre, directions)}",
    }
    page = PAGE.replace("__DATA__", json.dumps(data, separators=(",", ":")))
    try:
        Path(path).write_text(page, encoding="utf-8")
    except OSError as error:
        print(f"{path} cannot be written ({error.strerror}). Give another place as the last argument.")
        return
    print(f"{path} ({len(page) / 1000:.0f} kB) is written. Open it in a browser.")


def principal_plane(codes: Tensor) -> tuple[Tensor, Tensor]:
    """The mean of the codes (N, Z), and the two directions (2, Z) of most variance, each one standard deviation long."""
    centre = codes.mean(dim=0)
    _, sizes, directions = torch.linalg.svd(codes - centre, full_matrices=False)
    lengths = (sizes[:2] / len(codes) ** 0.5).clamp(min=1e-6)  # a collapsed model has no directions
    return centre, directions[:2] * lengths[:, None]


def _sheet(decoder: nn.Module, centre: Tensor, directions: Tensor) -> str:
    """The grid of digits as a PNG in base64: rows from top to bottom, columns from left to right, in 32 greys."""
    from PIL import Image  # comes with matplotlib, and a runner has neither

    axis = torch.linspace(-REACH, REACH, PLACES, dtype=torch.float64)
    places = torch.cartesian_prod(axis.flip(0), axis).flip(1)
    probs = decode_probs(decoder, (centre + places @ directions).to(next(decoder.parameters()))).cpu()
    greys = (probs[:, 0] * 31).round() * 255 / 31
    pixels = greys.view(PLACES, PLACES, 28, 28).transpose(1, 2).reshape(PLACES * 28, PLACES * 28)
    file = io.BytesIO()
    Image.fromarray(pixels.round().byte().numpy()).save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A map of digits</title>
<style>
  :root { color-scheme: light dark; --ground: #fff; --ink: #222; --soft: #595959; --line: #bbb; --accent: #0072b2; }
  @media (prefers-color-scheme: dark) {
    :root { --ground: #16181c; --ink: #eee; --soft: #b4b4b4; --line: #555; --accent: #56b4e9; }
  }
  body { margin: 0; padding: 1.2rem; background: var(--ground); color: var(--ink); font: 16px/1.45 system-ui, sans-serif; }
  h1 { font-size: 1.4rem; margin: 0 0 .2rem; }
  p { margin: .2rem 0 .8rem; max-width: 60rem; color: var(--soft); }
  .both { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; }
  canvas { max-width: 100%; border: 1px solid var(--line); border-radius: 6px; }
  #map { touch-action: none; cursor: crosshair; width: min(560px, 100%); aspect-ratio: 1; }
  #digit { width: 280px; height: 280px; background: #fff; display: block; }
  label { display: block; margin-top: .7rem; }
  input { display: block; width: 280px; max-width: 100%; accent-color: var(--accent); }
  output { display: block; margin-top: .7rem; min-height: 3em; width: 280px; max-width: 100%; }
</style>
<main>
<h1>A map of digits</h1>
<p>A small variational autoencoder drew every digit here, and learned to from 4,500 handwritten ones, without their names.
Drag the point, use the arrow keys or the sliders. The numerals are test images at their codes; Home goes to the middle.</p>
<div class="both">
  <canvas id="map" width="1120" height="1120" role="img" aria-label="The plane of the codes, with a point"></canvas>
  <div>
    <canvas id="digit" width="280" height="280" role="img" aria-label="The digit that is drawn at the point"></canvas>
    <label>first direction <input id="across" type="range" step="0.05"></label>
    <label>second direction <input id="up" type="range" step="0.05"></label>
    <output id="said" aria-live="polite"></output>
  </div>
</div>
</main>
<script>
const data = __DATA__;
const {places, reach, digits} = data, last = places - 1, side = 28;
const [map, digit, across, up, said] = ["map", "digit", "across", "up", "said"].map(id => document.getElementById(id));
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#b5508a", "#8a6d00", "#3f8fc4", "#a33b00", "#4b7d3a",
                 "#7a5bb5", "#777777"];
const point = {x: 0, y: 0};
let greys = null;

for (const slider of [across, up]) { slider.min = -reach; slider.max = reach; slider.value = 0; }

function blended() {  // of the four digits of the grid around the point
  const column = (point.x + reach) / (2 * reach) * last, row = (reach - point.y) / (2 * reach) * last;
  const left = Math.min(Math.floor(column), last - 1), top = Math.min(Math.floor(row), last - 1);
  const right = column - left, down = row - top, image = new ImageData(side, side), width = places * side;
  for (let i = 0; i < side; i++) for (let j = 0; j < side; j++) {
    const at = (r, c) => greys[4 * (((top + r) * side + i) * width + (left + c) * side + j)];
    const along = r => (1 - right) * at(r, 0) + right * at(r, 1), ink = (1 - down) * along(0) + down * along(1);
    image.data.set([255 - ink, 255 - ink, 255 - ink, 255], 4 * (i * side + j));
  }
  return image;
}

function near() {  // which numeral is the commonest among the ten nearest
  const far = ([x, y]) => (x - point.x) ** 2 + (y - point.y) ** 2;
  const ten = [...digits].sort((a, b) => far(a) - far(b)).slice(0, 10).map(one => one[2]);
  const count = label => ten.filter(other => other === label).length;
  const most = ten.reduce((best, label) => count(label) > count(best) ? label : best);
  return `Of the ${ten.length} nearest test images, ${count(most)} are a ${most}.`;
}

function draw() {
  const size = map.width, place = (x, y) => [(x + reach) / (2 * reach) * size, (reach - y) / (2 * reach) * size];
  const pen = map.getContext("2d"), style = getComputedStyle(document.body);
  pen.clearRect(0, 0, size, size);
  pen.font = "26px system-ui, sans-serif"; pen.textAlign = "center"; pen.textBaseline = "middle";
  for (const [x, y, label] of digits) { pen.fillStyle = COLOURS[label]; pen.fillText(label, ...place(x, y)); }
  pen.beginPath(); pen.arc(...place(point.x, point.y), 22, 0, 7);
  pen.lineWidth = 10; pen.strokeStyle = style.backgroundColor; pen.stroke();
  pen.lineWidth = 5; pen.strokeStyle = style.color; pen.stroke();
  if (greys) {
    const small = Object.assign(document.createElement("canvas"), {width: side, height: side});
    small.getContext("2d").putImageData(blended(), 0, 0);
    digit.getContext("2d").drawImage(small, 0, 0, digit.width, digit.height);
  }
  across.value = point.x; up.value = point.y;
  const words = value => value.toFixed(1).replace("-", "\\u2212");
  said.textContent = `Point (${words(point.x)}, ${words(point.y)}), in standard deviations. ${near()}`;
}

function go(x, y) {
  const inside = value => Math.max(-reach, Math.min(reach, value));
  [point.x, point.y] = [inside(x), inside(y)];
  draw();
}

function drag(event) {
  const box = map.getBoundingClientRect();
  go((event.clientX - box.left) / box.width * 2 * reach - reach, reach - (event.clientY - box.top) / box.height * 2 * reach);
}
map.addEventListener("pointerdown", event => { map.setPointerCapture(event.pointerId); drag(event); });
map.addEventListener("pointermove", event => { if (event.buttons) drag(event); });
across.addEventListener("input", () => go(+across.value, point.y));
up.addEventListener("input", () => go(point.x, +up.value));
addEventListener("keydown", event => {
  const step = event.shiftKey ? 0.5 : 0.1;
  const moves = {ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step]};
  if (event.target.tagName === "INPUT" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Home") go(0, 0);
  else if (moves[event.key]) go(point.x + moves[event.key][0], point.y + moves[event.key][1]);
  else return;
  event.preventDefault();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

const sheet = new Image();
sheet.onload = () => {
  const full = Object.assign(document.createElement("canvas"), {width: sheet.width, height: sheet.height});
  full.getContext("2d").drawImage(sheet, 0, 0);
  greys = full.getContext("2d").getImageData(0, 0, sheet.width, sheet.height).data;
  draw();
};
sheet.src = data.sheet;
draw();
</script>
</html>
"""
