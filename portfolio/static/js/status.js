// The line that says how safe the words are. Its sentences come with the page, in the language of the page.
// It changes often, so it is not read aloud; what is read aloud is when something goes wrong, and when it is well again.
const line = document.querySelector("[data-keeping]");
const aloud = document.querySelector("[data-keeping-aloud]");
let well = true;

export function say(what, values = {}) {
  const sentence = values.sentence ?? line.dataset[what].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  line.textContent = sentence;
  line.classList.toggle("trouble", values.trouble ?? false);
  if (what === "saving") return;
  if (values.trouble || !well) aloud.textContent = sentence;
  well = !values.trouble;
}

export function sentence(what) {
  return line.dataset[what];
}
