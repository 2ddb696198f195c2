// What script adds to pages that already work without it. No dependencies; every hook is a data attribute.
"use strict";

const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

// Copy buttons are hidden until this script proves that they can work.
function armCopyButtons(root) {
  if (!navigator.clipboard) return;
  for (const button of all("[data-copy]", root)) button.hidden = false;
}

async function copy(button) {
  const scope = button.closest("[data-copy-scope]");
  const word = button.querySelector("[data-copy-word]");
  await navigator.clipboard.writeText(scope.querySelector("[data-copy-text]").textContent.trim());
  const before = word.textContent;
  word.textContent = document.body.dataset.copied || "✓";
  button.classList.add("button--done");
  say(word.textContent);
  window.setTimeout(() => { word.textContent = before; button.classList.remove("button--done"); }, 1600);
}

// One polite live region for things that change without a new page.
function say(text) {
  const region = document.getElementById("announce");
  if (region) region.textContent = text;
}

// Menus are <details>: one open at a time, closed by Escape and by a click outside.
function closeMenus(except) {
  for (const menu of all("details[data-menu][open]")) if (menu !== except && !menu.contains(except)) menu.open = false;
}

function escapeMenu() {
  const open = document.querySelector("details[data-menu][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
}

// Appearance: system, light or dark, remembered in this browser only.
function showTheme(root) {
  const chosen = document.documentElement.dataset.theme || "";
  for (const box of all("[data-theme-choice]", root)) box.hidden = false;
  for (const button of all("[data-theme-set]", root)) button.setAttribute("aria-pressed", String(button.dataset.themeSet === chosen));
}

function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  try {
    if (theme) window.localStorage.setItem("theme", theme);
    else window.localStorage.removeItem("theme");
  } catch (refused) {
    // The choice then lasts for this page only.
  }
  showTheme(document);
}

// Keys: "/" search, "?" list, Ctrl-K palette, "g" and a digit for the navigation. Single keys never while somebody types.
let going = false;
function onKey(event) {
  if (event.key === "Escape") return escapeMenu();
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") return togglePalette(event);
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return undefined;
  if (going && event.key >= "1" && event.key <= "9") {
    const link = all(".rail__nav a")[Number(event.key) - 1];
    if (link) link.click();
  }
  going = event.key === "g";
  const search = document.querySelector("[data-search]");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === "?") openKeys();
  return undefined;
}

function openKeys() {
  const dialog = document.querySelector("[data-keys]");
  if (dialog && !dialog.open) dialog.showModal();
}

// The command palette is fetched when somebody asks for it; most pages are left without it.
function togglePalette(event) {
  const dialog = document.querySelector("[data-palette]");
  if (!dialog) return;
  event.preventDefault();
  if (dialog.open) { dialog.close(); return; }
  dialog.showModal();
  if (!dialog.dataset.script) { dialog.dispatchEvent(new Event("palette:open")); return; }
  const script = document.createElement("script");
  script.src = dialog.dataset.script;
  delete dialog.dataset.script;
  document.head.append(script);
}

// A changed form asks before the page is left. The words are the browser's own.
const changed = new Set();
function guard(event) {
  const form = event.target.closest("form[data-guard]");
  if (form) changed.add(form);
}

// Files: drop, name and preview. The plain file field does the sending.
function armDrops(root) {
  for (const drop of all("[data-drop]", root)) {
    const field = drop.querySelector("input[type=file]");
    const over = (on) => drop.classList.toggle("drop--over", on);
    drop.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
    drop.addEventListener("dragleave", () => over(false));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      if (!event.dataTransfer.files.length) return;
      field.files = event.dataTransfer.files;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    field.addEventListener("change", () => previewFile(drop, field.files[0]));
  }
}

function previewFile(drop, file) {
  if (!file) return;
  const size = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });
  drop.querySelector("[data-drop-name]").textContent = `${file.name} · ${size.format(Math.max(1, file.size / 1000))}`;
  if (!file.type.startsWith("image/")) return;
  const image = document.createElement("img");
  image.alt = "";
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
  drop.querySelector("[data-drop-preview]").replaceChildren(image);
}

// A colour is picked or typed; both fields show the same.
function syncColor(event) {
  const box = event.target.closest("[data-color]");
  if (!box) return;
  const well = box.querySelector("[data-color-well]");
  const text = box.querySelector("[data-color-text]");
  if (event.target === well) text.value = well.value;
  else if (/^#[0-9a-f]{6}$/i.test(text.value)) well.value = text.value;
}

// A picture that cannot be shown gives way to its alternative text on ruled paper.
function dropBrokenImage(image) {
  const blank = document.createElement("span");
  blank.className = "thumb__blank";
  blank.textContent = image.alt;
  image.replaceWith(blank);
}

function arm(root) {
  armCopyButtons(root);
  armDrops(root);
  showTheme(root);
  for (const button of all("[data-keys-open]", root)) button.hidden = false;
  for (const select of all("[data-submit-on-change]", root)) select.addEventListener("change", () => select.form.requestSubmit());
  for (const image of all("img[data-fallback]", root)) if (image.complete && !image.naturalWidth && image.src) dropBrokenImage(image);
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", (event) => {
  const copier = event.target.closest("[data-copy]");
  const theme = event.target.closest("[data-theme-set]");
  if (copier) copy(copier);
  if (theme) setTheme(theme.dataset.themeSet);
  if (event.target.closest("[data-keys-open]")) { closeMenus(); openKeys(); }
  closeMenus(event.target);
});
document.addEventListener("input", (event) => { guard(event); syncColor(event); });
document.addEventListener("submit", (event) => changed.delete(event.target));
document.addEventListener("error", (event) => { if (event.target.matches && event.target.matches("img[data-fallback]")) dropBrokenImage(event.target); }, true);
window.addEventListener("beforeunload", (event) => { if (changed.size) event.preventDefault(); });
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) arm(event.target); });

arm(document);
const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();
