// On every page: whose browser this is now. What is kept of others for pages without a network is dropped.
import { forgetSavedOfOthers } from "./copies.js";

const person = document.body.dataset.person; // not there on the pages for faults, which do not know
if (person !== undefined) {
  forgetSavedOfOthers(person);
  // Pages of somebody else that are still open in other tabs hear of this and close.
  try { localStorage.setItem("portfolio/person", person); } catch { /* then there are no copies either */ }
  tellTheWorker();
}

async function tellTheWorker() {
  const workers = navigator.serviceWorker; // not there without TLS
  if (!workers || !(person || workers.controller)) return;
  try {
    await workers.register("/sw.js");
    const { active } = await workers.ready;
    const files = performance.getEntriesByType("resource").map(({ name }) => name);
    active.postMessage({ person, page: location.pathname, files });
  } catch { /* then there are no pages without a network; all else works */ }
}
