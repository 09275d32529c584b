/* What pages gain with a script; everything works without it. */
(() => {
  "use strict";

  // A form that came back with errors: the reader starts at their summary.
  const meet = (root) => root.querySelector?.("[data-errors]")?.focus();

  // A second press of a button while the first is under way does nothing. The server decides
  // anyhow; this only spares a wrong message. Coming back through history frees the buttons.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.busy) return event.preventDefault();
    form.dataset.busy = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  const free = (form) => {
    delete form.dataset.busy;
    form.querySelectorAll("[aria-busy]").forEach((one) => one.removeAttribute("aria-busy"));
  };
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach(free));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) free(form);
  });
  document.addEventListener("htmx:afterSwap", (event) => meet(event.target));

  // Copies of drafts on this device (draft.js): those the server has just taken, those that are
  // old, and at signing out all of them are erased.
  const erase = (isGone) => {
    try {
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith("draft:") && isGone(name)) localStorage.removeItem(name);
      }
    } catch {
      // no storage, no copies
    }
  };
  const taken = () => {
    const told = /(?:^|; )draft_saved=([^;]+)/.exec(document.cookie)?.[1];
    erase((name) => (told && name.startsWith(`draft:${told}`)) || !(JSON.parse(localStorage[name]).until > Date.now()));
    if (told) document.cookie = "draft_saved=; Max-Age=0; Path=/; SameSite=Lax";
  };
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action")?.includes("/dang-xuat/")) erase(() => true);
  });

  // The queue by two keys, j onwards and k back, only while the focus is in it: in the list they
  // go from row to row, in the opened idea they open its neighbour.
  const opened = document.querySelector("[data-keys=opened]");
  if (opened && location.hash === `#${opened.id}`) opened.focus({ preventScroll: true });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !"jk".includes(event.key)) return;
    const inside = event.target.closest?.("[data-keys]");
    if (!inside || event.target.matches("input, textarea, select")) return;
    const onwards = event.key === "j";
    if (inside === opened) return inside.querySelector(`a[rel=${onwards ? "next" : "prev"}]`)?.click();
    const links = [...inside.querySelectorAll("li > a")];
    links[links.indexOf(event.target) + (onwards ? 1 : -1)]?.focus();
  });

  taken();
  meet(document);
})();
