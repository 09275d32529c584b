/* A judge's points go to the server touch by touch, and stay on this device until it has them.
   [data-score] is the sheet's form (or, once closed, its block), or a round's list. Each sheet has
   one copy here: what was touched, when by this device's clock, and after which moment of the
   server's; texts with what was known of them. The server lets the later touch stand. */
(() => {
  "use strict";
  const root = document.querySelector("[data-score]");
  if (!root) return;
  const words = root.dataset;
  const form = root.matches("form") && !words.closed ? root : null;
  const status = document.querySelector("[data-score-status]");
  const total = document.querySelector("[data-score-total]");
  const left = document.querySelector("[data-score-left]");
  const token = root.querySelector("[name=csrfmiddlewaretoken]")?.value;
  const PREFIX = `score:${words.user}:`;
  const own = PREFIX + words.score;
  const DAY = 24 * 3600 * 1000;
  const AGAIN = 10000;
  const wait = { text: 1500, point: 400 };

  // -- The copies on this device; in memory where it has no storage
  const memory = {};
  const read = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? memory[name] ?? null;
    } catch {
      return memory[name] ?? null;
    }
  };
  const write = (name, copy) => {
    const isEmpty = !Object.keys(copy.fields).length;
    if (isEmpty) delete memory[name];
    else memory[name] = copy;
    try {
      if (isEmpty) localStorage.removeItem(name);
      else localStorage.setItem(name, JSON.stringify(copy));
    } catch {
      // memory has it
    }
  };
  const names = () => {
    let kept = [];
    try {
      kept = Object.keys(localStorage).filter((name) => name.startsWith("score:"));
      for (const name of kept) if (!(read(name)?.until > Date.now())) localStorage.removeItem(name);
    } catch {
      // no storage
    }
    return [...new Set([...kept, ...Object.keys(memory)])].filter((name) => name.startsWith(PREFIX) && read(name));
  };
  const unsent = (name = own) => Object.entries(read(name)?.fields ?? {});

  // -- What the server said of each point: its value and its moment
  let known = form ? JSON.parse(words.known) : {};
  let exact = null; // the server's own total, until something is touched
  let offset = words.now ? Number(words.now) - Date.now() : 0;

  const tell = (kind, text, link) => {
    if (!status) return;
    status.className = `chip chip-${kind}`;
    status.textContent = text;
    status.nextElementSibling?.matches("a") && status.nextElementSibling.remove();
    if (!link) return;
    const more = document.createElement("a");
    [more.href, more.textContent] = link;
    status.after(more);
  };
  const valueOf = (name) => {
    const field = form.elements[name];
    return (field instanceof RadioNodeList ? field.value : field?.value) ?? "";
  };
  const put = (name, value) => {
    const field = form.elements[name];
    if (!field || valueOf(name) === value) return;
    field.value = value;
  };
  const show = () => {
    const waiting = Object.fromEntries(unsent());
    for (const place of root.querySelectorAll("[data-unsent]")) {
      const one = waiting[place.dataset.unsent];
      place.hidden = !one;
      if (one) place.textContent = form ? words.unsent : `${words.unsent}: ${one.value}`;
    }
    if (!form) return;
    let sum = 0;
    let missing = 0;
    for (const row of root.querySelectorAll("[data-share]")) {
      const value = valueOf(row.dataset.name);
      if (value === "") missing += 1;
      else sum += (row.dataset.share * value.replace(",", ".")) / row.dataset.most;
      for (const anchor of row.querySelectorAll("[data-points]"))
        anchor.classList.toggle("hit", Number(anchor.dataset.points) === Number(value) && value !== "");
    }
    if (total) total.textContent = exact ?? sum.toLocaleString("vi-VN", { maximumFractionDigits: 2 });
    if (left) left.textContent = missing ? words.left.replace("{n}", missing) : words.whole;
  };
  const mark = () => {
    for (const row of root.querySelectorAll("[data-sheet]")) {
      const count = unsent(PREFIX + row.dataset.sheet).length;
      row.hidden = !count;
      row.textContent = `${words.unsent}: ${count}`;
    }
  };
  const waitingWords = () => tell("soon", `${words.unsent}: ${names().reduce((n, name) => n + unsent(name).length, 0)}. ${words.offline}`);

  // -- Touching
  let timer, running;
  let stopped = false;
  const soon = (ms) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(flush, ms);
  };
  const touch = (field) => {
    const name = field.name;
    const isText = field.matches("textarea");
    if (!/^c\d+$/.test(name) && !isText) return;
    if (!isText && (!field.value || !field.checkValidity())) return;
    const copy = read(own) ?? { fields: {} };
    const before = copy.fields[name];
    copy.url = words.save;
    copy.until = Date.now() + 14 * DAY;
    copy.fields[name] = isText
      ? { value: field.value, was: before ? before.was : known[name] ?? "", at: Date.now() }
      : { value: field.value, after: known[name]?.[1] ?? 0, at: Date.now() };
    write(own, copy);
    stopped = false;
    exact = null;
    show();
    if (navigator.onLine === false) waitingWords();
    else {
      tell("do", words.sending);
      soon(isText ? wait.text : wait.point);
    }
  };

  // -- Sending
  const flush = () => {
    clearTimeout(timer);
    running ??= all().finally(() => (running = null));
    return running;
  };
  const all = async () => {
    for (const name of names()) {
      const sent = await send(name);
      if (sent === "lost") {
        waitingWords();
        soon(AGAIN);
        break;
      }
      if (sent === "stop") break;
    }
    mark();
    show();
  };
  const send = async (name) => {
    const copy = read(name);
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, version: form && name === own ? words.version : "0" });
    for (const [field, one] of Object.entries(copy.fields)) {
      body.set(field, one.value);
      if (one.was === undefined) body.set(`at-${field}`, Math.max(one.at + offset, one.after + 1, 0));
      else body.set(`was-${field}`, one.was);
    }
    let answer, told;
    try {
      answer = await fetch(copy.url, { method: "POST", body });
      told = await answer.json().catch(() => null);
    } catch {
      return "lost";
    }
    if (!answer.redirected && answer.status >= 500) return "lost";
    if (answer.redirected || !told || ![200, 409, 422].includes(answer.status)) {
      stopped = true;
      tell("late", words.expired, [words.signIn, words.signInWords]);
      return "stop";
    }
    if (answer.status !== 200) {
      if (name === own || !form) tell("late", `${told.error} ${words.kept}`);
      if (name === own) stopped = true;
      return "refused";
    }
    const now = read(name) ?? { fields: {} };
    for (const [field, one] of Object.entries(copy.fields))
      if (now.fields[field]?.at === one.at) delete now.fields[field];
      else if (one.was !== undefined && now.fields[field]) now.fields[field].was = one.value;
    write(name, now);
    offset = Math.max(offset, told.now - Date.now());
    if (form && name === own) learn(told, now.fields);
    if (unsent(name).length) soon(wait.point);
    else tell("ok", `${words.saved} ${told.saved}${told.stale ? `. ${words.stale}` : ""}`);
    return "sent";
  };
  const learn = (told, waiting) => {
    words.version = told.version;
    exact = Object.keys(waiting).length ? null : told.total;
    for (const [pk, [value, at]] of Object.entries(told.scores)) {
      const name = `c${pk}`;
      known[name] = [value, at];
      if (form.elements[`was-${name}`]) form.elements[`was-${name}`].value = value;
      if (!waiting[name]) put(name, value);
    }
    for (const [name, text] of Object.entries(told.texts)) {
      known[name] = text;
      if (form.elements[`was-${name}`]) form.elements[`was-${name}`].value = text;
      if (waiting[name]) waiting[name].was = text;
      else if (document.activeElement !== form.elements[name] || told.stale) put(name, text);
    }
  };

  // -- The page
  if (form) {
    // What is here already is on the server: an answer that was lost on its way.
    const copy = read(own);
    if (copy) {
      for (const [name, one] of Object.entries(copy.fields)) {
        const server = one.was === undefined ? known[name]?.[0] : known[name];
        if (server === one.value) delete copy.fields[name];
        else put(name, one.value);
      }
      write(own, copy);
    }
    form.addEventListener("change", (event) => touch(event.target));
    form.addEventListener("input", (event) => event.target.matches("textarea, [type=number]") && touch(event.target));
    form.addEventListener("submit", (event) => {
      if (!unsent().length && !running) return;
      event.preventDefault(); // its points go first
      const button = event.submitter;
      stopped = false;
      flush().then(() => {
        if (unsent().length) status.focus();
        else form.requestSubmit(button);
      });
    }, true);
  }
  window.addEventListener("offline", () => names().length ? waitingWords() : tell("soon", words.offline));
  window.addEventListener("online", () => flush());
  window.addEventListener("pageshow", () => {
    show();
    mark();
    if (names().length && !words.closed) flush();
    else if (names().length) tell("late", words.kept);
  });
})();
