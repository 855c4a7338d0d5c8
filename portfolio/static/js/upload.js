// Files beside a text: each is sent by itself, while one writes on. What is cut off can be sent again under the same
// name of upload, so that nothing is there twice. Without this script the form does the same, with a page in between.
const section = document.querySelector("[data-files]");
const say = section?.dataset;
const running = new Set();
let queue = Promise.resolve();

const random = () =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(18)))).replaceAll("+", "-").replaceAll("/", "_");

function element(name, properties = {}, ...inside) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
}

// The list is made by the server from a template that escapes every name; nothing of a person's gets in unescaped.
function show(list) {
  section.querySelector("[data-list]").innerHTML = list;
}

function tell(text) {
  section.querySelector("[data-status]").textContent = text;
}

class Upload {
  constructor(form, file) {
    this.form = form;
    this.file = file;
    this.name = random();
    this.bar = element("progress", { max: 100, value: 0, ariaLabel: file.name });
    this.words = element("span", { className: "quiet small" });
    this.buttons = element("span", { className: "row" });
    const title = element("span", {}, element("bdi", { textContent: file.name }));
    this.row = element("li", { className: "stack tight" }, title, this.bar, this.words, this.buttons);
    section.querySelector("[data-uploads]").append(this.row);
    this.offer([say.cancel, () => this.cancel()]);
    this.words.textContent = say.waiting;
  }

  offer(...choices) {
    this.buttons.replaceChildren(
      ...choices.map(([text, does]) => {
        const button = element("button", { type: "button", className: "btn plain small", textContent: text });
        button.append(element("span", { className: "hidden-words", textContent: ` ${this.file.name}` }));
        button.addEventListener("click", does);
        return button;
      }),
    );
  }

  wait() {
    this.row.classList.remove("failed");
    this.cancelled = false;
    this.bar.hidden = false;
    this.words.textContent = say.waiting;
    this.offer([say.cancel, () => this.cancel()]);
    queue = queue.then(() => (this.cancelled ? undefined : this.send()));
  }

  cancel() {
    this.cancelled = true;
    this.request?.abort();
    this.row.remove();
    section.querySelector("#file").focus();
  }

  fail(sentence, mayRetry = true) {
    this.row.classList.add("failed");
    this.bar.hidden = true;
    this.words.textContent = sentence;
    tell(`${this.file.name}: ${sentence}`);
    this.offer(...(mayRetry ? [[say.retry, () => this.wait()]] : []), [say.hide, () => this.cancel()]);
  }

  send() {
    if (this.file.size > Number(say.most)) return this.fail(say.tooLarge, false);
    const body = new FormData();
    body.append("upload", this.name);
    body.append("file", this.file);
    const request = (this.request = new XMLHttpRequest());
    request.open("POST", this.form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      this.bar.value = total ? (100 * loaded) / total : 0;
      this.words.textContent =
        loaded < total ? say.sending.replace("{percent}", `${Math.round(this.bar.value)} %`) : say.looking;
    });
    running.add(this);
    return new Promise((resolve) => {
      request.addEventListener("loadend", () => {
        running.delete(this);
        if (!this.cancelled) this.finish(request);
        resolve();
      });
      request.send(body);
    });
  }

  finish({ status, response }) {
    if (status === 200 && response?.list) {
      show(response.list);
      this.row.remove();
      tell(`${this.file.name} ${say.done}`);
    } else if (status === 0) {
      this.fail(say.cut);
    } else if (status === 401) {
      this.fail(say.signedOut);
    } else {
      this.fail(response?.refused ?? say.failed, status !== 422 && status !== 409);
    }
  }
}

function send(form, input) {
  const uploads = [...input.files].map((file) => new Upload(form, file));
  input.value = "";
  uploads.forEach((upload) => upload.wait());
}

// Removing and bringing back: as the form would, without leaving what is being written.
async function change(event) {
  const form = event.target.closest("form[data-small]");
  if (!form) return;
  event.preventDefault();
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" } });
    const { list, refused } = await answer.json();
    if (!answer.ok) throw new Error(refused);
    show(list);
    section.querySelector("#file").focus();
  } catch (error) {
    const sentence = error.name === "Error" && error.message ? error.message : say.cut;
    tell(sentence);
    form.append(element("span", { className: "error", textContent: sentence }));
  }
}

if (section) {
  const form = section.querySelector("[data-upload]");
  section.classList.add("scripted");
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.multiple = !input.hasAttribute("capture");
    input.addEventListener("change", () => send(form, input));
  }
  section.addEventListener("submit", change);
  // What is on its way when the connection goes would hang for minutes before the browser gives up.
  window.addEventListener("offline", () => running.forEach((upload) => upload.request.abort()));
  window.addEventListener("beforeunload", (event) => {
    if (running.size) event.preventDefault();
  });
}
