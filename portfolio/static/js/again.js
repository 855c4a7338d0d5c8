// Signing in again in place, on the page whose words must not be lost.

// Who is signed in in this browser, by the page of the profile; "" for nobody, null when it cannot be known.
export async function whoIsHere(answer = null) {
  try {
    answer ??= await fetch("/profile");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.body.dataset.person ?? null;
  } catch {
    return null;
  }
}

// Opens the dialog; resolves to the number of who signed in, or to "" when it was closed instead.
export function signInAgain(dialog) {
  const form = dialog.querySelector("form"), wrong = dialog.querySelector("[data-wrong]");
  const password = form.elements.namedItem("password");
  wrong.textContent = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const listening = new AbortController(), { signal } = listening;
    const end = (who) => { listening.abort(); password.value = ""; dialog.close(); resolve(who); };
    dialog.addEventListener("close", () => end(""), { signal });
    dialog.querySelector("[data-later]").addEventListener("click", () => end(""), { signal });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      wrong.textContent = "";
      const who = await send(form);
      if (who) return end(who);
      wrong.textContent = who === "" ? dialog.dataset.wrong : dialog.dataset.unreachable;
      password.value = "";
      password.focus();
    }, { signal });
  });
}

async function send(form) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    return answer.ok ? whoIsHere(answer) : answer.status < 500 ? "" : null;
  } catch {
    return null;
  }
}
