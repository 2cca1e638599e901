// A cell says at once when it breaks transaction <= day <= month <= ceiling (decision 14), and how many do is counted.

import { centsOf, written } from "../money.js";

const EXAMPLE_CENTS = 150000050n;
const PLAIN = { decimal: ".", group: "," }; // how data-ceiling is written

const centsIn = (cell, signs) => (cell.value.trim() ? centsOf(cell.value, signs) : 0n);

// Which sentence a cell deserves, or "".
const problemOf = (row, index, words, signs) => {
  const about = (sentence, cents) => sentence.replace("{limit}", written(cents, signs));
  const amount = centsIn(row[index], signs);
  const { ceiling } = row[index].dataset;
  if (amount === null) return about(words.notMoney, EXAMPLE_CENTS);
  if (ceiling && amount > centsOf(ceiling, PLAIN)) return about(words.aboveCeiling, centsOf(ceiling, PLAIN));
  const before = index ? centsIn(row[index - 1], signs) : null;
  if (before === null || amount >= before) return "";
  return about(index === 1 ? words.belowTransaction : words.belowDay, before);
};

const lineOf = (cell) => {
  const line = document.createElement("p");
  line.id = `${cell.id}_error`;
  line.className = "oc-error";
  cell.parentElement.append(line); // below the bar
  return line;
};

const clear = (cell) => {
  document.getElementById(`${cell.id}_error`)?.remove();
  cell.classList.remove("is-invalid");
  cell.removeAttribute("aria-invalid");
  cell.removeAttribute("aria-describedby");
};

const say = (cell, sentence) => {
  const line = document.getElementById(`${cell.id}_error`) ?? lineOf(cell);
  if (line.textContent !== sentence) line.textContent = sentence;
  cell.classList.add("is-invalid");
  cell.setAttribute("aria-invalid", "true");
  cell.setAttribute("aria-describedby", line.id);
};

// Marks cells as they are typed into. Returns what judges all of them, for whoever fills several.
export const markInvalid = (grid) => {
  const words = grid.form.querySelector("[data-grid-words]").dataset;
  const summary = grid.form.querySelector("[data-grid-problems]");

  const judge = (row) => row.forEach((cell, index) => {
    const sentence = problemOf(row, index, words, grid.signs);
    if (sentence) say(cell, sentence);
    else clear(cell);
  });
  const sumUp = () => {
    const count = grid.cells.filter((cell) => cell.classList.contains("is-invalid")).length;
    const sentence = count === 1 ? words.one : count ? words.many.replace("{count}", count) : "";
    if (summary && summary.textContent !== sentence) summary.textContent = sentence;
  };
  const judgeAll = () => {
    grid.rows.forEach(judge);
    sumUp();
  };

  for (const kind of ["input", "change"]) {
    grid.form.addEventListener(kind, ({ target }) => {
      const place = grid.placeOf(target);
      if (!place) return;
      judge(grid.rows[place[0]]);
      sumUp();
    });
  }
  if (grid.cells.some((cell) => cell.value !== cell.defaultValue)) judgeAll(); // the browser brought typed values back
  return judgeAll;
};
