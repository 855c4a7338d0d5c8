// The tools above a text: buttons, shortcuts, lists that go on by themselves, pasting, a preview, and how many words
// there are. Its words come from the page (`<template id="editor-tools">`). All changes are made as if they were typed,
// so that the browser's own undo takes them back and whoever listens to `input` hears of them.

const template = document.getElementById("editor-tools");
const words = template?.dataset ?? {};
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})([.)])|(>)) +/;
const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/;
const WORD = /[\p{L}\p{Nl}\p{No}][\p{L}\p{N}_'’-]*/gu; // as `count_words` counts

/** How many words a text has. */
export function countWords(text) {
  return text.normalize("NFC").match(WORD)?.length ?? 0;
}

// --- Changing a text

/** Put something in the place of what is between two places, and select a part of it. */
function replace(area, start, end, text, from = text.length, to = from) {
  area.focus();
  area.setSelectionRange(start, end);
  const isNothing = !text && start === end;
  const isDone = isNothing || (text ? document.execCommand("insertText", false, text) : document.execCommand("delete"));
  if (!isDone) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  area.setSelectionRange(start + from, start + to);
}

function selection(area) {
  const { value, selectionStart: start, selectionEnd: end } = area;
  return { value, start, end, text: value.slice(start, end) };
}

/** The whole lines in which something is selected. */
function lines(area) {
  const { value, start, end } = selection(area);
  const first = value.lastIndexOf("\n", start - 1) + 1;
  const next = value.indexOf("\n", end > start && value[end - 1] === "\n" ? end - 1 : end);
  const last = next < 0 ? value.length : next;
  return { first, last, all: value.slice(first, last).split("\n") };
}

function stars(text, isBefore) {
  return text.match(isBefore ? /\**$/ : /^\**/)[0].length;
}

/** Set stars around what is selected, or the word that is there; or take them away. */
function emphasise(area, size, placeholder) {
  let { value, start, end } = selection(area);
  if (start === end) {
    start -= value.slice(0, start).match(/[\p{L}\p{N}’'-]*$/u)[0].length;
    end += value.slice(end).match(/^[\p{L}\p{N}’'-]*/u)[0].length;
  }
  start += value.slice(start, end).match(/^\s*/)[0].length;
  end -= value.slice(start, end).match(/\s*$/)[0].length;
  if (start >= end) {
    const sign = "*".repeat(size), { selectionStart: from, selectionEnd: to } = area;
    return replace(area, from, to, sign + placeholder + sign, size, size + placeholder.length);
  }
  while (start < end && value[start] === "*" && value[end - 1] === "*" && end - start > 2) { start += 1; end -= 1; }
  const there = Math.min(stars(value.slice(0, start), true), stars(value.slice(end), false));
  const isSet = size === 2 ? there >= 2 : there % 2 === 1;
  const text = value.slice(start, end);
  if (isSet) return replace(area, start - size, end + size, text, 0, text.length);
  const sign = "*".repeat(size);
  if (!text.includes("\n")) return replace(area, start, end, sign + text + sign, size, size + text.length);
  const each = text.split("\n").map((line) => {
    const before = line.match(/^\s*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6}|>) +)?/)[0];
    const inside = line.slice(before.length).trimEnd();
    return inside ? before + sign + inside + sign : line;
  }).join("\n");
  replace(area, start, end, each, 0, each.length);
}

/** Begin each line with a sign, or take it away where all have it. */
function mark(area, { has, sign, other = has }) {
  const { first, last, all } = lines(area);
  const isSet = all.some((line) => line.trim()) && all.every((line) => !line.trim() || has.test(line));
  let number = 0;
  const changed = all.map((line) => {
    if (!line.trim() && all.length > 1) return line;
    if (isSet) return line.replace(has, "");
    number += 1;
    return line.match(/^\s*/)[0] + sign(number) + line.trimStart().replace(other, "");
  }).join("\n");
  const { selectionStart: start, selectionEnd: end } = area;
  const moved = changed.length - (last - first);
  if (start !== end) return replace(area, first, last, changed, 0, changed.length);
  replace(area, first, last, changed, Math.max(0, start - first + moved));
}

function link(area) {
  const { start, end, text } = selection(area);
  if (ADDRESS.test(text)) {
    return replace(area, start, end, `[${words.linkText}](${text})`, 1, 1 + words.linkText.length);
  }
  const name = text.replace(/\s+/g, " ").trim() || words.linkText;
  const from = name.length + 3;
  replace(area, start, end, `[${name}](https://)`, from, from + "https://".length);
}

const ANY_LIST = /^\s*(?:[-*+]|\d{1,9}[.)]) +/;
const TOOLS = {
  bold: (area) => emphasise(area, 2, words.boldText),
  italic: (area) => emphasise(area, 1, words.italicText),
  heading: (area) => mark(area, { has: /^\s*#{1,6} +/, sign: () => "## " }),
  bullets: (area) => mark(area, { has: /^\s*[-*+] +/, sign: () => "- ", other: ANY_LIST }),
  numbers: (area) => mark(area, { has: /^\s*\d{1,9}[.)] +/, sign: (number) => `${number}. `, other: ANY_LIST }),
  quote: (area) => mark(area, { has: /^\s*> ?/, sign: () => "> " }),
  link,
};
const KEYS = { b: "bold", i: "italic", k: "link" };

/** A list goes on with the next line; an entry without words ends it. */
function goOn(event) {
  if (event.inputType !== "insertLineBreak" && event.inputType !== "insertParagraph") return;
  const area = event.target, { value, start, end } = selection(area);
  const first = value.lastIndexOf("\n", start - 1) + 1;
  const line = value.slice(first).split("\n", 1)[0];
  const item = line.match(ITEM);
  if (!item || start < first + item[0].length || event.isComposing) return;
  event.preventDefault();
  const [sign, space, bullet, number, dot, quote] = item;
  if (!line.slice(sign.length).trim()) return replace(area, first, first + line.length, first ? "\n" : "");
  const next = quote ?? bullet ?? `${Number(number) + 1}${dot}`;
  replace(area, start, end, `\n${space}${next} `);
}

// --- Pasting

async function paste(event) {
  const area = event.target, data = event.clipboardData;
  const html = data.getData("text/html"), plain = data.getData("text/plain").replace(/\r\n?/g, "\n");
  const { start, end, text } = selection(area);
  if (ADDRESS.test(plain.trim()) && text.trim() && !/\n/.test(text) && !ADDRESS.test(text)) {
    event.preventDefault();
    return replace(area, start, end, `[${text}](${plain.trim()})`);
  }
  if (!html && !isTooLong(area, plain)) return;
  event.preventDefault();
  let markdown = "";
  if (html) {
    try {
      markdown = (await import(words.paste)).toMarkdown(html);
    } catch { /* without a network there is still the plain text */ }
  }
  put(area, markdown || plain);
}

function put(area, text) {
  const { value, start, end } = selection(area);
  if (/\n\n|^(?:#{1,6}|[-*+>]|\d{1,9}[.)]) /m.test(text)) { // paragraphs and lists stand on lines of their own
    if (/[^\n]$/.test(value.slice(0, start))) text = `\n\n${text}`;
    if (/^[^\n]/.test(value.slice(end))) text = `${text}\n\n`;
  }
  const isCut = isTooLong(area, text);
  replace(area, start, end, text.slice(0, room(area)));
  tell(area, isCut ? words.cut : "");
}

function room(area) {
  return area.maxLength < 0 ? Infinity : area.maxLength - area.value.length + (area.selectionEnd - area.selectionStart);
}

function isTooLong(area, text) {
  return text.length > room(area);
}

// --- A preview

async function preview(area, button) {
  const parts = area.editor, isShown = button.getAttribute("aria-pressed") === "true";
  if (isShown) return close(parts, area, button);
  tell(area, "");
  const body = new URLSearchParams({ text: area.value });
  try {
    const answer = await fetch(words.preview, { method: "POST", body });
    if (!answer.ok) throw new Error(answer.statusText);
    // The server has rendered and cleaned this as it does for every reader: web/richtext.py.
    parts.shown.innerHTML = await answer.text();
  } catch {
    return tell(area, words.failed);
  }
  if (!parts.shown.textContent.trim()) parts.shown.textContent = words.empty;
  parts.panel.style.minBlockSize = `${area.offsetHeight}px`;
  set(parts, area, button, true);
}

function close(parts, area, button) {
  set(parts, area, button, false);
  parts.shown.replaceChildren();
}

function set(parts, area, button, isShown) {
  button.setAttribute("aria-pressed", String(isShown));
  parts.panel.hidden = !isShown;
  area.hidden = isShown;
  if (isShown && !area.editor.buttons.includes(document.activeElement)) button.focus();
  for (const other of parts.buttons) if (other !== button) other.setAttribute("aria-disabled", String(isShown));
}

function tell(area, sentence) {
  area.editor.said.textContent = sentence;
  area.editor.said.hidden = !sentence;
}

// --- How many words

function say(number, one, many) {
  return (number === 1 ? one : many).replace("#", String(number));
}

function count(form) {
  let all = 0;
  for (const area of form.querySelectorAll("textarea[data-editor]")) {
    const number = countWords(area.value);
    all += number;
    if (area.editor) area.editor.count.textContent = say(number, words.one, words.many);
  }
  for (const total of form.querySelectorAll("[data-words]")) {
    total.hidden = false;
    total.querySelector("b").textContent = say(all, words.oneInAll, words.manyInAll);
  }
}

// --- The tools of one text

function equip(area) {
  const parts = template.content.cloneNode(true);
  const bar = parts.querySelector("[role=toolbar]"), panel = parts.querySelector("[data-panel]");
  const [said, number] = [parts.querySelector("[data-said]"), parts.querySelector("[data-count]")];
  const buttons = [...bar.querySelectorAll("button")];
  const label = area.labels[0]?.textContent.trim() ?? "";
  area.editor = { panel, shown: panel.querySelector(".words"), said, count: number, buttons };
  bar.setAttribute("aria-label", `${bar.getAttribute("aria-label")}: ${label}`);
  panel.setAttribute("aria-label", `${panel.getAttribute("aria-label")}: ${label}`);
  number.id = `${area.id}-words`;
  area.setAttribute("aria-describedby", `${area.getAttribute("aria-describedby") ?? ""} ${number.id}`.trim());
  for (const button of buttons) {
    button.tabIndex = button === buttons[0] ? 0 : -1;
    if (isMac) button.title = button.title.replace("Ctrl+", "⌘");
    // The text keeps the focus, and a phone its keys.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => press(area, button));
  }
  bar.addEventListener("keydown", (event) => move(event, buttons));
  // The text itself stays where it is: moved, it would lose the focus, and words typed meanwhile would be lost.
  area.before(bar);
  area.after(panel);
  area.closest(".editor").after(number, said);
  area.addEventListener("beforeinput", goOn);
  area.addEventListener("paste", paste);
  area.addEventListener("keydown", (event) => shortcut(event, area));
}

function press(area, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  if (button.dataset.tool === "preview") return preview(area, button);
  TOOLS[button.dataset.tool](area);
}

/** One stop for the Tab key; inside, the arrows lead on. */
function move(event, buttons) {
  const at = buttons.indexOf(document.activeElement), last = buttons.length - 1;
  const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last }[event.key];
  if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  for (const button of buttons) button.tabIndex = button === buttons[to] ? 0 : -1;
  buttons[to].focus();
}

function shortcut(event, area) {
  const { ctrlKey, metaKey, altKey, shiftKey } = event;
  const isMeant = (isMac ? metaKey && !ctrlKey : ctrlKey && !metaKey) && !altKey && !shiftKey;
  const tool = isMeant && KEYS[event.key.toLowerCase()];
  if (!tool) return;
  event.preventDefault();
  TOOLS[tool](area);
}

if (template) {
  for (const area of document.querySelectorAll("textarea[data-editor]")) equip(area);
  for (const form of new Set([...document.querySelectorAll("textarea[data-editor]")].map((area) => area.form))) {
    count(form);
    form.addEventListener("input", () => count(form));
    form.addEventListener("reset", () => setTimeout(() => count(form)));
    window.addEventListener("pageshow", () => count(form));
  }
}
