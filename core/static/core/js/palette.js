// The command palette: pages, actions, recent pages and hits behind one field. Fetched when it is opened for the first time.
// The dialog keeps the focus and gives it back; the field is a combobox that points at the chosen entry of a listbox.
"use strict";

(() => {
  const dialog = document.querySelector("[data-palette]");
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const none = dialog.querySelector("[data-palette-none]");
  const status = dialog.querySelector("[data-palette-status]");
  const side = dialog.dataset.palette;
  const word = (name) => dialog.dataset[`word${name}`];
  let own = { pages: [], actions: [] };
  let told = { recent: [], hits: [], total: 0 };
  let entries = [];
  let chosen = 0;
  let asking = null;
  let timer = 0;

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const fits = (entry, words) => words.every((one) => fold(entry.label).includes(one));

  async function json(path, options = {}) {
    const answer = await fetch(side + path, { headers: { Accept: "application/json", "X-Here": window.location.pathname }, ...options });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  // What the page offers anyway, as entries that press the page's own buttons.
  function buttons() {
    const label = (name, button) => `${word(name)}: ${button.textContent.trim()}`;
    const languages = document.querySelectorAll("button[name=language]:not([aria-current])");
    const themes = document.querySelectorAll("[data-theme-set][aria-pressed=false]");
    return [
      ...Array.from(themes, (button) => ({ label: label("Theme", button), press: button })),
      ...Array.from(languages, (button) => ({ label: label("Language", button), press: button })),
    ];
  }

  function groups() {
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    const actions = [...own.actions, ...buttons()];
    if (!words.length) return [["Recent", told.recent], ["Actions", actions], ["Pages", own.pages]];
    const rest = told.total > told.hits.length ? [{ label: word("All"), href: `${side}/search?q=${encodeURIComponent(input.value)}` }] : [];
    const pages = own.pages.filter((one) => fits(one, words));
    return [["Pages", pages], ["Actions", actions.filter((one) => fits(one, words))], ["Hits", [...told.hits, ...rest]]];
  }

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function draw() {
    const shown = groups().filter(([, rows]) => rows.length);
    entries = shown.flatMap(([, rows]) => rows);
    chosen = Math.min(chosen, Math.max(0, entries.length - 1));
    let at = 0;
    list.replaceChildren(...shown.map(([name, rows]) => {
      const heading = element("div", { class: "palette__group", id: `palette-${name}`, role: "presentation" }, word(name));
      const options = rows.map((row) => option(row, at++));
      return element("div", { role: "group", "aria-labelledby": heading.id }, heading, ...options);
    }));
    none.hidden = entries.length > 0 || asking !== null;
    none.textContent = none.hidden ? "" : word("None");
    if (!asking) status.textContent = entries.length ? word("Count").replace("{n}", entries.length) : word("None");
    mark();
  }

  function option(row, number) {
    const made = element("div", { class: "palette__option", role: "option", id: `palette-${number}`, "data-number": number }, element("span", { dir: "auto" }, row.label));
    if (row.kind) made.append(element("span", { class: "palette__kind" }, row.kind));
    return made;
  }

  function mark() {
    for (const one of list.querySelectorAll("[role=option]")) one.setAttribute("aria-selected", String(Number(one.dataset.number) === chosen));
    const current = document.getElementById(`palette-${chosen}`);
    if (!current) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", current.id);
    return current.scrollIntoView({ block: "nearest" });
  }

  function go(entry) {
    if (!entry) return;
    dialog.close();
    if (entry.press) entry.press.click();
    else window.location.assign(entry.href);
  }

  async function ask() {
    if (asking) asking.abort();
    const mine = asking = new AbortController();
    try {
      told = await json(`/palette/find.json?q=${encodeURIComponent(input.value.trim())}`, { signal: mine.signal });
    } catch (failed) {
      if (mine.signal.aborted) return;
      told = { recent: [], hits: [], total: 0 };
    }
    if (asking === mine) asking = null;
    draw();
  }

  function typed() {
    chosen = 0;
    told = { recent: [], hits: [], total: 0 };
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, input.value.trim() ? 140 : 0);
    draw();
  }

  function onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && entries.length) {
      event.preventDefault();
      chosen = (chosen + step + entries.length) % entries.length;
      mark();
    }
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      go(entries[chosen]);
    }
  }

  async function open() {
    input.value = "";
    chosen = 0;
    input.focus();
    draw();
    ask();
    // The browser asks whether it changed (ETag) and mostly hears that it did not.
    try { own = await json("/palette.json"); } catch (failed) { own = { pages: [], actions: [] }; }
    draw();
  }

  input.addEventListener("input", typed);
  input.addEventListener("keydown", onKey);
  list.addEventListener("click", (event) => {
    const one = event.target.closest("[role=option]");
    if (one) go(entries[Number(one.dataset.number)]);
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("palette:open", open);
  open();
})();
