// No word is lost between the keyboard and the server: a copy in this browser at each keystroke, saved after a pause.
import { whoIsHere, signInAgain } from "./again.js";
import { copiesOf, drop, keep, remember, same, savedOf } from "./copies.js";
import { offer } from "./offer.js";
import { Sender } from "./sending.js";
import { say, sentence } from "./status.js";
import { fill, given, labelOf, words } from "./words.js";

const PAUSE = 2_000, LONGEST = 15_000; // from the last keystroke, and from the first that is not saved
const RETRIES = [2_000, 5_000, 10_000, 20_000, 40_000, 60_000];
const form = document.querySelector("form[data-keep]");
if (form) new Keeper(form).start();

function Keeper(form) {
  // `copies` is what the copies of a text go by that has several places: the rounds that feedback was written for.
  const { person, reflection, title, keep: address, copies = reflection, page = location.pathname } = form.dataset;
  const version = form.elements.namedItem("version");
  const tab = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const sender = new Sender(address, tab, reflection);
  const conflict = document.querySelector("[data-conflict]"), out = document.querySelector("[data-signed-out]");
  const dialog = document.querySelector("dialog[data-again]");

  let kept = null; // what the server has for certain; null when it gave back what it could not keep
  let keptAt = form.dataset.saved;
  let copyName = "", copyIsSafe = true;
  let timer = 0, waitingSince = 0, failures = 0, running = null, more = false;
  let halted = ""; // why nothing is sent by itself: a conflict, or nobody is signed in, or it is another's turn
  let wasAsked = false; // to sign in, and did not want to
  let isSending = false, isPassed = false;

  const isChanged = () => !same(words(form), kept);

  // --- The copy in this browser

  function copy() {
    if (!isChanged()) {
      forgetCopy();
      return;
    }
    const name = keep({ person, reflection, version: version.value, tab, address, page, title, at: Date.now(), fields: words(form) });
    if (copyName && copyName !== name) drop(copyName);
    copyName = name;
    copyIsSafe = name !== "";
  }

  function forgetCopy() {
    if (copyName) drop(copyName);
    copyName = "";
    copyIsSafe = true;
  }

  // --- Saving

  function changed() {
    copy();
    if (halted || !isChanged()) return;
    waitingSince ||= Date.now();
    saveIn(Math.max(0, Math.min(PAUSE, waitingSince + LONGEST - Date.now())));
  }

  function saveIn(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  // One request at a time, and another right after it if there was more. What came of the last one.
  function save({ asked = false } = {}) {
    clearTimeout(timer);
    if (running) {
      more = true;
      return running;
    }
    running = (async () => {
      let came;
      do {
        more = false;
        const fields = words(form);
        if (!asked && (halted || same(fields, kept))) return "saved";
        waitingSince = 0;
        say("saving");
        came = take(await sender.inTurn(() => sender.send(fields, version.value)));
      } while (came === "saved" && more);
      return came;
    })().finally(() => { running = null; });
    return running;
  }

  // A page that is about to go does not wait for its turn.
  function saveNow() {
    if (halted || !isChanged() || sender.isFlying(words(form))) return;
    sender.send(words(form), version.value, { last: true }).then(take);
  }

  function take(answer) {
    const { came, stroke, fields } = answer;
    if (came === "saved") return taken(answer);
    if (!sender.isNewest(stroke)) return came;
    if (came === "unreachable") {
      tellTrouble("unreachable");
      saveIn(RETRIES[Math.min(failures++, RETRIES.length - 1)] * (0.75 + Math.random() / 2));
    } else if (came === "wrong") {
      const [[name, why]] = Object.entries(answer.errors);
      say("", { sentence: `${labelOf(form, name)}: ${why}`, trouble: true });
    } else if (came === "refused") {
      say("", { sentence: answer.refused, trouble: true });
    } else if (came === "conflict") {
      halt(came, conflict);
    } else if (came === "signed-out") {
      halt(came, out);
      if (!isSending && !wasAsked) askWho();
      wasAsked = true;
    } else if (came === "gone") {
      leaveIfOther();
    } else {
      tellTrouble("tooLarge");
    }
    return came;
  }

  function taken({ stroke, fields, version: newest, saved, ...more }) {
    version.value = Math.max(Number(version.value), newest);
    form.dispatchEvent(new CustomEvent("kept", { detail: more }));
    failures = 0;
    resume();
    if (!sender.isNewest(stroke)) return "saved"; // it may have been passed over for a later one
    kept = fields;
    keptAt = saved;
    remember({ person, reflection, version: newest, saved, fields, at: Date.now() });
    say("done", { time: saved });
    copy();
    if (isChanged()) changed();
    return "saved";
  }

  function tellTrouble(what) {
    copy();
    say("", { sentence: `${sentence(what)} ${sentence(copyIsSafe ? "copied" : "noCopy")}`, trouble: true });
  }

  function halt(why, note) {
    halted = why;
    copy();
    say("halted", { trouble: true });
    note.hidden = false;
  }

  function resume() {
    halted = "";
    wasAsked = false;
    conflict.hidden = out.hidden = true;
  }

  // --- Who is here

  // Ask to sign in again. True when the writer is back; another person is sent home, and the copy waits for its owner.
  async function askWho() {
    if (dialog.open) return false;
    const who = await signInAgain(dialog);
    if (!who) return false;
    if (who !== person) return leave();
    navigator.serviceWorker?.controller?.postMessage({ person });
    resume();
    return isSending || await save({ asked: true }) === "saved";
  }

  async function leaveIfOther() {
    const who = await whoIsHere();
    if (who && who !== person) return leave();
    if (who === "") return halt("signed-out", out);
    tellTrouble("gone");
  }

  function leave() {
    halted = "left";
    document.body.replaceChildren();
    location.replace("/");
    return false;
  }

  // --- Sending the form: first saved in place, where signing in again is possible, then as any form is sent

  async function submit(event) {
    if (event.defaultPrevented) return;
    if (isPassed) {
      isPassed = false;
      for (const [name, value] of [["tab", tab], ["stroke", sender.next()]]) form.elements.namedItem(name).value = value;
      return;
    }
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    clearTimeout(timer);
    let came = running && await running;
    came = await save({ asked: true });
    while (came === "signed-out" && await askWho()) came = await save({ asked: true });
    if (["saved", "wrong", "conflict", "refused"].includes(came)) {
      isPassed = true;
      form.requestSubmit(event.submitter);
      if (!isPassed) return;
      isPassed = false; // the browser found a field that is not filled well
    }
    isSending = false;
  }

  // --- At the beginning

  // A page from this browser's own store may be older than what this browser knows to be saved.
  function catchUp() {
    const saved = savedOf(person, reflection);
    if (!saved) return;
    if (saved.version <= Number(version.value)) return drop(saved.name);
    fill(form, saved.fields);
    version.value = saved.version;
    kept = words(form);
    keptAt = saved.saved;
    say("done", { time: keptAt });
  }

  async function offerCopies() {
    const open = new Set((await navigator.locks?.query())?.held.map(({ name }) => name));
    for (const old of copiesOf(person, copies)) {
      if (old.tab === tab || open.has(`portfolio/tab/${old.tab}`)) continue;
      if (same(old.fields, kept ?? words(form))) {
        if (kept) drop(old.name);
        continue;
      }
      if (await offer(form, old, kept ?? words(form), keptAt)) {
        if (isChanged()) keep({ ...old, at: Date.now(), tab: `${tab}-aside`, fields: words(form) });
        fill(form, old.fields);
      }
      drop(old.name);
    }
  }

  this.start = () => {
    for (const name of ["tab", "stroke"]) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name });
      form.append(field);
    }
    if (!("unsaved" in form.dataset)) {
      kept = given(form);
      if (!isChanged()) catchUp();
    }
    form.addEventListener("input", changed);
    form.addEventListener("submit", submit);
    if (isChanged()) changed();
    navigator.locks?.request(`portfolio/tab/${tab}`, () => new Promise(() => {}));
    offerCopies();

    addEventListener("pagehide", saveNow);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") saveNow();
      else if (halted === "signed-out" && !dialog.open) save({ asked: true }); // perhaps signed in in another tab since
    });
    addEventListener("online", () => { if (!halted && isChanged()) save(); });
    addEventListener("pageshow", ({ persisted }) => { if (persisted) isSending = false; });
    addEventListener("storage", ({ key, newValue }) => {
      if (key === "portfolio/person" && newValue && newValue !== person) leave();
    });
    addEventListener("beforeunload", (event) => { if (isChanged() && !copyIsSafe) event.preventDefault(); });
    out.querySelector("button").addEventListener("click", askWho);
  };
}
