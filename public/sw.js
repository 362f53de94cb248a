// Keeps the page working without the network: the files of one build, each checked against its hash, are kept at the first visit and served
// from there. A newer build waits until a person takes it (offline.js); pages opened before go on with the files of theirs.
// The build fills in what it wrote (xtask/src/offline.rs).
const BUILD = "@build@";
// Address below the scope: its SHA-256, as Subresource Integrity writes it.
const FILES = {};
const SCOPE = registration.scope;
const OURS = `callscope ${SCOPE} `;
const CACHE = OURS + BUILD;
const CONFIG = `${OURS}config`;
// Longest wait for a configuration, where an older one is kept.
const WAIT_MS = 2000;

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
    // The page that registers this has asked for it already; without one the defaults hold.
    await configuration(absolute("config.json")).catch(() => {});
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

// The newest configuration that can be had; what is kept of it has no headers of feeds, which may be secrets.
async function configuration(request) {
  const cache = await caches.open(CONFIG);
  const before = await cache.match(absolute("config.json"), { ignoreVary: true });
  const fresh = fetch(request).then(async (answer) => {
    if (answer.ok) await remember(cache, answer.clone());
    return answer;
  });
  if (!before) return fresh.catch(() => new Response("", { status: 404 }));
  const late = new Promise((done) => setTimeout(done, WAIT_MS, before));
  return Promise.race([fresh.catch(() => before), late]);
}

async function remember(cache, answer) {
  try {
    const config = await answer.json();
    for (const feed of Array.isArray(config.feeds) ? config.feeds : []) delete feed?.headers;
    await cache.put(absolute("config.json"), Response.json(config));
  } catch {
    // What is no JSON is told by the page, and not kept.
  }
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
  } else if (path === "config.json") {
    event.respondWith(configuration(request));
  } else if (below in FILES || /-[0-9a-f]{12,16}[^/]*$|[?]b=[0-9a-f]+$/.test(below)) {
    event.respondWith(kept(request));
  }
});
