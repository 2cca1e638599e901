// All shown rows ticked or not at once: <button data-tick="all" aria-controls="id of the rows">, and how many are:
// [data-ticked] in a group, or anywhere in the form for all of it.

const boxesIn = (frame) => [...frame.querySelectorAll("[data-filter-row] input[type=checkbox]")];

const count = (said) => {
  const boxes = boxesIn(said.closest("[data-filter-group]") ?? said.form ?? said.closest("form"));
  const ticked = boxes.filter((box) => box.checked).length;
  const words = said.dataset.words.replace("{ticked}", ticked).replace("{all}", boxes.length);
  if (said.textContent !== words) said.textContent = words;
};

for (const form of document.querySelectorAll("form:has([data-ticked])")) {
  const said = form.querySelectorAll("[data-ticked]");
  form.addEventListener("change", () => said.forEach(count));
  window.addEventListener("pageshow", () => said.forEach(count));
}

for (const button of document.querySelectorAll("[data-tick]")) {
  button.addEventListener("click", () => {
    const boxes = boxesIn(document.getElementById(button.getAttribute("aria-controls")));
    for (const box of boxes) {
      if (!box.disabled && !box.closest("[hidden]")) box.checked = button.dataset.tick === "all";
    }
    boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
