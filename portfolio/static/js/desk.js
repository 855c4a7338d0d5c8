// The desk by keyboard. The list stays a list of links: a key only moves the focus along it, or follows one.
import { areOn, isFree, turn } from "./keys.js";

const items = [...document.querySelectorAll("[data-desk-item]")];
const dialog = document.querySelector("[data-desk-keys]");
const hint = document.querySelector("[data-desk-hint]");
if (dialog) start();

function start() {
  const box = dialog.querySelector("[data-desk-on]");
  box.checked = areOn();
  box.addEventListener("change", () => turn(box.checked));
  hint.hidden = false;
  hint.querySelector("[data-desk-show]").addEventListener("click", () => dialog.showModal());
  dialog.querySelector("[data-desk-close]").addEventListener("click", () => dialog.close());
  document.addEventListener("keydown", pressed);
}

function pressed(event) {
  if (dialog.open || !isFree(event)) return;
  const act = chosen(event.key);
  if (!act) return;
  event.preventDefault();
  act();
}

// What a key does. The arrows scroll the page as ever, until the focus is in the list.
function chosen(key) {
  const here = items.indexOf(document.activeElement);
  if (here >= 0 && key === "ArrowDown") return () => go(here + 1);
  if (here >= 0 && key === "ArrowUp") return () => go(here - 1);
  if (!areOn()) return null;
  return {
    j: () => go(here + 1),
    k: () => go(here < 0 ? items.length - 1 : here - 1),
    o: () => items[Math.max(here, 0)].click(),
    n: () => (document.querySelector("[data-desk-first]") ?? items[0]).click(),
    "?": () => dialog.showModal(),
  }[key] ?? null;
}

function go(place) {
  const item = items[Math.min(Math.max(place, 0), items.length - 1)];
  item.focus();
  item.scrollIntoView({ block: "nearest" });
}
