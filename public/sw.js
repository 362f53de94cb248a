// Keeps the page working without the network: the files of one build, each checked against its hash, are kept at the first visit and served
// from there. A newer build waits until a user takes it (offline.js); pages opened before go on with the files of theirs.
// The build fills in what it wrote (xtask/src/offline.rs).
const BUILD = "@build@";
// Address below the scope: its SHA-256, as Subresource Integrity writes it.
const FILES = {};
const SCOPE = registration.scope;
const OURS = `callscope ${SCOPE} `;
const CACHE = OURS + BUILD;
// The page's own (boot.js, offline.js), which asks for config.json past this worker.
const CONFIG = `${OURS}config`;

const absolute = (below) => new URL(below, SCOPE).href;

async function fetchWhole(below, integrity) {
  const answer = await fetch(absolute(below), { integrity, cache: "no-cache", credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${below}: HTTP ${answer.status}`);
  // An answer that came by a redirect is refused for a navigation; what it holds is not.
  return answer.redirected ? new Response(await answer.blob(), { headers: answer.headers }) : answer;
}

async function keep() {
  const cache = await caches.open(CACHE);
  try {
    const all = Object.entries(FILES).map(async ([below, integrity]) => cache.put(absolute(below), await fetchWhole(below, integrity)));
    await Promise.all(all);
  } catch (error) {
    // All of a build or nothing: a part of it would fail where nobody expects it.
    await caches.delete(CACHE);
    throw error;
  }
}

async function begin() {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE && name !== CONFIG);
  // The build before this one stays: pages that show it still fetch parts of it.
  await Promise.all(old.slice(0, -1).map((name) => caches.delete(name)));
  await clients.claim();
}

async function kept(request) {
  const options = { ignoreVary: true };
  const found = (await (await caches.open(CACHE)).match(request.url, options)) ?? (await caches.match(request.url, options));
  return found ?? fetch(request);
}

async function page() {
  const found = await (await caches.open(CACHE)).match(absolute("./"), { ignoreVary: true });
  return found ?? fetch(absolute("./"));
}

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(begin()));
addEventListener("message", (event) => event.data === "take" && skipWaiting());
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(SCOPE)) return;
  const below = request.url.slice(SCOPE.length).split("#")[0];
  const path = below.split("?")[0];
  if (request.mode === "navigate") {
    if (path === "" || path === "index.html") event.respondWith(page());
  } else if (below in FILES || /-[0-9a-f]{12,16}[^/]*$|[?]b=[0-9a-f]+$/.test(below)) {
    event.respondWith(kept(request));
  }
});
