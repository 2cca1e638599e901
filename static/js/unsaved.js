// Leaving a page with unsaved input asks: <form data-unsaved>. What the server kept after an error counts as unsaved too
// (<form data-unsaved="yes">).

let ending = false;
document.addEventListener("occired:session-ends", () => { ending = true; });

const stateOf = (form) => JSON.stringify(
  [...form.elements].map((field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value)),
);

for (const form of document.querySelectorAll("form[data-unsaved]")) {
  const before = stateOf(form);
  let sending = false;
  const isUnsaved = () => form.dataset.unsaved === "yes" || stateOf(form) !== before;
  form.addEventListener("submit", () => { sending = true; });
  window.addEventListener("pageshow", () => { sending = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && !ending && isUnsaved()) event.preventDefault();
  });
}
