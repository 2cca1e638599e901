// The quick finder: "/" or its link opens a dialog that finds while one types. Without this the link leads to the page.

const PAUSE_MILLISECONDS = 150;
const link = document.querySelector("[data-finder]");

const build = () => {
  const dialog = document.createElement("dialog");
  dialog.className = "oc-dialog oc-finder-dialog";
  dialog.setAttribute("aria-label", link.dataset.label);
  const field = document.createElement("input");
  Object.assign(field, { type: "search", className: "form-control", autocomplete: "off", maxLength: 60 });
  field.setAttribute("aria-label", link.dataset.label);
  const found = document.createElement("div");
  found.setAttribute("aria-live", "polite");
  dialog.append(field, found);
  document.body.append(dialog);
  return { dialog, field, found };
};

const follow = ({ dialog, field, found }) => {
  let running;
  let timer;

  const find = async () => {
    running?.abort();
    running = new AbortController();
    const page = new URL(link.href);
    page.search = new URLSearchParams({ q: field.value, solo: "resultados" });
    try {
      const answer = await fetch(page, { signal: running.signal });
      if (answer.redirected || !answer.ok) return location.assign(link.href);
      const parts = new DOMParser().parseFromString(await answer.text(), "text/html");
      found.replaceChildren(...parts.body.children);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE_MILLISECONDS);
  });

  dialog.addEventListener("keydown", (event) => {
    const stops = [field, ...found.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      stops[Math.min(Math.max(at + step, 0), stops.length - 1)].focus();
    } else if (event.key === "Enter" && at === 0) {
      event.preventDefault();
      clearTimeout(timer);
      find().then(() => found.querySelector("a")?.click());
    }
  });

  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
  });

  return find;
};

if (link && "showModal" in HTMLDialogElement.prototype) {
  let parts;
  let find;
  const open = (event) => {
    event.preventDefault();
    if (!parts) {
      parts = build();
      find = follow(parts);
    }
    parts.dialog.showModal();
    parts.field.select();
    find();
  };
  link.addEventListener("click", (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) open(event);
  });
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    const field = target.closest("input, select, textarea, dialog[open]");
    // One that has just closed keeps the focus until the page is drawn anew.
    const typing = field?.getClientRects().length || target.isContentEditable;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.altKey && !event.metaKey) open(event);
  });
}
