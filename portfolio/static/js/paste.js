// What was copied from Word, Google Docs, LibreOffice or a blog, as Markdown: headings, lists, links, emphasis and
// quotes, and nothing else. First all that is not on the list goes (`clean`), then turndown writes the rest down.
import TurndownService from "../vendor/turndown-7.2.5.js";

const GONE = `script, style, head, title, meta, link, template, noscript, iframe, object, embed, svg, math, img,
  picture, video, audio, canvas, input, select, textarea, button, hr, del[cite], del[datetime], [hidden]`;
const HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"];
const BLOCKS = new Set(`address article aside body caption center dd details div dl dt fieldset figcaption figure footer
  form header li main nav ol p pre section summary table tbody td tfoot th thead tr ul blockquote`.split(/\s+/)
  .concat(HEADINGS));
const SCHEMES = ["http:", "https:", "mailto:"];
const PLAIN = { href: "", strong: false, em: false, inline: false, heading: false, pre: false };
const HEADING = { ...PLAIN, inline: true, heading: true };
const UNSEEN = /mso-list:\s*ignore|display:\s*none|mso-hide:\s*all|mso-element:\s*comment/;

/** The Markdown of a piece of HTML. */
export function toMarkdown(html) {
  const markdown = writer.turndown(clean(html));
  return markdown.replace(/[ \t]+$/gm, "").replace(/\n{3,}/g, "\n\n").trim();
}

/** A tree of allowed elements only, in a document of its own in which nothing runs and nothing is fetched. */
function clean(html) {
  const body = document.implementation.createHTMLDocument("").body;
  walk(new DOMParser().parseFromString(quiet(html), "text/html").body, body, PLAIN);
  const levels = [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => heading.localName);
  body.dataset.top = levels.sort()[0] ?? "";
  return body;
}

/** Styles and handlers under other names: none would be heeded, but the browser would report each as refused. */
function quiet(html) {
  return html.replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, "").replace(/<[a-z][^>]*>/gi, (tag) =>
    tag.replace(/([\s"'/])(style|on[a-z]+)(\s*=)/gi, "$1data-$2$3"));
}

function walk(from, to, look) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) write(node.data, to, look);
    else if (node.nodeType === Node.ELEMENT_NODE && !isGone(node)) step(node, to, lookOf(node, look));
  }
}

function step(node, to, look) {
  const name = node.localName, style = styleOf(node), kind = node.className;
  if (name === "br") return look.inline ? write(" ", to, look) : breakLine(to);
  if (!BLOCKS.has(name)) return walk(node, to, look);
  if (look.inline) {
    write(" ", to, look);
    walk(node, to, look);
    return write(" ", to, look);
  }
  if (HEADINGS.includes(name)) return walk(node, add(name, to), HEADING);
  if (/^MsoTitle/.test(kind)) return walk(node, add("h1", to), HEADING);
  const inList = style.match(/mso-list:\s*l\d+\s+level(\d+)/);
  if (inList) return wordItem(node, Number(inList[1]), to, look);
  if (name === "blockquote") return walk(node, add("blockquote", to), look);
  if (/^Mso(Intense)?Quote/.test(kind)) return walk(node, add("p", quoteIn(to)), look);
  if (name === "ul" || name === "ol") return list(node, to, look);
  if (name === "table") return table(node, to, look);
  if (to.localName === "li" && !to.textContent.trim()) return walk(node, to, look); // the first paragraph of an entry
  if (name === "pre") return walk(node, add("p", to), { ...look, pre: true });
  walk(node, add(name === "p" ? "p" : "div", to), look);
}

function add(name, to) {
  return to.appendChild(to.ownerDocument.createElement(name));
}

/** A line ends; where it had ended already, so does the paragraph. */
function breakLine(to) {
  let last = to.lastChild;
  if (last?.nodeType === Node.TEXT_NODE && !last.data.trim()) last = last.previousSibling;
  if (last?.localName === "br") last.dataset.ends = "paragraph";
  else add("br", to);
}

/** How the words in an element look: some say it by their names, some by their styles. */
function lookOf(node, look) {
  const name = node.localName, style = styleOf(node);
  const weight = style.match(/(?:^|;)\s*font-weight:\s*(\w+)/)?.[1];
  const slant = style.match(/(?:^|;)\s*font-style:\s*(\w+)/)?.[1];
  const strong = weight ? /^(bold|bolder|[6-9]00)$/.test(weight) : look.strong || name === "b" || name === "strong";
  const em = slant ? /^(italic|oblique)$/.test(slant) : look.em || name === "i" || name === "em";
  return {
    ...look,
    strong: strong && !look.heading,
    em: em && !look.heading,
    href: name === "a" ? allowed(node) : look.href,
    pre: look.pre || /white-space:\s*pre/.test(style),
  };
}

function styleOf(node) {
  return (node.dataset.style ?? "").toLowerCase();
}

function isGone(node) {
  return node.matches(GONE) || UNSEEN.test(styleOf(node));
}

function allowed(link) {
  try {
    const { protocol, href } = new URL(link.getAttribute("href")); // what leads to a place of another page has no base
    return SCHEMES.includes(protocol) ? href : "";
  } catch {
    return "";
  }
}

/** Words, inside as many elements as they need; those that look alike come together. */
function write(text, to, look) {
  text = text.replace(/[\u200b\u2060\ufeff\u00ad]/g, "").replaceAll("\u00a0", " ");
  if (look.pre && text.includes("\n")) {
    return text.replace(/^\n+|\n+$/g, "").split("\n").forEach((line, number) => {
      if (number) add("br", to);
      write(line, to, { ...look, pre: false });
    });
  }
  text = text.replace(/\s+/g, " ");
  if (!text) return;
  if (text === " ") look = { ...look, strong: false, em: false };
  for (const [name, wanted] of [["a", look.href], ["strong", look.strong], ["em", look.em]]) {
    if (!wanted) continue;
    const last = to.lastChild;
    const isSame = last?.localName === name && (name !== "a" || last.getAttribute("href") === wanted);
    to = isSame ? last : add(name, to);
    if (name === "a") to.setAttribute("href", wanted);
  }
  to.append(text);
}

function list(node, to, look) {
  const made = add(node.localName, to);
  if (/^\d{1,9}$/.test(node.getAttribute("start") ?? "")) made.setAttribute("start", node.getAttribute("start"));
  for (const child of node.children) {
    if (isGone(child)) continue;
    const isEntry = child.localName === "li";
    // Google Docs puts the inner list beside the entry that it belongs to.
    const entry = isEntry || !made.lastElementChild ? add("li", made) : made.lastElementChild;
    if (isEntry) walk(child, entry, lookOf(child, look));
    else step(child, entry, lookOf(child, look));
  }
}

/** Word's lists are paragraphs that say of themselves how deep in a list they are, with a sign of their own. */
function wordItem(node, level, to, look) {
  const sign = [...node.querySelectorAll("[data-style]")].find((part) => /mso-list:\s*ignore/.test(styleOf(part)));
  const number = sign?.textContent.match(/^\s*\(?(\d+|[a-z]|[ivx]+)[.)]/i)?.[1];
  const name = number ? "ol" : "ul";
  for (let depth = 1; depth <= Math.min(level, 9); depth += 1) {
    let inside = to.lastElementChild;
    const isThere = inside?.dataset.word && (depth < level || inside.localName === name);
    if (!isThere) {
      inside = add(name, to);
      inside.dataset.word = "list";
      if (Number(number) > 1) inside.setAttribute("start", number);
    }
    to = depth < level ? inside.lastElementChild ?? add("li", inside) : add("li", inside);
  }
  walk(node, to, look);
}

function quoteIn(to) {
  return to.lastElementChild?.localName === "blockquote" ? to.lastElementChild : add("blockquote", to);
}

/** Each row is a line. A table of one column only holds a page together, and its cells are read as they are. */
function table(node, to, look) {
  const rows = [...node.rows].map((row) => [...row.cells].filter((cell) => cell.textContent.trim()));
  if (rows.every((row) => row.length < 2)) return rows.flat().forEach((cell) => walk(cell, to, lookOf(cell, look)));
  const lines = add("p", to);
  for (const row of rows.filter((row) => row.length)) {
    if (lines.hasChildNodes()) add("br", lines);
    row.forEach((cell, number) => {
      if (number) lines.append(" · ");
      walk(cell, lines, { ...PLAIN, inline: true });
    });
  }
}

// --- Writing it down

const writer = new TurndownService({ headingStyle: "atx", bulletListMarker: "-" });

// Signs that mean something to Markdown are marked only where they would: people see this text, and may not know why.
writer.escape = (text) => text
  .replace(/\\(?=[!-/:-@[-`{-~])/g, "\\\\")
  .replace(/\*(?=\S)|(?<=\S)\*/g, "\\*")
  .replace(/(?<![\p{L}\p{N}])_(?=\S)|(?<=\S)_(?![\p{L}\p{N}])/gu, "\\_")
  .replace(/`/g, "\\`")
  .replace(/<(?=[a-z/!?])/gi, "\\<")
  .replace(/\](?=[([])/g, "\\]")
  .replace(/&(?=#?\w+;)/g, "\\&")
  .replace(/^(#{1,6}\s|>|~~~|=+\s*$|-+\s*$)/, "\\$1");

writer.addRule("ends of lines", { filter: "br", replacement: (content, node) => node.dataset.ends ? "\n\n" : "\n" });

// Two levels are shown: the highest there is, and all below it.
writer.addRule("headings", {
  filter: HEADINGS,
  replacement: (content, node) => {
    const sign = node.localName === node.ownerDocument.body.dataset.top ? "##" : "####";
    return `\n\n${sign} ${content.trim()}\n\n`;
  },
});

writer.addRule("entries", {
  filter: "li",
  replacement: (content, node) => {
    const list = node.parentNode, number = [...list.children].indexOf(node);
    const sign = list.localName === "ol" ? `${Number(list.getAttribute("start") || 1) + number}. ` : "- ";
    const inside = content.trim().replace(/\n(?=.)/g, `\n${" ".repeat(sign.length)}`);
    return `${sign}${inside}${node.nextSibling ? "\n" : ""}`;
  },
});

// Emphasis that ends in a comma with a word right after it is none to Markdown: the comma goes outside.
for (const [name, sign] of [["strong", "**"], ["em", "*"]]) {
  writer.addRule(name, {
    filter: name,
    replacement: (content, node) => {
      const [, before, inside, after] = content.match(/^([^\P{P}*\\]*)(.*?)([^\P{P}*\\]*)$/su);
      if (!inside.trim()) return content;
      const head = isWord(node.previousSibling?.textContent.at(-1)) ? before : "";
      const tail = isWord(node.nextSibling?.textContent[0]) ? after : "";
      return `${head}${sign}${content.slice(head.length, content.length - tail.length)}${sign}${tail}`;
    },
  });
}

function isWord(letter) {
  return /[\p{L}\p{N}]/u.test(letter ?? "");
}

// An address that is its own name is written once.
writer.addRule("addresses", {
  filter: (node) => node.localName === "a" && bare(node.getAttribute("href")) === bare(node.textContent),
  replacement: (content, node) => `<${node.getAttribute("href")}>`,
});
writer.addRule("nothing to press", {
  filter: (node) => node.localName === "a" && !node.textContent.trim(),
  replacement: () => "",
});

function bare(address) {
  return address.trim().replace(/\/$/, "");
}
