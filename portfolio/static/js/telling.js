// Says what has happened beside the page on which somebody decides.
const place = document.querySelector("[data-told]");

// As the server told it; nothing is said twice, and nothing out of sight: then it is said where the buttons are.
export function tell({ told = "", is_over: isOver = false }) {
  const note = place.querySelector("[data-told-note]"), sentence = place.querySelector("[data-told-sentence]");
  const { top, bottom } = place.getBoundingClientRect();
  if (told && (bottom < 0 || top > innerHeight)) document.querySelector(".verdicts").before(place);
  note.hidden = !told;
  if (sentence.textContent !== told) sentence.textContent = told;
  for (const part of note.querySelectorAll("[data-held]")) part.hidden = isOver;
  note.querySelector("[data-over]").hidden = !isOver;
}
