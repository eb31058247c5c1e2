// Keys press what is already on the page: a control says its key in `data-key`, a link in the
// navigation its letter in `data-go`. Nothing is bound while somebody types.

const OFF = "spanwise-keys-off";
const GO_WITHIN_MS = 1500;
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

const help = document.querySelector("#keys");
const toggle = document.querySelector("[data-keys-on]");
let goUntil = 0;

function stored() {
  try {
    return localStorage.getItem(OFF) === "yes";
  } catch {
    return false; // storage may be forbidden; then the choice lasts for this page
  }
}

let off = stored();
toggle.checked = !off;
toggle.addEventListener("change", () => {
  off = !toggle.checked;
  try {
    localStorage.setItem(OFF, off ? "yes" : "no");
  } catch {
    // as above
  }
});

for (const button of document.querySelectorAll("[data-help]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.closest("[popover]")?.hidePopover();
    help.showModal();
  });
}

function busy(event) {
  const typing = event.target.closest?.(TYPING);
  const open = document.querySelector("dialog[open], [popover]:popover-open");
  return typing || open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
}

function move(step) {
  const links = [...document.querySelectorAll("[data-row]")]
    .map((row) => row.querySelector("a"))
    .filter(Boolean);
  if (!links.length) return false;
  const at = links.findIndex((link) => link.closest("[data-row]").contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
  return true;
}

function press(key) {
  const control = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!control) return false;
  const form = control.closest(".choose");
  const chosen = form?.querySelector("input:checked");
  // A choice comes first; the same key then sends it.
  if (form && !chosen) form.querySelector("input[type=radio]").focus();
  else control.click();
  return true;
}

function go(letter) {
  const link = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
  link?.click();
  return Boolean(link);
}

function handle(key) {
  if (Date.now() < goUntil) {
    goUntil = 0;
    return go(key);
  }
  if (key === "g") {
    goUntil = Date.now() + GO_WITHIN_MS;
    return true;
  }
  if (key === "j") return move(1);
  if (key === "k") return move(-1);
  return press(key);
}

document.addEventListener("keydown", (event) => {
  if (off || busy(event) || event.key.length !== 1) return;
  if (event.key === "?") help.showModal();
  else if (!handle(event.key)) return;
  event.preventDefault();
});

// A sheet that opens is ready to be filled in.
for (const sheet of document.querySelectorAll(".sheet[popover]")) {
  sheet.addEventListener("toggle", (event) => {
    if (event.newState === "open") sheet.querySelector("select, textarea")?.focus();
  });
}
