// Loaded once the data stand: makes the page one that can be installed, registers the service worker where there can be one, offers its
// updates, and hands over files that the operating system opened with the installed page. src/ui/components/site.rs shows the offer and takes the files.
const site = globalThis.callscope;
const HOUR_MS = 3_600_000;

// A frame of somebody's portal leaves nothing behind; a page from file: cannot.
const may = "serviceWorker" in navigator && isSecureContext && window.top === window && location.protocol.startsWith("http");

// The newest configuration that could be read, for when it cannot be (boot.js): without the headers of feeds, which may be secrets.
async function keepConfiguration() {
  if (site.trouble || site.wrong) return;
  const config = JSON.parse(site.text.replace(/^\uFEFF/, ""));
  for (const feed of Array.isArray(config.feeds) ? config.feeds : []) delete feed?.headers;
  await (await caches.open(site.shelf.cacheName)).put(site.shelf.key, Response.json(config));
}

async function watch() {
  document.head.append(Object.assign(document.createElement("link"), { rel: "manifest", href: "./manifest.webmanifest" }));
  const registration = await navigator.serviceWorker.register("./sw.js", { updateViaCache: "none" });
  await keepConfiguration();
  const offer = () => {
    // Without a page that it serves there is nothing to update: it is the first one.
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    site.update = () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      registration.waiting?.postMessage("take");
    };
    dispatchEvent(new Event("callscope:update"));
  };
  offer();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  setInterval(() => registration.update().catch(() => {}), HOUR_MS);
}

if (may) watch().catch((error) => console.warn(`Not kept for work without the network: ${error}`));

globalThis.launchQueue?.setConsumer(async ({ files = [] }) => {
  const opened = await Promise.all([...files].map((handle) => handle.getFile()));
  if (!opened.length) return;
  site.opened = opened;
  dispatchEvent(new Event("callscope:opened"));
});
