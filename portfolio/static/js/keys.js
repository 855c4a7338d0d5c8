// Single letters as keys. They get in the way of some, of those who speak to their computer, so they can be turned off.
const OFF = "desk-keys-off";
const TYPED_IN = "input, textarea, select, [contenteditable]";

// A browser may keep nothing for us; then the keys are on.
export function areOn() {
  try {
    return localStorage.getItem(OFF) === null;
  } catch {
    return true;
  }
}

export function turn(on) {
  try {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  } catch { /* for this page only, then */ }
}

// Whether this press is a key of ours at all, and no letter that somebody writes. For a moment after a dialog was closed
// the focus can still be in it; nobody writes there any more.
export function isFree(event) {
  const { ctrlKey, metaKey, altKey, isComposing, defaultPrevented, target } = event;
  const isWritten = target.closest?.(TYPED_IN) && !target.closest("dialog:not([open])");
  return !(ctrlKey || metaKey || altKey || isComposing || defaultPrevented || isWritten);
}
