// A browser that keeps nothing for a page in another's frame throws at the look for it: then it is kept while the page is
// open. Before everything else, also the window's own library.
(() => {
  "use strict";

  try {
    window.localStorage.getItem("");
  } catch {
    const kept = new Map();
    const memory = {
      getItem: (key) => (kept.has(key) ? kept.get(key) : null),
      setItem: (key, value) => kept.set(key, String(value)),
      removeItem: (key) => kept.delete(key),
      clear: () => kept.clear(),
      key: (index) => [...kept.keys()][index] ?? null,
      get length() {
        return kept.size;
      },
    };
    Object.defineProperty(window, "localStorage", { value: memory, configurable: true });
  }
})();
