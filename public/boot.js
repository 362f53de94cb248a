// Runs before the first paint: the theme and the language of the address, so that nothing flashes in the wrong one,
// and the removal of the static header once the application stands in its place.
(() => {
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search);
  const theme = asked.get("theme") ?? stored("callscope:theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const lang = asked.get("lang") ?? stored("callscope:lang") ?? navigator.language;
  if (/^zh\b/i.test(lang)) root.lang = "zh-Hans";
  if (asked.get("embed") === "1") root.dataset.embed = "";
  addEventListener("TrunkApplicationStarted", () => document.getElementById("skeleton")?.remove());

  // Storage throws in a sandboxed frame.
  function stored(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }
})();
