// @ts-check
// A host of the console: connects, hands data over, follows what people do, takes exports. Everything it may do is in public/embed.js.
import { CallscopeError, connect } from "../../../public/embed.js";

const COLOURS = {
  accent: { light: "#6a1b9a", dark: "#ce93d8" },
  "accent-fill": { light: "#6a1b9a", dark: "#ce93d8" },
  "accent-wash": { light: "#f3e5f5", dark: "#2a1735" },
  focus: { light: "#6a1b9a", dark: "#e1bee7" },
  "r-1": "6px",
  "r-2": "8px",
  font: "system-ui, sans-serif",
};

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @param {string} id */
const choice = (id) => /** @type {HTMLSelectElement} */ (element(id));
const frame = /** @type {HTMLIFrameElement} */ (element("console"));

/** @param {string} text */
const say = (text) => void (element("status").textContent = text);

/**
 * @param {string} what
 * @param {unknown} told
 */
const note = (what, told) => {
  const line = document.createElement("li");
  line.textContent = `${what} ${JSON.stringify(told)}`;
  element("log").prepend(line);
};

/** Has something done, and says so where it fails. @param {() => Promise<unknown>} task */
const attempt = (task) => task().catch((error) => say(error instanceof CallscopeError ? `${error.code}: ${error.message}` : String(error)));

async function start() {
  const asked = new URLSearchParams(location.search);
  const address = new URL(asked.get("console") ?? "/dist/", location.href);
  address.searchParams.set("embed", "1");
  frame.src = address.href;
  const callscope = await connect(frame, { origin: address.origin });
  const { view, features } = callscope.ready;
  note("ready", callscope.ready);
  say(callscope.ready.data ? `Showing ${callscope.ready.data.name}.` : "The console is ready.");
  frame.style.height = `${callscope.ready.height}px`;

  /** What people do in the console shows in the portal's own controls. @param {import("../../../public/embed.js").View} view */
  const mirror = (view) => {
    if (typeof view.range === "string") choice("range").value = view.range;
    choice("theme").value = view.theme ?? "light";
    choice("language").value = view.language ?? "en";
    choice("team").value = view.filters.key?.length === 1 ? view.filters.key[0] : "";
    document.documentElement.dataset.theme = view.theme ?? "light";
  };
  mirror(view);
  callscope.on("changed", ({ view, fields, by }) => {
    note("changed", { fields, by });
    mirror(view);
  });
  callscope.on("height", ({ height }) => {
    frame.style.height = `${height}px`;
  });
  callscope.on("loaded", ({ data }) => say(`Showing ${data.name}: ${data.calls.toLocaleString()} calls.`));
  callscope.on("closed", () => say("The console is gone."));

  if (features.filters.includes("key")) {
    for (const key of asked.getAll("team")) choice("team").append(new Option(key, key));
  }
  const set = (/** @type {import("../../../public/embed.js").ViewFields} */ view) => attempt(() => callscope.setView(view));
  choice("team").onchange = ({ target }) => set({ filters: /** @type {any} */ (target).value ? { key: [/** @type {any} */ (target).value] } : {} });
  choice("range").onchange = ({ target }) => set({ range: /** @type {any} */ (target).value });
  choice("theme").onchange = ({ target }) => set({ theme: /** @type {any} */ (target).value });
  choice("language").onchange = ({ target }) => set({ language: /** @type {any} */ (target).value });
  element("brand").onchange = ({ target }) => {
    const off = Object.fromEntries(Object.keys(COLOURS).map((token) => [token, null]));
    attempt(() => callscope.setBrand(/** @type {any} */ (target).checked ? COLOURS : off));
  };
  element("file").onchange = ({ target }) => {
    const [file] = /** @type {any} */ (target).files;
    if (!file) return;
    attempt(async () => {
      const data = await callscope.load(file, { onProgress: ({ calls }) => say(`Reading ${file.name}: ${calls?.toLocaleString()} calls.`) });
      say(`Showing ${data.name}: ${data.calls.toLocaleString()} calls, ${data.rejected} rejected.`);
    });
  };
  element("report").onclick = () =>
    attempt(async () => {
      say("The report is being written.");
      const { name, mime, data } = await callscope.export({ what: "report", format: "xlsx" });
      const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([data], { type: mime })), download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      say(`${name}, ${data.byteLength.toLocaleString()} bytes.`);
    });
}

attempt(start);
