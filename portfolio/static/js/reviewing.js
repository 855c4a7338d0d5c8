// The page on which somebody decides: it says who else is at it, stays theirs while they read, and goes by keys.
import { areOn, isFree, turn } from "./keys.js";
import { tell } from "./telling.js";

const RESTS = 5 * 60_000; // as long as the server lets a lease rest before it is renewed
const form = document.querySelector("form[data-lease]");
const dialog = document.querySelector("dialog[data-keys]");
if (form) start();

function start() {
  let heldAt = Date.now();
  form.addEventListener("kept", ({ detail }) => { heldAt = Date.now(); tell(detail); });
  for (const kind of ["keydown", "pointerdown", "scroll"]) {
    addEventListener(kind, () => {
      if (Date.now() - heldAt < RESTS) return;
      heldAt = Date.now();
      hold();
    }, { passive: true });
  }

  const box = dialog.querySelector("[data-keys-on]"), hint = document.querySelector("[data-keys-hint]");
  box.checked = areOn();
  box.addEventListener("change", () => turn(box.checked));
  hint.hidden = false;
  hint.querySelector("[data-keys-show]").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", pressed);
}

async function hold() {
  try {
    const answer = await fetch(form.dataset.lease, { method: "POST" });
    if (answer.headers.get("Content-Type")?.startsWith("application/json")) tell(await answer.json());
  } catch { /* without a network others may take it; when it is back, this page hears of it */ }
}

// --- Keys. None of them decides: they lead to a button, and that has to be pressed.

function pressed(event) {
  const { feedback } = form.elements;
  if (event.target === feedback) {
    const to = event.key === "Escape" ? document.querySelector("h1") : event.key === "Enter" && (event.ctrlKey || event.metaKey) ? accept() : null;
    if (!to || event.isComposing) return;
    event.preventDefault();
    return go(to);
  }
  if (dialog.open || !isFree(event) || !areOn()) return;
  const act = { f: () => go(feedback), a: () => go(accept()), r: () => go(form.querySelector("[data-return]")), "?": () => dialog.showModal() }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function accept() {
  return form.querySelector("[data-accept]");
}

function go(to) {
  if (to.tabIndex < 0) to.tabIndex = -1;
  to.focus();
  to.scrollIntoView({ block: "nearest" });
}
