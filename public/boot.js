// Runs before the first paint. It reads config.json (docs/deployment.md), puts title, theme, language and embedding of address and
// configuration in place, and starts the application once the configuration is there or will not come.
(() => {
  const WAIT_MS = 3000;
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search);
  // What src/ui/deployment.rs reads. Until a configuration is in force nothing is granted that one may take away.
  const site = (globalThis.callscope = { title: "Callscope", text: "", log: "off", view: "source=none" });
  const word = (value) => (typeof value === "string" ? value : "");

  // All that makes markup or starts scripts passes here (Trusted Types): elements and attributes that run nothing and fetch nothing, which is
  // what the page's own templates have; scripts of this site.
  const INERT =
    /<\/?(?:[bgip]|br|circle|code|col(?:group)?|div|em|h[1-6]|kbd|li|line|ol|path|polyline|rect|small|span|strong|svg|t[dhr]|tbody|thead|ul)(?: (?:[a-z]{1,2}\d?|aria-[a-z]+|class|height|points|role|scope|viewBox|width)="[^"<>]*")*>/g;
  globalThis.trustedTypes?.createPolicy("default", {
    createHTML: (html) => (html.replace(INERT, "").includes("<") ? null : html),
    createScriptURL: (url) => (new URL(url, document.baseURI).origin === location.origin ? url : null),
  });

  // What a user chose for this browser (src/ui/preferences.rs keeps it). In a frame the embedding page decides.
  const chosen = (key, known) => {
    try {
      const value = parent === window ? localStorage.getItem(`callscope.${key}`) : null;
      return known.test(value) ? value : undefined;
    } catch {}
  };
  const own = { theme: chosen("theme", /^(light|dark)$/), lang: chosen("lang", /^(en|zh)$/) };
  const dress = (theme, lang) => {
    theme = asked.get("theme") ?? own.theme ?? theme;
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    root.lang = /^zh\b/i.test(asked.get("lang") ?? own.lang ?? (lang || navigator.language)) ? "zh-Hans" : "en";
  };
  dress();
  const embedded = asked.get("embed") === "1";
  if (embedded) root.dataset.embed = "";

  // What an embedding page, or the one that opened it, says before the part that listens is there (src/ui/embed).
  if (parent !== window || window.opener) {
    site.heard = [];
    addEventListener("message", (event) => site.heard?.length < 64 && site.heard.push(event));
  }

  // The keys of `config::read`.
  const KEY =
    /^(\$schema|title|logo|feeds|other_feeds|zone|language|theme|range|precision|parents|other_parents|log_access|prices|memory_limit_mb|mappings)$/;
  // What a text sets, where it is a configuration. A page to sign in at, half a file and another program's answer are none.
  const parsed = (text) => {
    try {
      const config = JSON.parse(text.replace(/^\uFEFF/, ""));
      const keys = Object.keys(config);
      const strange = keys.filter((key) => !KEY.test(key));
      return typeof config === "object" && !Array.isArray(config) && strange.length * 2 <= keys.length ? config : undefined;
    } catch {}
  };

  const take = (config) => {
    const view = new URLSearchParams();
    const set = (key, value) => /^[\w/+-]+$/.test(word(value)) && view.set(key, value);
    set("tz", config.zone);
    set("lang", own.lang ?? config.language);
    set("theme", own.theme ?? config.theme);
    set("range", config.range);
    const feeds = new Map();
    for (const feed of Array.isArray(config.feeds) ? config.feeds : []) {
      // What `config` would refuse is not asked for either.
      if (!word(feed?.name) || !word(feed.url) || /^(?!https?:)[a-z][\w+.-]*:/i.test(feed.url) || feeds.has(feed.name)) continue;
      const mapping = word(feed.mapping);
      const how = Object.hasOwn(config.mappings ?? {}, mapping) ? mapping : word(feed.format);
      const mode = /^(same-origin|include|omit)$/.test(feed.credentials) ? feed.credentials : "";
      const headers = Object.entries(feed.headers ?? {}).filter(([, value]) => typeof value === "string");
      feeds.set(feed.name, [feed.name, feed.url, how, mode, ...headers.flat()].map((part) => part.replace(/[\t\n]/g, " ")).join("\t"));
    }
    site.feeds = [...feeds.values()].join("\n");
    // Where none of the feeds can be asked for, the demonstration's calls would pass for theirs.
    const [first] = feeds.keys();
    if (first !== undefined) view.set("source", `feed:${first}`);
    else if (config.feeds !== undefined && config.feeds?.length !== 0) view.set("source", "none");
    site.view = String(view);
    site.precision = config.precision;
    // A word that means nothing here was meant to keep something back.
    site.log = config.log_access === undefined || config.log_access === "on" ? "on" : "off";
    site.prices = config.prices && "on";
    site.title = word(config.title).trim() || site.title;
    document.title = site.title;
    if (!/^(?!data:image\/)([a-z]+:|\/\/)/i.test(word(config.logo))) site.logo = word(config.logo);
    dress(word(config.theme), /^(en|zh)$/.test(config.language) ? config.language : "");
    const name = document.querySelector("#skeleton b");
    if (!name) return;
    name.textContent = site.title;
    if (site.logo) name.previousElementSibling.replaceWith(Object.assign(new Image(), { src: site.logo, alt: "" }));
  };

  // src/ui/components/site.rs asks for it once the data stand: what is kept for later must not come before them on a slow line.
  site.offline = () => import("./offline.js").catch(() => {});

  // A line below the bar, until the application stands.
  const tell = (role, english, chinese) => {
    const said = document.createElement("p");
    said.role = role;
    said.className = "notices";
    said.textContent = root.lang === "en" ? english : chinese;
    (document.getElementById("skeleton") ?? document.body)?.append(said);
  };

  const inside = document.getElementById("callscope-config");
  const read = async () => {
    if (inside) return inside.textContent;
    const ask = (redirect) => fetch("./config.json", { cache: "no-cache", redirect });
    // A redirect to another origin, as to a page to sign in at, fails like a network that is gone. Not followed, it can be told from that.
    const answer = await ask("follow").catch(() => ask("manual").catch(() => { throw "offline"; }));
    if (answer.ok) return answer.text();
    throw answer.type === "opaqueredirect" ? "redirect" : `HTTP ${answer.status}`;
  };
  // Where offline.js keeps the newest configuration that could be read.
  const address = (below) => new URL(below, location).href;
  site.shelf = { cacheName: `callscope ${address("./")} config`, key: address("./config.json") };
  const kept = async () => {
    try {
      return await (await caches.match(site.shelf.key, site.shelf)).text();
    } catch {}
  };
  // Browsers differ in what they call a body that was cut off by the clock.
  const late = new Promise((_, fail) => setTimeout(fail, WAIT_MS, "TimeoutError"));
  const configure = async () => {
    try {
      const text = await Promise.race([read(), late]);
      const config = parsed(text);
      if (config) {
        take(config);
        site.text = text;
        return;
      }
      // What is wrong with it is told later, by the reading that knows its place (`config`).
      site.wrong = text;
    } catch (error) {
      site.trouble = String(error);
    }
    const text = await kept();
    const config = parsed(text);
    // A site may do without the file, where it never chose anything in one.
    const chose = Object.entries(config ?? {}).some(([key, value]) => key !== "$schema" && !/^(\{\}|\[\])$/.test(JSON.stringify(value)));
    const none = site.trouble === "HTTP 404" && !chose;
    if (none || config) {
      site.text = none ? "{}" : text;
      take(none ? {} : config);
    }
    // Without the network a copy is what is expected.
    if (none || (config && site.trouble === "offline")) site.trouble = "";
  };
  const configured = configure();
  // A wait that is over sooner is not worth a word.
  const waiting = setTimeout(tell, 1000, "status", "Waiting for config.json", "正在等待 config.json");
  configured.then(() => {
    clearTimeout(waiting);
    document.querySelector("#skeleton p")?.remove();
  });

  const compiled = async () => {
    const answer = await fetch("./app_bg.wasm");
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const typed = answer.headers.get("Content-Type") === "application/wasm";
    return typed ? WebAssembly.compileStreaming(answer) : WebAssembly.compile(await answer.arrayBuffer());
  };
  const start = async () => {
    const [{ default: init }, module_or_path] = await Promise.all([import("./app.js"), compiled(), configured]);
    if (document.readyState === "loading") await new Promise((done) => addEventListener("DOMContentLoaded", done));
    if (embedded) document.getElementById("skeleton").remove();
    await init({ module_or_path });
  };
  start().catch((error) => {
    console.error(error);
    const why = error?.message ?? error;
    tell("alert", `The page could not be started. Load it again: ${why}`, `页面未能启动，请重新加载: ${why}`);
  });
})();
