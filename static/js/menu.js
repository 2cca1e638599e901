// The main menu opens by itself (details/summary). This adds: Escape and a click outside close it, arrows move in it.

const ITEMS = "li > details, .oc-user";
const itemOf = (element) => element.closest(ITEMS);

const close = (item) => {
  item.open = false;
  item.querySelector("summary").focus();
};

const move = (item, step) => {
  item.open = true;
  const stops = [item.querySelector("summary"), ...item.querySelectorAll("a")];
  const next = stops.indexOf(document.activeElement) + step;
  stops[Math.min(Math.max(next, 0), stops.length - 1)].focus();
};

for (const menu of document.querySelectorAll("[data-menu]")) {
  document.addEventListener("click", ({ target }) => {
    for (const item of menu.querySelectorAll(ITEMS)) {
      if (!item.contains(target)) item.open = false;
    }
  });

  menu.addEventListener("keydown", (event) => {
    const item = itemOf(event.target);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && item?.open) close(item);
    if (!step || !item) return;
    event.preventDefault();
    move(item, step);
  });

  menu.addEventListener("focusout", ({ target, relatedTarget }) => {
    const item = itemOf(target);
    if (item && relatedTarget && !item.contains(relatedTarget)) item.open = false;
  });
}
