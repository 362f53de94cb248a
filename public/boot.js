// Runs before the first paint: theme, language and embedding of the address, so that nothing flashes in the wrong one,
// and later the removal of the static header, once the application stands in its place.
(() => {
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search);
  const theme = asked.get("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (/^zh\b/i.test(asked.get("lang") ?? navigator.language)) root.lang = "zh-Hans";
  if (asked.get("embed") === "1") root.dataset.embed = "";
  addEventListener("TrunkApplicationStarted", () => document.getElementById("skeleton")?.remove());
})();
