// The next page is fetched while this one is read. A page that was fetched ahead says so when it is looked at.
import { tell } from "./telling.js";

const form = document.querySelector("form[data-lease]");
const SLOW = ["slow-2g", "2g", "3g"];
if (form) start();

async function start() {
  if (form.dataset.ahead && !await open()) return;
  const { saveData, effectiveType } = navigator.connection ?? {};
  if (!form.dataset.next || saveData || SLOW.includes(effectiveType)) return;
  (window.requestIdleCallback ?? setTimeout)(fetchNext);
}

// The browser says to the server that it only prefetches; without that nothing is opened ahead.
function fetchNext() {
  const link = document.createElement("link");
  if (!link.relList.supports?.("prefetch")) return;
  link.rel = "prefetch";
  link.href = form.dataset.next;
  document.head.append(link);
}

// Whether the page is as it would be now; if not, it is loaded anew.
async function open() {
  const from = document.referrer.match(/\/reflections\/(\d+)\/review/)?.[1] ?? "";
  try {
    const body = new URLSearchParams([...new URLSearchParams(location.search), ["mark", form.dataset.ahead], ["from", from]]);
    const answer = await fetch(form.dataset.opening, { method: "POST", body });
    const told = answer.ok ? await answer.json() : {};
    if (told.is_current) return show(told);
  } catch { /* no network: loaded anew it is the page that says so */ }
  const anew = new URL(location.href); // to reload it could bring the same again from where the browser keeps it
  anew.searchParams.set("anew", Date.now());
  location.replace(anew);
  return false;
}

// What the page could not know when it was fetched.
function show({ said, waiting, next, ...told }) {
  tell(told);
  form.dataset.next = next;
  if (!next) form.querySelector("[data-accept]").textContent = form.querySelector("[data-accept]").dataset.last;
  const way = document.querySelector("[data-following]");
  if (way && next) way.href = next;
  if (said) {
    const note = document.querySelector("[data-said]");
    note.querySelector("span").textContent = said;
    note.hidden = false;
  }
  for (const count of document.querySelectorAll("nav a[href='/reviews/'] .n")) count.textContent = waiting ? `· ${waiting}` : "";
  return true;
}
