// Keeps the last daily digests for readers without a connection. Every page is asked of the site first; a kept one is
// shown only where the site cannot be reached, and says so. What is no page passes by untouched.
const CACHE = "wire-{{ version }}";
const FILES = {{ files|tojson }};
const LANGUAGES = ["", "/zh"]; // what the paths of each begin with
const MACHINES = new RegExp({{ machines|tojson }}, "s"); // feeds, the API and files
const DIGEST = /^(?:\/zh)?\/digest\/\d{4}-\d\d-\d\d$/;
const MOST = {{ most }}; // digests of each language
const BETWEEN_LOOKS = 3600000; // milliseconds until the site is asked for new digests again
let looked = 0;

const languageOf = (path) => (/^\/zh(\/|$)/.test(path) ? "/zh" : "");
const offlinePage = (language) => `${language}/offline`;
const ask = (request) => fetch(request, { cache: "no-cache" }); // the site itself, whatever the browser still holds
const find = (cache, asked) => cache.match(asked, { ignoreVary: true });

// The paths of a language's digests, in the order in which they were kept.
async function digestsOf(cache, language) {
  const paths = (await cache.keys()).map((request) => new URL(request.url).pathname);
  return paths.filter((path) => DIGEST.test(path) && languageOf(path) === language);
}

async function keep(path, answer) {
  if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("text/html")) return;
  const cache = await caches.open(CACHE);
  await cache.put(path, answer); // as the last one, also where it was kept before
  const paths = await digestsOf(cache, languageOf(path));
  for (const old of paths.slice(0, -MOST)) await cache.delete(old, { ignoreVary: true });
}

const linked = (html) => [...html.matchAll(/href="([^"]+)"/g)].map((link) => link[1]).filter((path) => DIGEST.test(path));

// Keeps what was published since the last look. The page for readers without a connection lists the newest.
async function look() {
  looked = Date.now();
  const cache = await caches.open(CACHE);
  for (const language of LANGUAGES) {
    const page = offlinePage(language);
    const known = linked((await (await find(cache, page))?.text()) ?? "");
    const answer = await ask(page);
    if (!answer.ok) continue;
    const published = linked(await answer.clone().text()).filter((path) => !known.includes(path));
    for (const path of published.reverse()) await keep(path, await ask(path)); // the newest last
    await cache.put(page, answer);
  }
}

async function install() {
  await (await caches.open(CACHE)).addAll(FILES);
  await look();
  for (const { url } of await clients.matchAll({ includeUncontrolled: true })) {
    const { pathname, search } = new URL(url);
    if (DIGEST.test(pathname) && !search) await keep(pathname, await ask(pathname));
  }
  await skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await clients.claim();
}

async function page(event, { pathname, search }) {
  const digest = DIGEST.test(pathname) && !search;
  let answer;
  try {
    answer = await (digest ? ask : fetch)(event.request);
  } catch {
    return kept(pathname, digest);
  }
  if (digest) event.waitUntil(keep(pathname, answer.clone()));
  if (Date.now() - looked > BETWEEN_LOOKS) event.waitUntil(look().catch(() => {})); // the next page looks again
  return answer;
}

// The copy of a digest, else the page that lists the copies; with the lines that are hidden while the site answers.
async function kept(path, digest) {
  const cache = await caches.open(CACHE);
  const language = languageOf(path);
  const copy = digest ? await find(cache, path) : undefined;
  const found = copy ?? (await find(cache, offlinePage(language)));
  if (!found) return Response.error();
  const html = (await found.text()).replace('id="copy" hidden', 'id="copy"');
  const headers = new Headers(found.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name); // it is unpacked, and longer now
  const shown = copy ? dated(html, found.headers.get("Date"), language) : await listed(html, cache, language);
  return new Response(shown, { headers });
}

function dated(html, date, language) {
  const format = new Intl.DateTimeFormat(language ? "zh-Hans" : "en-GB", { dateStyle: "long", timeStyle: "short" });
  return html.replace("<b></b>", () => `<b>${format.format(new Date(date))}</b>`);
}

async function listed(html, cache, language) {
  const items = [];
  for (const path of (await digestsOf(cache, language)).sort().reverse()) {
    const title = /<h1>(.*?)<\/h1>/s.exec(await (await find(cache, path)).text());
    items.push(`<li><a href="${path}">${title ? title[1] : path}</a></li>`);
  }
  return items.length ? html.replace(/(id="kept">).*?(<\/ul>)/s, (_, start, end) => start + items.join("") + end) : html;
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const address = new URL(url);
  if (method !== "GET" || address.origin !== location.origin) return;
  if (mode === "navigate" && !MACHINES.test(address.pathname)) event.respondWith(page(event, address));
  if (mode !== "navigate" && FILES.includes(address.pathname + address.search))
    event.respondWith(fetch(event.request).catch(async () => find(await caches.open(CACHE), event.request)));
});
