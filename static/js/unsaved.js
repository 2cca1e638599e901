// Leaving a page with unsaved input asks: <form data-unsaved>. What the server kept after an error counts as unsaved too
// (<form data-unsaved="yes">). A session that ends takes the input with it: there is nothing to ask.

const stateOf = (form) => JSON.stringify(
  [...form.elements].map((field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value)),
);

for (const form of document.querySelectorAll("form[data-unsaved]")) {
  const before = stateOf(form);
  let isLeft = false;
  const isUnsaved = () => form.dataset.unsaved === "yes" || stateOf(form) !== before;
  form.addEventListener("submit", () => { isLeft = true; });
  document.addEventListener("occired:session-ends", () => { isLeft = true; });
  window.addEventListener("pageshow", () => { isLeft = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!isLeft && isUnsaved()) event.preventDefault();
  });
}
