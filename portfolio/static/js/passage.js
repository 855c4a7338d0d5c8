// A passage that is selected in somebody's words can be commented on. Without this the form has a list of sentences.
// Places are counted in the plain text of an answer, in characters, as portfolio/web/passages.py counts them.
import { areOn, isFree } from "./keys.js";

const form = document.querySelector("form[data-passage-form]");
const BLOCKS = new Set(["P", "BLOCKQUOTE", "PRE", "UL", "OL", "LI", "H3", "H4", "HR", "BR"]);
const RUN = /[ \t\n\r\f]+|[^ \t\n\r\f]+/g;
const LETTER = /[\p{L}\p{N}\p{M}_]/u;
const PAUSE = 120; // until the hand that selects has come to rest
if (form && document.querySelector("[data-passages]")) new Chooser(form).start();

/** The plain text of an answer, as characters, and where in it a selection begins and ends. */
export function read(answer, range = null) {
  const text = [];
  let gap = "", kept = 0, start = -1, end = -1;

  function add(data, from, to) {
    for (const { 0: run, index } of data.matchAll(RUN)) {
      if (/^[ \t\n\r\f]/.test(run)) {
        gap = gap === "\n" || (kept && /[\r\n]/.test(run)) ? "\n" : " ";
        continue;
      }
      if (gap && text.length) text.push(gap);
      gap = "";
      let place = index;
      for (const sign of run) {
        if (place < to && place + sign.length > from) {
          if (start < 0) start = text.length;
          end = text.length + 1;
        }
        text.push(sign);
        place += sign.length;
      }
    }
  }

  function pass(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      const isIn = range?.intersectsNode(node);
      const from = node === range?.startContainer ? range.startOffset : 0;
      const to = node === range?.endContainer ? range.endOffset : node.length;
      add(node.data, isIn ? from : Infinity, isIn ? to : -1);
      return;
    }
    const isBlock = BLOCKS.has(node.nodeName), isKept = node.nodeName === "PRE";
    if (isBlock) gap = "\n";
    kept += isKept;
    node.childNodes.forEach(pass);
    kept -= isKept;
    if (isBlock) gap = "\n";
  }

  answer.childNodes.forEach(pass);
  return { text, start, end };
}

/** What is selected, of the first answer in which something is; whole words. */
export function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  for (const answer of document.querySelectorAll("[data-passages] [data-key]")) {
    if (!range.intersectsNode(answer)) continue;
    let { text, start, end } = read(answer, range);
    if (start < 0) continue;
    const isWithin = (place) => place > 0 && place < text.length && LETTER.test(text[place - 1]) && LETTER.test(text[place]);
    while (isWithin(start)) start -= 1;
    while (isWithin(end)) end += 1;
    const { key, item } = answer.dataset;
    return { key, item, start, end, quote: text.slice(start, end).join(""), answer, range };
  }
  return null;
}

function Chooser(form) {
  const field = (name) => form.elements.namedItem(name);
  const places = ["key", "item", "start", "end"].map(field);
  const quote = form.querySelector("[data-quote]"), chosen = quote.closest("[data-chosen]") ?? quote;
  const list = field("sentence"), words = form.querySelector("textarea");
  const button = document.createElement("button");
  let passage = null, timer = 0;

  function look() {
    passage = selected();
    button.hidden = !passage;
    if (!passage) return;
    if (button.previousElementSibling !== passage.answer) passage.answer.after(button); // the next to be reached by Tab
    place();
  }

  // Under the last line that is selected; on a narrow screen the style sheet keeps it at the bottom, for the thumb.
  function place() {
    if (button.hidden || !passage) return;
    const last = [...passage.range.getClientRects()].at(-1);
    if (!last) return;
    const { offsetWidth: width, offsetHeight: height } = button;
    const { clientWidth, clientHeight } = document.documentElement;
    const above = last.bottom + height + 16 > clientHeight ? last.top - height - 8 : last.bottom + 8;
    button.style.setProperty("--left", `${Math.max(8, Math.min(last.right - width / 2, clientWidth - width - 8))}px`);
    button.style.setProperty("--top", `${Math.max(8, above)}px`);
  }

  function show(isChosen) {
    chosen.hidden = !isChosen;
    if (!list) return;
    list.disabled = isChosen;
    (list.closest("[data-sentences]") ?? list).hidden = isChosen;
  }

  function choose() {
    if (!passage) return;
    const { key, item, start, end, quote: said } = passage;
    [key, item, start, end].forEach((value, place) => { places[place].value = value; });
    quote.textContent = said;
    button.hidden = true;
    passage = null;
    getSelection().removeAllRanges();
    show(true);
    const details = form.closest("details");
    if (details) details.open = true;
    words.focus();
    words.scrollIntoView({ block: "nearest" });
  }

  function drop() {
    for (const place of places) place.value = "";
    quote.textContent = "";
    show(false);
    (list ?? words).focus();
  }

  this.start = () => {
    button.type = "button";
    button.className = "btn passage-button";
    button.textContent = form.dataset.label;
    button.hidden = true;
    button.addEventListener("pointerdown", (event) => event.preventDefault()); // or the selection would go first
    button.addEventListener("click", choose);
    form.querySelector("[data-drop]")?.addEventListener("click", drop);
    document.addEventListener("selectionchange", () => {
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE);
    });
    for (const moving of ["scroll", "resize"]) addEventListener(moving, place, { passive: true });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "c" || !areOn() || !isFree(event)) return;
      look();
      if (!passage) return;
      event.preventDefault();
      choose();
    });
    show(places.every((place) => place.value !== "")); // as it came back from the server
    look(); // what was selected before this came over a slow line
  };
}
