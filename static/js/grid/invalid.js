// A cell says at once when it breaks a rule, beside itself, and how many do is counted, with the way to the first of them.

import { centsOf } from "../money.js";
import { centsIn, problemsOf } from "./rules.js";

const PLAIN = { decimal: ".", group: "," }; // how data-ceilings is written

// Of transaction, day and month, as the row's service has them.
export const ceilingsOf = ([cell]) =>
  (cell.closest("[data-ceilings]")?.dataset.ceilings.split(" ").filter(Boolean) ?? []).map((most) => centsOf(most, PLAIN));

const noteOf = (field) => document.getElementById(`${field.id}_note`);

export const clear = (field) => {
  if (!field.classList.contains("is-invalid")) return;
  field.parentElement.querySelector(".oc-error")?.remove();
  field.classList.remove("is-invalid");
  field.removeAttribute("aria-invalid");
  if (noteOf(field)) field.setAttribute("aria-describedby", `${field.id}_note`);
  else field.removeAttribute("aria-describedby");
};

export const say = (field, sentence) => {
  let line = field.parentElement.querySelector(".oc-error");
  if (!line) {
    line = document.createElement("p");
    line.id = `${field.id}_error`;
    line.className = "oc-error";
    field.after(line);
  }
  if (line.textContent !== sentence) line.textContent = sentence;
  field.classList.add("is-invalid");
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", line.id);
};

// Marks cells as they are typed into. Returns what judges all of them, for whoever fills several.
export const markInvalid = (grid) => {
  const summary = grid.form.querySelector("[data-grid-problems]");

  const judge = (row) => {
    const amounts = row.map((cell) => centsIn(cell, grid.signs));
    problemsOf(amounts, ceilingsOf(row), grid.words, grid.signs).forEach((sentence, index) =>
      (sentence ? say(row[index], sentence) : clear(row[index])));
  };
  const sumUp = () => {
    const wrong = grid.cells.filter((cell) => cell.classList.contains("is-invalid"));
    const sentence = wrong.length === 1 ? grid.words.one : grid.words.many.replace("{count}", wrong.length);
    if (summary.textContent === (wrong.length ? sentence : "")) return;
    const link = document.createElement("a");
    link.href = `#${wrong[0]?.id}`;
    link.textContent = sentence;
    summary.replaceChildren(...(wrong.length ? [link] : []));
  };
  const judgeAll = () => {
    grid.rows.forEach(judge);
    sumUp();
  };

  for (const kind of ["input", "change"]) {
    grid.form.addEventListener(kind, ({ target }) => {
      const row = grid.rowOf(target);
      if (!row) return;
      judge(row);
      sumUp();
    });
  }
  if (grid.cells.some((cell) => cell.value !== cell.defaultValue)) judgeAll(); // the browser brought typed values back
  return judgeAll;
};
