// The page says itself when it has stopped, and keeps the switch of the names over its own reloads.
const renewed = Date.parse(document.body.dataset.renewed), every = Number(document.body.dataset.every);
const stale = document.getElementById("stale"), names = document.getElementById("names");

function sayHowOld() {
  const seconds = (Date.now() - renewed) / 1000, minutes = Math.floor(seconds / 60);
  const age = minutes < 120 ? `${minutes} minutes` : `${Math.floor(minutes / 60)} hours`;
  stale.hidden = seconds < (every ? 3 * every + 60 : 120);
  const text = every
    ? `This page has stopped: last renewed ${age} ago. Is scripts/dashboard.py still running?`
    : `${age} old: this page does not renew itself.`;
  if (stale.textContent !== text) stale.textContent = text;
}

sayHowOld();
setInterval(sayHowOld, 5000);
const kept = `names of ${location.pathname}`;
if (names) {
  try {
    const stored = sessionStorage.getItem(kept);
    if (stored) names.checked = stored === "shown";
    names.addEventListener("change", () => sessionStorage.setItem(kept, names.checked ? "shown" : "hidden"));
  } catch { /* a browser that keeps nothing: the switch begins anew */ }
}
