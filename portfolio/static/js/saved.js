// Saved comments are found while one types, and put where the cursor is. Without this there is a list to copy from.

for (const box of document.querySelectorAll("[data-saved-comments]")) if (box.querySelector("[data-list]")) new Finder(box).start();
for (const button of document.querySelectorAll("button[data-save-for]")) button.addEventListener("click", keep);

function Finder(box) {
  const field = document.getElementById(box.dataset.savedComments);
  const search = box.querySelector("input"), list = box.querySelector("ul"), said = box.querySelector("[data-found]");
  const options = [...list.children].map((item) => ({ item, words: fold(item.textContent) }));
  let shown = options, at = -1;

  function filter() {
    const asked = fold(search.value).split(/\s+/).filter(Boolean);
    shown = options.filter(({ words }) => asked.every((word) => words.includes(word)));
    for (const option of options) option.item.hidden = !shown.includes(option);
    said.textContent = shown.length ? "" : box.dataset.none;
    mark(asked.length && shown.length ? 0 : -1);
    open(shown.length > 0);
  }

  function open(isOpen) {
    list.hidden = !isOpen;
    search.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) mark(-1);
  }

  function mark(place) {
    at = place;
    options.forEach(({ item }) => item.setAttribute("aria-selected", "false"));
    if (at < 0) return search.removeAttribute("aria-activedescendant");
    const { item } = shown[at];
    item.setAttribute("aria-selected", "true");
    search.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  function choose({ item }) {
    insert(field, item.querySelector(".saved-text").textContent);
    search.value = "";
    open(false);
    const use = box.dataset.use.replace("2147483647", item.dataset.id);
    fetch(use, { method: "POST", keepalive: true }).catch(() => {}); // that it is counted is not worth a word
  }

  function press(event) {
    if (event.isComposing) return;
    const { key } = event;
    if (key === "Enter") { // never sends the form
      event.preventDefault();
      if (!list.hidden && at >= 0) choose(shown[at]);
      else filter();
    } else if (key === "Escape" && !list.hidden) {
      event.preventDefault();
      open(false);
    } else if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return filter();
      const step = key === "ArrowDown" ? 1 : -1;
      if (shown.length) mark(at < 0 && step < 0 ? shown.length - 1 : (at + step + shown.length) % shown.length);
    }
  }

  this.start = () => {
    list.setAttribute("role", "listbox");
    for (const { item } of options) {
      item.id = `saved-${item.dataset.id}`;
      item.setAttribute("role", "option");
    }
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id]]) {
      search.setAttribute(name, value);
    }
    box.querySelector("[data-search]").hidden = false;
    box.querySelector("[data-list]").replaceWith(list);
    open(false);
    search.addEventListener("input", (event) => { event.stopPropagation(); filter(); }); // it is no part of the feedback
    search.addEventListener("keydown", press);
    search.addEventListener("click", filter);
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // or the field would be left first
    list.addEventListener("click", ({ target }) => {
      const option = options.find(({ item }) => item.contains(target));
      if (option) choose(option);
    });
    box.addEventListener("focusout", ({ relatedTarget }) => { if (!box.contains(relatedTarget)) open(false); });
  };
}

/** In small letters, without accents. */
function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Where the cursor is, as if it had been typed: so that the browser's own undo takes it back. */
function insert(field, text) {
  const before = field.value.slice(0, field.selectionStart);
  const words = before && !/\s$/.test(before) ? ` ${text}` : text;
  field.focus();
  if (document.execCommand("insertText", false, words)) return;
  field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** Keep what is written for the next time, without leaving the page. */
async function keep(event) {
  event.preventDefault();
  const { saveFor: name, done, failed } = event.currentTarget.dataset;
  const said = event.currentTarget.parentElement.querySelector("[data-kept]");
  const body = new URLSearchParams({ from: name, [name]: document.getElementById(name).value });
  const address = event.currentTarget.getAttribute("formaction");
  said.textContent = "";
  const answer = await fetch(address, { method: "POST", body, redirect: "manual" }).catch(() => null);
  said.textContent = answer?.type === "opaqueredirect" ? done : failed; // it leads on only when it was saved
}
