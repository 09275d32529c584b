/* What pages gain with a script; everything works without it. */
(() => {
  "use strict";
  const WAIT = 4000;

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

  // <form data-autosave="address" data-saved="Đã lưu nháp lúc"> with [data-autosave-status]:
  // what was typed goes to the address (or the form's own) a few seconds after the last change.
  const keep = (form) => {
    const status = form.querySelector("[data-autosave-status]");
    const words = form.dataset;
    let timer, running, again;
    const save = async () => {
      if (form.dataset.busy) return;
      if (running) return void (again = true);
      running = true;
      const body = new FormData(form);
      body.set("autosave", "1");
      form.querySelectorAll('input[type="file"]').forEach((one) => body.delete(one.name));
      let ok = false;
      try {
        const address = words.autosave || form.getAttribute("action") || location.href;
        const answer = await fetch(address, { method: "POST", body, headers: { "X-Autosave": "1" } });
        ok = answer.ok && !answer.redirected;
        const told = ok ? await answer.json().catch(() => ({})) : {};
        if (told.version && form.elements.version) form.elements.version.value = told.version;
      } catch {
        ok = false; // no network: what was typed is still in the form, the next change tries again
      }
      running = false;
      if (status) {
        const now = new Date();
        const time = [now.getHours(), now.getMinutes()].map((n) => String(n).padStart(2, "0")).join(":");
        status.textContent = ok ? `${words.saved} ${time}` : words.unsaved;
        status.className = `chip chip-${ok ? "ok" : "late"}`;
      }
      if (again || !ok) {
        again = false;
        timer = setTimeout(save, ok ? WAIT : WAIT * 4);
      }
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(save, WAIT);
    };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("submit", () => clearTimeout(timer));
  };

  document.querySelectorAll("form[data-autosave]").forEach(keep);
  meet(document);
})();
