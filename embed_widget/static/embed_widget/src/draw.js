// Elements and text only, never markup: works under Trusted Types, and a hostile title stays a title.
// Everything is built beside the page and put in at once, so a broken answer leaves nothing half-drawn.
const make = (parent, tag, part, text) => {
  const element = document.createElement(tag);
  element.setAttribute("part", part);
  if (text) element.textContent = text;
  return parent.appendChild(element);
};

const link = (parent, part, text, href) => {
  if (!/^https?:/.test(href)) throw href;
  const anchor = make(parent, "a", part, text);
  anchor.href = href;
  return anchor;
};

const drawPicture = (parent, image) => {
  const picture = make(make(parent, "picture", "media"), "img", "image");
  picture.loading = "lazy";
  picture.decoding = "async";
  picture.width = image.w;
  picture.height = image.h;
  picture.alt = image.alt;
  // A picture that the host's policy refuses leaves a quiet, equally large field.
  picture.onerror = () => picture.remove();
  picture.src = image.src;
};

const drawItem = (list, item) => {
  const row = make(list, "li", "item");
  if (item.image) drawPicture(row, item.image);
  const text = make(row, "div", "text");
  // Another language than the widget's turns the words around, not the row.
  if (item.lang) {
    text.lang = item.lang;
    text.dir = item.dir;
  }
  const meta = make(text, "p", "meta");
  make(meta, "span", "type", item.type_label);
  make(meta, "time", "date", item.date_label).dateTime = item.date;
  link(text, "link", item.title, item.href);
  if (item.summary) make(text, "p", "summary", item.summary);
  return row;
};

const drawSection = (data, layout) => {
  const section = document.createElement("section");
  section.setAttribute("part", "widget");
  section.setAttribute("aria-labelledby", "title");
  section.className = layout;
  section.lang = data.locale;
  section.dir = data.dir;
  make(section, "h2", "title", data.title).id = "title";
  const list = make(section, "ul", "list");
  // Safari forgets that an unbulleted list is a list.
  list.setAttribute("role", "list");
  link(make(section, "footer", "foot"), "more", data.more.label, data.more.href);
  return section;
};
