// Pages without a network: those on which the person who is signed in was writing lately, and nobody else's.
const FILES = "files", PAGES = "pages", PERSON = "person";
const WRITING = /^\/reflections\/\d+\/edit$/;
const REVIEWING = /^\/reflections\/\d+\/review$/;
const OFFLINE = "/offline";
const PAGES_AT_MOST = 5, FILES_AT_MOST = 80;

self.addEventListener("install", (event) => {
  event.waitUntil(prepare());
  self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => event.waitUntil(hear(event.data)));

self.addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && request.mode === "navigate" && ["/sign-out", "/sign-in"].includes(pathname)) {
    event.waitUntil(caches.delete(PAGES)); // whoever comes next begins with nothing
  } else if (request.method === "POST" && request.keepalive) {
    // Sent by a page that is about to go. Left to the browser, it would go with the page.
    const sent = fetch(request);
    event.respondWith(sent);
    event.waitUntil(sent.catch(() => {}));
  } else if (request.method === "GET" && pathname.startsWith("/static/")) {
    event.respondWith(file(event));
  } else if (request.method === "GET" && request.mode === "navigate") {
    event.respondWith(page(event, pathname));
  }
});

// The page that says that there is no network, with what it shows.
async function prepare() {
  const answer = await fetch(OFFLINE), cache = await caches.open(FILES);
  await cache.put(OFFLINE, answer.clone());
  const links = [...(await answer.text()).matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map(([, link]) => link);
  await Promise.all(links.map((link) => cache.add(link.replaceAll("&amp;", "&"))));
}

// A page says who is signed in, and what it needed.
async function hear({ person, page: path, files = [] }) {
  if (typeof person !== "string") return;
  if (person !== await whose()) {
    await caches.delete(PAGES);
    await (await caches.open(PERSON)).put("/", new Response(person));
  }
  const cache = await caches.open(FILES);
  for (const name of files) {
    const { origin, pathname } = new URL(name);
    if (origin !== location.origin || !pathname.startsWith("/static/") || await cache.match(name)) continue;
    await fetch(name).then((answer) => answer.ok && cache.put(name, answer)).catch(() => {});
  }
  if (person && WRITING.test(path) && !(await (await caches.open(PAGES)).match(path))) {
    await fetch(path).then((answer) => keep(path, answer)).catch(() => {});
  }
}

async function whose() {
  const kept = await (await caches.open(PERSON)).match("/");
  return kept ? kept.text() : "";
}

async function file(event) {
  try {
    const answer = await fetch(event.request);
    if (answer.ok && answer.status === 200) event.waitUntil(put(FILES, event.request, answer.clone(), FILES_AT_MOST));
    return answer;
  } catch (error) {
    const cache = await caches.open(FILES);
    const kept = await cache.match(event.request) ?? await cache.match(event.request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

async function page(event, path) {
  // Where a form leads, a browser asks anew. The next page to review it may have fetched ahead, and that page finds out
  // by itself whether it is still as it was; see js/ahead.js.
  const request = REVIEWING.test(path) ? new Request(event.request, { cache: "default" }) : event.request;
  try {
    const answer = await fetch(request);
    if (WRITING.test(path)) event.waitUntil(keep(path, answer.clone()));
    return answer;
  } catch (error) {
    const kept = WRITING.test(path) && await (await caches.open(PAGES)).match(path);
    if (kept && kept.headers.get("X-Person") === await whose()) return kept;
    return await (await caches.open(FILES)).match(OFFLINE) ?? Promise.reject(error);
  }
}

// A page on which somebody writes, if it is a page of the one who is signed in.
async function keep(path, answer) {
  if (!answer.ok || answer.redirected || answer.type !== "basic") return;
  const text = await answer.text(), person = text.match(/<body[^>]* data-person="(\d+)"/)?.[1];
  if (!person || person !== await whose()) return;
  const headers = new Headers(answer.headers);
  headers.set("X-Person", person);
  await put(PAGES, path, new Response(text, { headers }), PAGES_AT_MOST);
}

// The newest last; the oldest make room.
async function put(name, request, answer, most) {
  const cache = await caches.open(name);
  await cache.delete(request);
  await cache.put(request, answer);
  const old = (await cache.keys()).filter(({ url }) => new URL(url).pathname !== OFFLINE);
  await Promise.all(old.slice(0, Math.max(0, old.length - most)).map((key) => cache.delete(key)));
}
