// One widget: isolate first (shadow root with its own sheet), look second, fetch third, and swap the link only for
// something complete. Nothing below ever reaches out of the div.
const sheet = new CSSStyleSheet();
sheet.replaceSync("@widget.css@");
let told;

// Shows what fits the reserved height. Items that do not fit are hidden, also for keyboard and screen reader.
const fit = (section, list) => {
  for (const row of list.children) row.hidden = false;
  const end = list.getBoundingClientRect().bottom + 1;
  const over = [];
  for (const row of list.children) if (row.getBoundingClientRect().bottom > end) over.push(row);
  // Less room than one item needs is no room that anybody wanted to reserve.
  if (over[0] == list.firstChild) section.removeAttribute("style");
  else for (const row of over) row.hidden = true;
};

const show = (host, frame, data) => {
  const { channelpress, layout, items } = host.dataset;
  const note = openTally(channelpress, data.locale);
  note("loaded");
  const section = drawSection(data, layout || data.layout);
  const list = section.children[1];
  const unseen = new Map();
  for (const item of data.items) {
    if (unseen.size >= (items || 12)) break;
    const row = drawItem(list, item);
    const id = `"${item.id}"`;
    const count = () => note("click", id);
    row.addEventListener("click", count);
    row.addEventListener("auxclick", count);
    unseen.set(row, id);
  }
  if (!unseen.size) throw "empty";
  // Space is kept exactly while someone may be looking at it, and given back where nobody can see the move.
  if (host.querySelector("svg")) {
    section.style[frame.getBoundingClientRect().top < innerHeight ? "height" : "maxHeight"] = frame.offsetHeight + "px";
  }
  frame.replaceWith(section);
  const settle = () => {
    fit(section, list);
    const fresh = [];
    for (const [row, id] of unseen) {
      if (row.hidden) continue;
      unseen.delete(row);
      fresh.push(id);
      watchFor(row, () => note("viewable", id));
    }
    if (fresh[0]) note("rendered", `[${fresh}]`);
  };
  settle();
  let known;
  // Its first word is what we know already. A frame later: acting inside it could raise its loop error on the host's window.
  new ResizeObserver(() => known ? requestAnimationFrame(settle) : known = 1).observe(section);
  document.fonts.ready.then(settle);
};

const load = async (host, frame) => {
  const { channelpress, lang } = host.dataset;
  try {
    const answer = await fetch(`${hub}embed/${channelpress}${lang ? "/" + lang : ""}.json`, {
      credentials: "omit",
      signal: AbortSignal.timeout(1e4),
    });
    show(host, frame, await answer.json());
  } catch (reason) {
    if (frame.getBoundingClientRect().top >= innerHeight) frame.className = "off";
    told ||= console.info("Channelpress shows its link:", reason) || 1;
  }
};

const near = new IntersectionObserver(entries => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) {
      near.unobserve(target);
      load(target, target.shadowRoot.firstChild);
    }
  }
}, { rootMargin: "400px" });

const discover = () => {
  for (const host of document.querySelectorAll("div[data-channelpress]")) {
    if (host.shadowRoot) continue;
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.appendChild(document.createElement("div")).appendChild(document.createElement("slot"));
    near.observe(host);
  }
};

new MutationObserver(discover).observe(document, { childList: true, subtree: true });
discover();
