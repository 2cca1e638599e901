// Marked rows of a list: <form id="marking" data-marks="marcado">, whose boxes stand in the list by their form attribute.
// Counts them, marks all on the page, and keeps the bar out of the way until somebody is marked.

for (const form of document.querySelectorAll("[data-marks]")) {
  const boxes = [...form.elements].filter((each) => each.name === form.dataset.marks && each.type === "checkbox");
  const every = document.querySelector(`[data-marks-all="${form.id}"]`);
  const found = form.elements.namedItem("todos");
  const words = form.querySelector("[data-marked]");
  const show = () => {
    const marked = boxes.filter((box) => box.checked).length;
    const count = found?.checked ? Number(found.value) : marked;
    form.classList.toggle("is-empty", count === 0);
    words.textContent = `${words.dataset.marked} ${count}`;
    if (!every) return;
    every.checked = marked === boxes.length;
    every.indeterminate = marked > 0 && marked < boxes.length;
  };
  if (every) {
    every.hidden = false;
    every.addEventListener("change", () => {
      for (const box of boxes) box.checked = every.checked;
      if (found && !every.checked) found.checked = false;
      show();
    });
  }
  for (const box of boxes) {
    box.addEventListener("change", () => {
      if (found && !box.checked) found.checked = false;
      show();
    });
  }
  found?.addEventListener("change", () => {
    for (const box of boxes) box.checked = found.checked;
    show();
  });
  addEventListener("pageshow", show);
  show();
}
