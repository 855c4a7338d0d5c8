// The words in the fields of a form: as they are now, as the server gave them, and put back.
const NOT_WORDS = ["version", "tab", "stroke", "more"];

// What stands in hidden fields is for the server, and nobody's words.
function isWords(form, name) {
  return !NOT_WORDS.includes(name) && form.elements.namedItem(name)?.type !== "hidden";
}

// What is written now, as [name, text].
export function words(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && isWords(form, name));
}

// What the server gave, whatever the browser has put into the fields since.
export function given(form) {
  const fields = [];
  for (const field of form.elements) {
    if (!field.name || field.disabled || !isWords(form, field.name) || field.matches("button, fieldset, [type=file]")) continue;
    if (field.matches("[type=radio], [type=checkbox]")) {
      if (field.defaultChecked) fields.push([field.name, field.value]);
    } else if (field.matches("select")) {
      for (const option of field.options) if (option.defaultSelected) fields.push([field.name, option.value]);
    } else {
      fields.push([field.name, field.defaultValue]);
    }
  }
  return fields;
}

// Put words into the fields. Those who enhance the fields hear of it as if it were typed.
export function fill(form, fields) {
  const texts = new Map(fields);
  for (const name of texts.keys()) if (!form.elements.namedItem(name)) addPart(form, name);
  for (const field of form.elements) {
    if (!field.name || NOT_WORDS.includes(field.name) || field.matches("button, fieldset, [type=hidden], [type=file]")) continue;
    const isPart = /-\d+$/.test(field.name);
    if (!texts.has(field.name) && !isPart) continue;
    if (field.matches("[type=radio], [type=checkbox]")) field.checked = texts.get(field.name) === field.value;
    else field.value = texts.get(field.name) ?? "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// One more part of an answer that has several.
function addPart(form, name) {
  const [, stem, number] = name.match(/^(.*-)(\d+)$/) ?? [];
  const before = stem && form.elements.namedItem(`${stem}${number - 1}`);
  if (!before) return;
  const part = document.createElement("div"), label = document.createElement("label");
  const field = document.createElement("textarea");
  part.className = "field";
  label.textContent = before.labels[0].textContent.replace(/\d+(?=\D*$)/, Number(number) + 1);
  label.htmlFor = field.id = field.name = name;
  field.rows = before.rows;
  field.className = before.className;
  field.maxLength = before.maxLength;
  part.append(label, field);
  before.closest(".field").after(part);
}

// The label of a field, and what it holds, for people to read.
export function labelOf(form, name) {
  const found = form.elements.namedItem(name);
  const field = found instanceof RadioNodeList ? found[0] : found;
  const legend = field?.matches("[type=radio]") ? field.closest("fieldset")?.querySelector("legend") : null;
  return (legend ?? field?.labels?.[0])?.textContent.trim() ?? name;
}

export function shown(form, name, text) {
  const found = form.elements.namedItem(name);
  if (!(found instanceof RadioNodeList)) return text;
  const chosen = [...found].find((field) => field.value === text);
  return chosen?.labels[0].querySelector("b")?.textContent ?? text;
}
