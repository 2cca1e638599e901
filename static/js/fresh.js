// What has just changed is marked on the page one returns to: the names of the fields that differed when a form was sent are
// kept until a page with the same form says that it was done. Names alone, never what was typed.

const KEY = "occired-changed";
const differs = (field) => (field.type === "checkbox" || field.type === "radio"
  ? field.checked !== field.defaultChecked : field.value !== (field.dataset.before ?? field.defaultValue));
const changedIn = (form) => [...form.elements]
  .filter((field) => field.name && field.type !== "hidden" && "defaultValue" in field && differs(field))
  .map(({ name, value, type }) => (type === "checkbox" ? `${name}=${value}` : name));

for (const form of document.querySelectorAll("form[data-unsaved]")) {
  form.addEventListener("submit", () => {
    try { sessionStorage.setItem(KEY, JSON.stringify(changedIn(form))); } catch { /* storage may be switched off */ }
  });
}

const marked = () => {
  const kept = sessionStorage.getItem(KEY);
  if (!kept || !document.querySelector(".oc-banner.is-good")) return [];
  sessionStorage.removeItem(KEY);
  const names = new Set(JSON.parse(kept));
  return [...document.querySelectorAll("form[data-unsaved] [name]")]
    .filter(({ name, value }) => names.has(name) || names.has(`${name}=${value}`));
};

try {
  for (const field of marked()) (field.closest("tr, li, .oc-field") ?? field).classList.add("is-fresh");
} catch { /* storage may be switched off */ }
