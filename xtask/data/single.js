// The page's files stand in the page itself, packed: this gives them out as if a server had sent them, and starts the workers of them.
{
  const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const packed = (name) => document.getElementById(`file:${name}`).textContent;
  const unpack = (all) => new Response(new Blob([all]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();

  globalThis.callscopeFile = async (name) => {
    const whole = await unpack(bytes(packed(name)));
    return new Response(whole, { headers: { "Content-Type": "application/wasm" } });
  };

  // What a worker runs first: the bundled feeds come from here, its module is unpacked.
  const worker = (name) => {
    const feeds = Object.fromEntries(
      [...document.querySelectorAll("script[data-feed]")].map((e) => [new URL(e.dataset.feed, document.baseURI).href, e.textContent]),
    );
    const own = {
      feeds,
      wasm: packed(`${name}_bg.wasm`),
    };
    const start = (own) => {
      const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const ask = self.fetch.bind(self);
      self.fetch = async (url, init) => {
        return Object.hasOwn(own.feeds, url) ? new Response(bytes(own.feeds[url])) : ask(url, init);
      };
      // No Blob: WebKit lets a worker of a page from a disk read none.
      const unpacked = new Response(new Response(bytes(own.wasm)).body.pipeThrough(new DecompressionStream("gzip")));
      unpacked.arrayBuffer().then((module_or_path) => wasm_bindgen({ module_or_path })).catch((e) => setTimeout(() => { throw e; }));
    };
    const glue = new TextDecoder().decode(bytes(packed(`${name}.js`)));
    return new Blob([glue, `\n(${start})(${JSON.stringify(own)});\n`], { type: "text/javascript" });
  };

  const Native = globalThis.Worker;
  globalThis.Worker = function (address) {
    const name = /(\w+)_loader\.js/.exec(address)[1];
    return new Native(URL.createObjectURL(worker(name)));
  };
}
