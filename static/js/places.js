// The cities offered are those of the chosen department: <input data-city list="…"> beside a select named "department". The
// list says of each city where it lies, which is all that a browser without scripts offers.

for (const city of document.querySelectorAll("[data-city]")) {
  const department = city.form?.elements.namedItem("department");
  if (!city.list || department?.tagName !== "SELECT") continue;
  const all = [...city.list.options];
  const follow = () => city.list.replaceChildren(...all.filter(({ label }) => !department.value || label === department.value));
  department.addEventListener("change", follow);
  follow();
}
