// A button that copies the words of a field.
const button = document.querySelector("[data-copy]"), field = document.querySelector("[data-copied]");
if (button && navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.done;
  });
}
