// Addresses: each tab has one (#history), History and the Library's photos with what they look for (#history?q=red);
// Back and reload work.
// They stand behind the #, so that no search is ever sent to a server or written into its log.
(() => {
  "use strict";

  const FIRST = "poses";
  const TABS = ["upload", "poses", "persona", "history", "body"];
  const PAGES = { models: "[data-models]", storage: "[data-storage]" };
  const LIBRARY = ["avatars", "personas", "templates", "photos", "imports", "statistics", "webhooks"];
  for (const part of LIBRARY) PAGES[part] = `#collection [data-collection="${part}"]`;

  function read() {
    const [place, query = ""] = location.hash.slice(1).split("?");
    return { place: place in PAGES || TABS.includes(place) ? place : FIRST, query: new URLSearchParams(query) };
  }

  function write(place, query, push) {
    const asked = String(query || "");
    const address = place === FIRST && !asked ? location.pathname : `#${place}${asked && `?${asked}`}`;
    const now = location.hash || location.pathname;
    if (address === now) return;
    window.history[push ? "pushState" : "replaceState"](null, "", address);
  }

  const isFront = (tab) => {
    const button = document.querySelector(`#tab-${tab}-button[aria-selected="true"]`);
    return Boolean(button);
  };
  const openPage = () => Object.keys(PAGES).find((page) => document.body.classList.contains(`${page}-open`));

  // Bring to the front what the address names. The tabs may not be there yet.
  function go(patience = 200) {
    const { place } = read();
    const page = openPage();
    if (place in PAGES) {
      if (page === place) return;
      document.querySelector(PAGES[place])?.click();
      if (openPage() !== place && patience) setTimeout(go, 50, patience - 1);
      return;
    }
    if (page) document.querySelector(`[data-${page}-close]`).click();
    const button = document.querySelector(`#tab-${place}-button`);
    if (button) {
      if (!isFront(place)) button.click();
    } else if (patience) setTimeout(go, 50, patience - 1);
  }

  const queries = { history: "", photos: "" }; // also while something else is in front
  function remember() {
    const { place, query } = read();
    if (place in queries) queries[place] = String(query);
  }
  remember();

  // Another tab came to the front, by a click or by an event; or a page was opened or closed.
  const show = (place) => write(place, queries[place], read().place !== place);
  document.addEventListener("avatar-studio-tab", ({ detail }) => !openPage() && started && show(detail));
  document.addEventListener("avatar-studio-page", ({ detail }) => {
    const front = TABS.find(isFront) || FIRST;
    show(detail || front);
  });

  let started = false;
  avatarStudio.startAddresses = () => {
    go();
    // Until what the address names is in front, what is in front names no address.
    const wait = (patience) => {
      const { place } = read();
      const isThere = place in PAGES ? openPage() === place : isFront(place);
      if (isThere || !patience) started = true;
      else setTimeout(wait, 50, patience - 1);
    };
    wait(200);
  };
  // Links to a part of this page scroll there: the address stays the tab's.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    document.querySelector(link.getAttribute("href"))?.scrollIntoView();
  });
  window.addEventListener("popstate", () => {
    remember();
    go();
    document.dispatchEvent(new CustomEvent("avatar-studio-address"));
  });

  avatarStudio.address = {
    query: (place = "history") => new URLSearchParams(queries[place]),
    // What a place looks for. `push`: Back comes back to what was looked for before.
    look(asked, push, place = "history") {
      queries[place] = String(new URLSearchParams([...asked].filter(([, value]) => value !== "")));
      if (read().place === place) write(place, queries[place], push);
    },
  };
})();
