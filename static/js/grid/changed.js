// What differs from what is in effect, which the field came with or says in data-before: each cell says what it was, the foot how many differ and what the user's day
// comes to.

import { written } from "../money.js";
import { centsIn } from "./rules.js";

const DAY = 1;

const before = (cell) => cell.dataset.before ?? cell.defaultValue;
const amountBefore = (cell, signs) => centsIn({ value: before(cell) }, signs);
const differs = (cell, signs) => {
  const now = centsIn(cell, signs);
  return now === null ? cell.value !== before(cell) : now !== amountBefore(cell, signs);
};

const mark = (cell, isChanged, sentence) => {
  if (cell.classList.contains("is-changed") === isChanged) return;
  cell.classList.toggle("is-changed", isChanged);
  const slot = cell.parentElement;
  slot.querySelector(".oc-before")?.remove();
  if (!isChanged) return;
  const line = document.createElement("p");
  line.className = "oc-before";
  line.textContent = sentence;
  slot.append(line);
};

// Returns what looks at all cells anew.
export const followChanges = (grid) => {
  const changed = grid.form.querySelector("[data-grid-changed]");
  const exposure = grid.form.querySelector("[data-grid-exposure]");
  const { words, signs } = grid;

  const follow = () => {
    let count = 0;
    let [dayBefore, dayAfter] = [0n, 0n];
    for (const row of grid.rows) {
      row.forEach((cell, column) => {
        const isChanged = differs(cell, signs);
        mark(cell, isChanged, words.before.replace("{limit}", before(cell)));
        count += Number(isChanged);
        if (column !== DAY) return;
        dayBefore += amountBefore(cell, signs) ?? 0n;
        dayAfter += centsIn(cell, signs) ?? 0n;
      });
    }
    changed.textContent = count === 0 ? "" : count === 1 ? words.changesOne : words.changesMany.replace("{count}", count);
    exposure.textContent = dayBefore === dayAfter ? ""
      : words.exposure.replace("{before}", written(dayBefore, signs)).replace("{after}", written(dayAfter, signs));
  };

  for (const kind of ["input", "change"]) {
    grid.form.addEventListener(kind, ({ target }) => {
      if (grid.rowOf(target)) follow();
    });
  }
  follow();
  return follow;
};
