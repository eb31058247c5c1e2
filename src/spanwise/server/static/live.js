// Keeps the inbox count fresh while the page is in front. A count that could not be refreshed is
// marked as old rather than shown as current.

const EVERY_MS = 30_000;
const AT_MOST_MS = 8 * EVERY_MS;

const badge = document.querySelector("[data-live-url]");
let waitMs = EVERY_MS;

function show(count) {
  badge.textContent = new Intl.NumberFormat("en").format(count);
  badge.removeAttribute("data-stale");
  badge.removeAttribute("title");
}

async function refresh() {
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(badge.dataset.liveUrl, { headers: { Accept: "application/json" } });
      const { count } = await answer.json();
      if (!answer.ok || !Number.isInteger(count)) throw new Error("no count");
      show(count);
      waitMs = EVERY_MS;
    } catch {
      badge.setAttribute("data-stale", "");
      badge.title = "Could not be refreshed";
      waitMs = Math.min(2 * waitMs, AT_MOST_MS);
    }
  }
  setTimeout(refresh, waitMs);
}

if (badge) setTimeout(refresh, waitMs);
