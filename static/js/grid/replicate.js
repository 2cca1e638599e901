// "Asignar" (S1-084): the three values of the box into every row they are for; an empty one leaves its column as it is. A
// value that would be wrong anywhere says so in the box, and nothing is copied.

import { ceilingsOf, clear, say } from "./invalid.js";
import { centsGiven, problemsOf } from "./rules.js";

const isFor = (target, [cell]) => {
  if (target.startsWith("s.")) return cell.closest("[data-service]").dataset.service === target.slice(2);
  return !target || cell.closest("[data-product]").dataset.product === target.slice(2);
};

export const replicate = (grid, columns, after) => {
  const box = grid.form.querySelector("[data-replicate]");
  if (!box) return;
  const fields = columns.map((column) => box.querySelector(`[data-column="${column}"]`));
  const said = box.querySelector("[data-replicate-said]");

  const refused = (amounts, rows) => {
    const problems = ["", "", ""];
    if (amounts.every((amount) => amount === undefined)) problems[0] = grid.words.nothing;
    for (const row of rows) {
      const service = row[0].closest("[data-service]")?.dataset.serviceName ?? "";
      const above = grid.words.aboveCeilingOf.replace("{service}", service);
      problemsOf(amounts, ceilingsOf(row), grid.words, grid.signs, above).forEach((sentence, index) => {
        problems[index] ||= sentence;
      });
    }
    fields.forEach((field, index) => (problems[index] ? say(field, problems[index]) : clear(field)));
    return fields.find((_, index) => problems[index]);
  };

  const chosen = box.querySelector("[data-replicate-target]");
  const copyTo = (target) => {
    const rows = grid.rows.filter((row) => isFor(target, row));
    const amounts = fields.map((field) => centsGiven(field, grid.signs));
    const wrong = refused(amounts, rows);
    said.textContent = "";
    if (wrong) {
      wrong.focus();
      return;
    }
    let count = 0;
    for (const row of rows) {
      fields.forEach((field, column) => {
        if (amounts[column] === undefined) return;
        grid.put(row[column], field.value);
        count += 1;
      });
    }
    after();
    said.textContent = grid.words.copied.replace("{count}", count);
  };
  for (const button of grid.form.querySelectorAll("[data-replicate-apply]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      copyTo(button.value.startsWith("s.") ? button.value : chosen?.value ?? "");
    });
  }
};
