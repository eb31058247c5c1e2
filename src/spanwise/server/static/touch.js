// How long somebody works on a case: time while the page is in front and was touched in the last
// minute. Without JavaScript the field stays empty, which means unknown, not zero.

const IDLE_AFTER_MS = 60_000;
const STEP_MS = 1_000;

let workedMs = 0;
let touchedAt = performance.now();
let countedTo = touchedAt;

function count() {
  const now = performance.now();
  const active = document.visibilityState === "visible" && now - touchedAt < IDLE_AFTER_MS;
  // A laptop that slept has a long step behind it; nobody worked through that.
  if (active) workedMs += Math.min(now - countedTo, 2 * STEP_MS);
  countedTo = now;
}

for (const kind of ["pointerdown", "pointermove", "keydown", "scroll", "focus"]) {
  addEventListener(kind, () => { touchedAt = performance.now(); }, { passive: true, capture: true });
}
document.addEventListener("visibilitychange", count);
setInterval(count, STEP_MS);

document.addEventListener("submit", (event) => {
  count();
  const field = event.target.querySelector("[data-touch]");
  if (field) field.value = String(Math.round(workedMs));
});
