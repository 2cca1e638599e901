// The main menu opens by itself (details/summary). This adds: Escape and a click outside close it, arrows move in it.

const menu = document.querySelector("[data-menu]");
const openItems = () => menu.querySelectorAll("li > details[open]");

document.addEventListener("click", (event) => {
  for (const item of openItems()) {
    if (!item.contains(event.target)) item.open = false;
  }
});

menu.addEventListener("keydown", (event) => {
  const item = event.target.closest("li > details");
  if (event.key === "Escape" && item?.open) {
    item.open = false;
    item.querySelector("summary").focus();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (!item) return;
  event.preventDefault();
  item.open = true;
  const stops = [item.querySelector("summary"), ...item.querySelectorAll("a")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = stops.indexOf(document.activeElement) + step;
  stops[Math.min(Math.max(next, 0), stops.length - 1)].focus();
});

menu.addEventListener("focusout", (event) => {
  const item = event.target.closest("li > details");
  if (item && event.relatedTarget && !item.contains(event.relatedTarget)) item.open = false;
});
