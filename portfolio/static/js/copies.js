// What this browser keeps of somebody's words: copies of what is not saved yet, one for each tab, and what was saved
// last. They are named after the person's number, so that nobody is shown the words of another.
const COPY = "portfolio/copy/";
const SAVED = "portfolio/saved/";
const ROOM = 5; // saved texts that are remembered, for pages opened without a network

function* read(prefix) {
  for (const name of names(prefix)) {
    try {
      yield { name, ...JSON.parse(localStorage.getItem(name)) };
    } catch { /* not written by us, or by an earlier version of us: leave it */ }
  }
}

function names(prefix) {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  } catch {
    return []; // the browser lets pages keep nothing
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false; // no room, or nothing may be kept
  }
}

export function drop(name) {
  try { localStorage.removeItem(name); } catch { /* then it was never there */ }
}

// Keep a copy; the name it is kept under, or "" if this browser keeps nothing.
export function keep(copy) {
  const name = `${COPY}${copy.person}/${copy.reflection}/${copy.version}/${copy.tab}`;
  return write(name, copy) ? name : "";
}

// All copies of a person, or those of one reflection; the newest first.
export function copiesOf(person, reflection = "") {
  const prefix = `${COPY}${person}/${reflection ? `${reflection}/` : ""}`;
  return [...read(prefix)].sort((one, other) => other.at - one.at);
}

// What is known to be saved of a reflection, in the newest version that this browser has heard of.
export function savedOf(person, reflection) {
  const [saved] = read(`${SAVED}${person}/${reflection}/`);
  return saved;
}

export function remember(saved) {
  write(`${SAVED}${saved.person}/${saved.reflection}/`, saved);
  const all = [...read(`${SAVED}${saved.person}/`)].sort((one, other) => other.at - one.at);
  for (const old of all.slice(ROOM)) drop(old.name);
}

// What is saved is no longer needed here by anybody but this person.
export function forgetSavedOfOthers(person) {
  for (const name of names(SAVED)) if (!person || !name.startsWith(`${SAVED}${person}/`)) drop(name);
}

// Everything of a person.
export function clear(person) {
  for (const name of [...names(`${COPY}${person}/`), ...names(`${SAVED}${person}/`)]) drop(name);
}

// Whether two lists of fields hold the same words, as the server sees them: it trims, and leaves out empty parts.
export function same(these, those) {
  return those !== null && plain(these) === plain(those);
}

export function plain(fields) {
  const found = {};
  for (const [name, value] of fields) {
    const text = clean(value);
    if (text) (found[name.replace(/-\d+$/, "")] ??= []).push(text);
  }
  return JSON.stringify(Object.entries(found).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function clean(text) {
  return text.normalize("NFC").replace(/\r\n?/g, "\n").replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, "").trim();
}
