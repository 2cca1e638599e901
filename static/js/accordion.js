// "Expandir Todos / Contraer Todos" for the <details> inside the element that aria-controls names.

for (const button of document.querySelectorAll("[data-accordion]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const target = document.getElementById(button.getAttribute("aria-controls"));
    for (const details of target.querySelectorAll("details")) details.open = button.dataset.accordion === "open";
  });
}
