// Before somebody signs out: what this browser keeps of them is cleared, and what was never sent is asked about.
import { clear, copiesOf, drop, forgetSavedOfOthers } from "./copies.js";
import { Sender } from "./sending.js";

const person = document.body.dataset.person;
const form = document.querySelector("form[data-leaving]"), dialog = document.querySelector("dialog[data-unsent]");
const failed = dialog.querySelector("[data-failed]"), list = dialog.querySelector("[data-unsent-list]");
let isDecided = false;

form.addEventListener("submit", (event) => {
  if (isDecided) return;
  if (copiesOf(person).length) {
    event.preventDefault();
    ask();
  } else {
    clear(person);
  }
});

function ask() {
  failed.textContent = "";
  list.replaceChildren(...copiesOf(person).map(row));
  if (!dialog.open) dialog.showModal();
}

function row({ address, page, title }) {
  const line = document.createElement("li"), link = document.createElement("a");
  link.href = page ?? address.replace(/draft$/, "edit");
  link.textContent = title;
  line.append(link);
  return line;
}

function leave() {
  isDecided = true;
  form.requestSubmit();
}

const when = (name, act) => dialog.querySelector(`[data-${name}]`).addEventListener("click", act);

when("send", async () => {
  for (const copy of copiesOf(person)) {
    // As a tab of its own: the one in which it was written may still be open, and counts its own saves.
    const sender = new Sender(copy.address, crypto.randomUUID(), copy.reflection);
    const { came } = await sender.inTurn(() => sender.send(copy.fields, copy.version));
    if (came === "saved") drop(copy.name);
  }
  if (!copiesOf(person).length) {
    clear(person);
    return leave();
  }
  ask();
  failed.textContent = failed.dataset.sentence;
});
when("keep", () => { forgetSavedOfOthers(""); leave(); });
when("delete", () => { clear(person); leave(); });
when("stay", () => dialog.close());
