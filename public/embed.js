// @ts-check
// Speaks callscope/1 with a Callscope console in a frame, or in a window that this page opened (docs/embedding.md). Without dependencies:
// copy it beside your page and `import { connect } from "./embed.js"`. Its types are in its comments; TypeScript reads them (`allowJs`).

/** The version that is spoken. */
export const PROTOCOL = "callscope/1";

/** What a host says. */
export const ASKS = Object.freeze(["hello", "load", "cancel", "get-view", "set-view", "set-brand", "export", "close"]);

/** What the console says. */
export const ANSWERS = Object.freeze([
  "ready", "progress", "loaded", "failed", "view", "changed", "height", "exported", "done", "error", "closed",
]);

/**
 * What a view is set by; every field may be left out.
 * @typedef {object} ViewFields
 * @property {"calls" | "details" | "failed"} [page]
 * @property {string | null} [service] What the pages `details` and `failed` are about.
 * @property {"today" | "yesterday" | "3d" | "7d" | "14d" | { from: number, to: number }} [range] Instants in milliseconds since 1970.
 * @property {"minute" | "hour" | "day" | null} [precision] `null`: the range's own.
 * @property {Record<string, string[]>} [filters] Takes the place of all filters.
 * @property {string | null} [zone] IANA name; `null`: the site's own, as for language and theme.
 * @property {"en" | "zh" | null} [language]
 * @property {"light" | "dark" | null} [theme]
 * @property {string} [search]
 * @property {number | null} [status] The status that the page `failed` looks into.
 * @property {boolean} [embed] `true`: without the console's own bar.
 * @property {string} [query] A whole view as the console's address has it; fields beside it count on top.
 */

/**
 * A view as it is told.
 * @typedef {Required<ViewFields> & { from: number, to: number }} View
 */

/**
 * What is loaded; instants in milliseconds since 1970.
 * @typedef {{ name: string, calls: number, rejected: number, oldest: number, newest: number, services: string[], cutShort: boolean }} DataSet
 */

/**
 * What the console can do, and what it shows.
 * @typedef {object} Ready
 * @property {string[]} versions
 * @property {string} console Its version.
 * @property {string} build
 * @property {{ asks: string[], answers: string[], exports: Record<string, string[]>, metrics: string[], filters: string[],
 *   tokens: { colours: string[], lengths: string[], fonts: string[] } }} features
 * @property {View} view
 * @property {DataSet | null} data
 * @property {number} height Of its content, in CSS pixels.
 */

/**
 * What is reported unasked.
 * @typedef {object} Events
 * @property {{ view: View, fields: string[], by: "host" | "person" }} changed
 * @property {{ height: number }} height
 * @property {{ data: DataSet }} loaded Something that this page did not ask for.
 * @property {{ code: string, name: string, message: string, kept: boolean }} failed The same.
 * @property {{}} closed
 */

/**
 * A colour, a length, or names of fonts; `null`: the console's own again.
 * @typedef {string | { light: string, dark: string } | null} Token
 */

/**
 * @typedef {object} ExportOptions
 * @property {"report" | "calls" | "services" | "failed" | "metric"} what
 * @property {"xlsx" | "csv" | "json" | "tsv" | "svg" | "png"} format
 * @property {string} [metric] With `metric`: which chart.
 * @property {boolean} [calls] With `report`: whether it lists the calls.
 */

/** @typedef {{ bytes?: number, bytesTotal?: number | null, calls?: number, rows?: number, rowsTotal?: number }} Progress */

/** @typedef {{ onProgress?: (progress: Progress) => void, signal?: AbortSignal }} Watch */

/** What went wrong, by a code of docs/embedding.md. */
export class CallscopeError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {Record<string, unknown>} [details] The whole answer.
   */
  constructor(code, message, details = {}) {
    super(message);
    this.name = "CallscopeError";
    this.code = code;
    this.details = details;
  }
}

const HELLO_MS = 250;
const HELLO_MAX_MS = 2000;
const FAILED = new Set(["error", "failed"]);

/**
 * Connects to a console. A sandboxed frame without `allow-same-origin` has the origin `"null"`: what is said to it then goes to whatever
 * page the frame shows.
 * @param {HTMLIFrameElement | Window} target The frame, or the window that this page opened.
 * @param {{ origin: string, timeout?: number, signal?: AbortSignal }} options The console's exact origin; how long it may take to come, in
 *   milliseconds (30,000); to give up before.
 * @returns {Promise<Console>}
 */
export function connect(target, { origin, timeout = 30_000, signal }) {
  if (origin !== "null" && new URL(origin).origin !== origin) throw new TypeError(`no origin: ${origin}`);
  return new Promise((done, failed) => {
    const talk = new Talk(target, origin);
    /** @type {ReturnType<typeof setTimeout>} */
    let again;
    const end = () => {
      clearTimeout(again);
      clearTimeout(limit);
      signal?.removeEventListener("abort", abort);
    };
    const fail = (/** @type {unknown} */ error) => {
      end();
      talk.end();
      failed(error);
    };
    const abort = () => fail(signal?.reason);
    const limit = setTimeout(() => fail(new CallscopeError("timeout", `no console answered within ${timeout} ms`)), timeout);
    talk.first = (message) => {
      if (message.type === "ready") {
        end();
        done(new Console(talk, /** @type {any} */ (message)));
      } else if (message.type === "error") {
        fail(new CallscopeError(String(message.code), String(message.message), message));
      }
    };
    // Again and again: the frame's document may not be there yet, and a hello that came already is harmless.
    const hello = (/** @type {number} */ wait) => {
      if (!talk.empty()) talk.post({ type: "hello" });
      again = setTimeout(() => hello(Math.min(wait * 2, HELLO_MAX_MS)), wait);
    };
    if (signal?.aborted) return abort();
    signal?.addEventListener("abort", abort);
    hello(HELLO_MS);
  });
}

/** @typedef {Record<string, unknown> & { type: string, id?: number }} Message */

/** One conversation: what goes out and comes in, by number. */
class Talk {
  /**
   * @param {HTMLIFrameElement | Window} target
   * @param {string} origin
   */
  constructor(target, origin) {
    this.target = target;
    this.origin = origin;
    this.nonce = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.last = 0;
    this.over = false;
    /** @type {Map<number, { done: (message: Message) => void, failed: (error: unknown) => void, watch?: (progress: Progress) => void }>} */
    this.waiting = new Map();
    /** @type {(message: Message) => void} */
    this.first = () => {};
    /** @type {(message: Message) => void} */
    this.event = () => {};
    this.hear = this.hear.bind(this);
    addEventListener("message", this.hear);
  }

  window() {
    // Of a window of another origin this can be asked, and hardly anything else.
    return "window" in this.target ? this.target : this.target.contentWindow;
  }

  /** Whether the window still shows the empty document it began with: nobody there, and browsers complain of an origin that is not the one meant. */
  empty() {
    try {
      return this.window()?.document.URL === "about:blank";
    } catch {
      // Another origin's, which is what is waited for.
      return false;
    }
  }

  /**
   * @param {Record<string, unknown>} message
   * @param {Transferable[]} [transfer]
   */
  post(message, transfer = []) {
    const whole = { protocol: PROTOCOL, nonce: this.nonce, ...message };
    this.window()?.postMessage(whole, this.origin === "null" ? "*" : this.origin, transfer);
  }

  /**
   * @param {Record<string, unknown>} message
   * @param {Watch & { transfer?: Transferable[] }} [options]
   * @returns {Promise<Message>}
   */
  ask(message, { onProgress, signal, transfer } = {}) {
    if (this.over) return Promise.reject(new CallscopeError("closed", "the conversation is over"));
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = ++this.last;
    const cancel = () => this.ask({ type: "cancel", of: id }).catch(() => {});
    /** @type {Promise<Message>} */
    const answer = new Promise((done, failed) => this.waiting.set(id, { done, failed, watch: onProgress }));
    this.post({ ...message, id }, transfer);
    signal?.addEventListener("abort", cancel);
    return answer.finally(() => signal?.removeEventListener("abort", cancel));
  }

  /** @param {MessageEvent} event */
  hear({ source, origin, data }) {
    if (origin !== this.origin || data?.protocol !== PROTOCOL) return;
    // The last word of a page that was left comes from a window that is no more; nobody else knows the nonce.
    const left = source === null && data.nonce === this.nonce;
    if (!left && (source !== this.window() || (data.nonce !== this.nonce && data.nonce !== null))) return;
    const message = /** @type {Message} */ (data);
    const asked = message.id === undefined ? undefined : this.waiting.get(message.id);
    if (asked && message.type === "progress") return asked.watch?.(/** @type {any} */ (message));
    if (asked && message.id !== undefined) {
      this.waiting.delete(message.id);
      if (!FAILED.has(message.type)) return asked.done(message);
      return asked.failed(new CallscopeError(String(message.code), String(message.message), message));
    }
    if (message.id !== undefined) return;
    this.first(message);
    this.event(message);
    if (message.type === "closed") this.end();
  }

  end() {
    this.over = true;
    removeEventListener("message", this.hear);
    for (const { failed } of this.waiting.values()) failed(new CallscopeError("closed", "the conversation is over"));
    this.waiting.clear();
  }
}

/** A console that answered. */
export class Console {
  /** @type {Map<string, Set<(event: any) => void>>} */
  #listeners = new Map();
  /** @type {Talk} */
  #talk;

  /**
   * @param {Talk} talk
   * @param {Ready} ready
   */
  constructor(talk, ready) {
    this.#talk = talk;
    /** What it said first. */
    this.ready = ready;
    talk.first = () => {};
    talk.event = (message) => this.#listeners.get(message.type)?.forEach((listener) => listener(message));
  }

  /**
   * Loads calls. Bytes are handed over: an `ArrayBuffer` is empty afterwards. A text is an address, which the console's configuration has to
   * allow.
   * @param {ArrayBuffer | ArrayBufferView | Blob | string | URL} data
   * @param {{ name?: string, format?: string } & Watch} [options] `name` is needed with bytes that have none; `format`: a format or mapping to
   *   read it by.
   * @returns {Promise<DataSet>}
   */
  async load(data, { name, format, ...watch } = {}) {
    /** @type {Record<string, unknown>} */
    const message = { type: "load", ...(format && { format }) };
    /** @type {Transferable[]} */
    let transfer = [];
    if (typeof data === "string" || data instanceof URL) {
      message.url = String(data);
    } else {
      message.name = name ?? (data instanceof File ? data.name : "data");
      if (data instanceof Blob) message.data = data;
      else {
        // A view may be of a part of its buffer, or of memory that cannot be handed over.
        const buffer = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer : data;
        message.data = buffer;
        transfer = [buffer];
      }
    }
    const answer = await this.#talk.ask(message, { ...watch, transfer });
    return /** @type {DataSet} */ (answer.data);
  }

  /** @returns {Promise<View>} */
  async getView() {
    return /** @type {View} */ ((await this.#talk.ask({ type: "get-view" })).view);
  }

  /**
   * Sets the fields given, all of them or none; the answer is the view that came of it.
   * @param {ViewFields} view
   * @param {{ replace?: boolean }} [options] `replace`: without a step in the history.
   * @returns {Promise<View>}
   */
  async setView(view, { replace = false } = {}) {
    return /** @type {View} */ ((await this.#talk.ask({ type: "set-view", view, replace })).view);
  }

  /**
   * Sets the brand's tokens.
   * @param {Record<string, Token>} tokens
   * @returns {Promise<void>}
   */
  async setBrand(tokens) {
    await this.#talk.ask({ type: "set-brand", tokens });
  }

  /**
   * Has a file written of what is shown.
   * @param {ExportOptions} options
   * @param {Watch} [watch]
   * @returns {Promise<{ name: string, mime: string, bytes: number, data: ArrayBuffer }>}
   */
  async export(options, watch = {}) {
    const answer = await this.#talk.ask({ type: "export", ...options }, watch);
    return /** @type {any} */ (answer);
  }

  /**
   * Follows what is reported unasked.
   * @template {keyof Events} K
   * @param {K} name
   * @param {(event: Events[K]) => void} listener
   * @returns {() => void} Ends it.
   */
  on(name, listener) {
    const all = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, all.add(listener));
    return () => void all.delete(listener);
  }

  /** Ends the conversation; the console goes on showing what it shows. */
  close() {
    if (!this.#talk.over) this.#talk.post({ type: "close" });
    this.#talk.end();
  }
}
