/* A draft saves itself: to the server every few seconds, and on this device until the server has
   it. <form data-draft="key" data-step> with the words in data-*; a step without data-autosave is
   kept here only, until its writer has chosen (two texts are on the page). portal.js erases. */
(() => {
  "use strict";
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const WAIT = 4000;
  const DAY = 24 * 3600 * 1000;
  const words = form.dataset;
  const hidden = (name) => form.elements[name];
  const status = form.querySelector("[data-autosave-status]");
  const offer = document.querySelector("[data-offer]");
  const conflict = document.querySelector("[data-conflict]");

  // -- What is typed: {name: [values]} of the fields that a person sees, files aside.
  const isTyped = (one) =>
    one.name && !one.name.includes("-") && !/^(hidden|file|submit|button)$/.test(one.type);
  const typed = () => {
    const all = {};
    for (const one of form.elements) if (isTyped(one)) all[one.name] = [];
    for (const [name, value] of new FormData(form)) all[name]?.push(value);
    return all;
  };
  const fill = (fields) => {
    for (const one of form.elements) {
      if (!isTyped(one) || !fields[one.name]) continue;
      if (/^(checkbox|radio)$/.test(one.type)) one.checked = fields[one.name].includes(one.value);
      else one.value = fields[one.name][0] ?? "";
    }
  };
  const differs = (fields, now = typed()) =>
    Object.keys(fields).filter((name) => name in now && `${now[name]}` !== `${fields[name]}`);

  // -- The copy on this device: one for each draft, step and tab; gone with the server's yes.
  const own = () => `draft:${words.draft}:${words.step}:${hidden("tab").value}`;
  const attempt = (work) => {
    try {
      return work();
    } catch {
      return null; // no storage, or full: the text is still in the form
    }
  };
  const keepHere = (fields = typed()) =>
    attempt(() => {
      const copy = { at: Date.now(), fields, key: hidden("key")?.value, proof: hidden("proof")?.value };
      copy.until = copy.at + (hidden("contact_birth_date") ? DAY : 7 * DAY);
      localStorage.setItem(own(), JSON.stringify(copy));
      return true;
    });
  const forget = (name = own()) => attempt(() => localStorage.removeItem(name));
  const others = () => {
    // A page that is no draft yet has a new key each time: any first step never begun will do.
    const mine = (name, copy) =>
      hidden("key") ? copy.key && name.includes(`:${words.step}:`) : name.startsWith(own().replace(/[^:]*$/, ""));
    const found = Object.keys(localStorage)
      .filter((name) => name.startsWith("draft:") && name !== own())
      .map((name) => ({ name, ...JSON.parse(localStorage[name]) }));
    return found.filter((copy) => mine(copy.name, copy)).sort((one, two) => two.at - one.at);
  };

  let calm = [status.className, status.textContent];
  const tell = (kind, text, link) => {
    status.className = `chip chip-${kind}`;
    status.textContent = text;
    status.nextElementSibling?.remove();
    if (!link) return;
    const more = document.createElement("a");
    [more.href, more.textContent] = link;
    status.after(more);
  };
  const lost = () => {
    if (keepHere()) tell("soon", words.offline);
    else tell("late", words.unsaved);
    soon(WAIT * 4);
  };

  // -- To the server
  let timer, running, stopped = !words.autosave;
  const soon = (wait = WAIT) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, wait);
  };
  const save = () => {
    clearTimeout(timer);
    running ??= send().finally(() => (running = null));
    return running;
  };
  const send = async () => {
    const before = typed();
    const body = new FormData(form);
    body.set("autosave", "1");
    form.querySelectorAll('input[type="file"]').forEach((one) => body.delete(one.name));
    let answer, told;
    try {
      answer = await fetch(words.autosave, { method: "POST", body, headers: { "X-Autosave": "1" } });
      told = await answer.json().catch(() => null);
    } catch {
      return lost();
    }
    if (answer.redirected || [403, 404].includes(answer.status)) {
      stopped = true;
      keepHere();
      return tell("late", words.expired, [words.signIn, words.signInWords]);
    }
    if (answer.status === 409) return told?.theirs ? choose(told) : over(told);
    if (!told || !(answer.ok || answer.status === 422) || told.error) {
      keepHere();
      soon(WAIT * 4);
      return tell("late", told?.error || words.unsaved);
    }
    if (!told.saved) return; // nothing worth a draft yet
    hidden("version").value = told.version;
    if (told.url && told.url !== words.autosave) {
      // The draft has an address now: coming back to this tab comes back to it.
      words.autosave = told.url;
      form.setAttribute("action", told.url);
      history.replaceState(history.state, "", told.url);
      for (const name of ["key", "proof"]) hidden(name)?.remove();
    }
    const wrong = told.errors ?? {};
    const now = typed();
    if (differs(before, now).length) soon();
    else if (Object.keys(wrong).some((name) => name in now))
      keepHere(Object.fromEntries(Object.entries(now).filter(([name]) => name in wrong)));
    else forget();
    if (told.errors) tell("soon", `${words.saved} ${told.saved}. ${words.mend}`);
    else tell("ok", `${words.saved} ${told.saved}`);
    calm = [status.className, status.textContent];
  };
  const over = (told) => {
    stopped = true;
    forget();
    tell("late", told?.error ?? words.unsaved, told?.url && [told.url, words.look]);
  };

  // -- Two texts: the writer chooses
  const list = (place, rows) =>
    place.replaceChildren(
      ...rows.flatMap(([question, answer]) => {
        const [term, text] = ["dt", "dd"].map((tag) => document.createElement(tag));
        term.className = "small muted";
        term.textContent = question;
        text.textContent = answer || words.empty;
        text.className = "as-typed";
        return [term, text];
      }),
    );
  const choose = (told) => {
    stopped = true;
    keepHere();
    list(conflict.querySelector("dl"), told.theirs);
    conflict.querySelector("b").textContent = told.error;
    conflict.hidden = false;
    tell("late", told.error, [`#${conflict.id}`, words.look]);
    conflict.querySelector("[data-mine]").onclick = () => {
      hidden("version").value = told.version;
      conflict.hidden = true;
      stopped = false;
      form.querySelector("button").focus();
      save();
    };
  };
  conflict?.querySelector("[data-theirs]").addEventListener("click", () => forget());

  const said = (name, values) => {
    const all = [...form.elements].filter((one) => one.name === name);
    const label = (one) => form.querySelector(`label[for="${CSS.escape(one.id)}"]`)?.firstChild;
    const many = /^(checkbox|radio)$/.test(all[0].type);
    const question = many ? all[0].closest("fieldset")?.querySelector("legend")?.firstChild : label(all[0]);
    const answer = many
      ? all.filter((one) => values.includes(one.value)).map((one) => one.parentElement.textContent.trim()).join(", ")
      : all[0].tagName === "SELECT"
        ? [...all[0].options].find((one) => one.value === values[0])?.text
        : values[0];
    return [question?.textContent.trim() ?? name, answer];
  };
  const propose = () => {
    if (!offer) return;
    offer.hidden = true;
    for (const copy of attempt(others) ?? []) {
      const changed = differs(copy.fields);
      if (!changed.length) {
        forget(copy.name); // the browser brought it back by itself, or the server has it
        soon();
        continue;
      }
      offer.querySelector("[data-when]").textContent = new Date(copy.at).toLocaleString(document.documentElement.lang, {
        hour: "2-digit", minute: "2-digit", ...(Date.now() - copy.at > DAY / 2 && { day: "2-digit", month: "2-digit" }),
      });
      list(offer.querySelector("dl"), changed.map((name) => said(name, copy.fields[name])));
      offer.hidden = false;
      const decide = (then) => () => {
        then();
        forget(copy.name);
        propose();
        (offer.hidden ? form.querySelector("input:not([type=hidden]), textarea, select") : offer).focus();
      };
      offer.querySelector("[data-drop]").onclick = decide(() => {});
      offer.querySelector("[data-use]").onclick = decide(() => {
        fill(copy.fields);
        if (copy.key && hidden("key")) [hidden("key").value, hidden("proof").value] = [copy.key, copy.proof];
        keepHere();
        soon(0);
      });
      return;
    }
  };

  const changed = () => {
    keepHere();
    if (navigator.onLine === false) lost();
    else soon();
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    keepHere();
    if (navigator.onLine === false) {
      event.preventDefault();
      lost();
      status.focus();
    } else if (running) {
      // The button waits for what is under way, lest the draft's own saving look like another's.
      event.preventDefault();
      running.then(() => stopped && words.autosave ? null : form.requestSubmit(event.submitter));
    }
  });
  window.addEventListener("offline", () => tell("soon", words.offline));
  window.addEventListener("online", () => {
    if (!stopped && attempt(() => localStorage.getItem(own()))) save();
    else [status.className, status.textContent] = calm;
  });
  window.addEventListener("pageshow", propose);
})();
