// A copy that differs from what is saved is offered beside it; nothing is replaced unasked.
import { labelOf, shown } from "./words.js";

// Shows the copy beside what is saved; resolves to whether the person wants the copy.
export function offer(form, copy, saved, savedAt) {
  const template = document.querySelector("template[data-offer]");
  const section = template.content.cloneNode(true).firstElementChild;
  const when = new Intl.DateTimeFormat(document.documentElement.lang, {
    day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: form.dataset.zone,
  });
  section.querySelector("[data-copy-at]").textContent = when.format(copy.at);
  section.querySelector("[data-saved-at]").textContent = savedAt;
  const mine = new Map(copy.fields), kept = new Map(saved);
  const list = section.querySelector("[data-differences]");
  const row = list.querySelector("template").content.firstElementChild;
  for (const name of new Set([...kept.keys(), ...mine.keys()])) {
    const texts = [mine.get(name)?.trim() ?? "", kept.get(name)?.trim() ?? ""];
    if (texts[0].replace(/\r\n?/g, "\n") === texts[1].replace(/\r\n?/g, "\n")) continue;
    const line = row.cloneNode(true), [copied, there] = line.querySelectorAll("[data-text]");
    line.querySelector("[data-label]").textContent = labelOf(form, name);
    copied.textContent = shown(form, name, texts[0]) || "–";
    there.textContent = shown(form, name, texts[1]) || "–";
    list.append(line);
  }
  form.before(section);
  if (!form.contains(document.activeElement)) section.focus(); // who writes already goes on writing
  return new Promise((resolve) => {
    for (const [button, wanted] of [["use", true], ["keep", false]]) {
      section.querySelector(`[data-${button}]`).addEventListener("click", () => { section.remove(); resolve(wanted); });
    }
  });
}
