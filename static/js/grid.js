// The limits grid as a spreadsheet: <form data-grid> with rows [data-row] of cells [data-column]. The server decides.

import { followChanges } from "./grid/changed.js";
import { moveByKeys } from "./grid/keyboard.js";
import { markInvalid } from "./grid/invalid.js";
import { pasteBlocks } from "./grid/paste.js";
import { replicate } from "./grid/replicate.js";
import { centsOf, signsOf, written } from "./money.js";

const NARROW = matchMedia("(max-width: 767.98px)"); // only a telephone folds it, and loads what does

class Grid {
  static COLUMNS = ["transaction", "day", "month"];

  constructor(form) {
    this.form = form;
    this.signs = signsOf(form);
    this.words = form.querySelector("[data-grid-words]").dataset;
    this.rows = [...form.querySelectorAll("[data-row]")].map((row) =>
      Grid.COLUMNS.map((column) => row.querySelector(`[data-column="${column}"]`)));
    for (const cell of this.rows.flat()) cell.id ||= `id_${cell.name}`; // the page names only those it speaks of
    this.shown = this.rows;
    this.reveal = () => {};
    form.addEventListener("occired:filtered", () => {
      this.shown = this.rows.filter(([cell]) => !cell.closest("[hidden]"));
    });
  }

  get cells() {
    return this.rows.flat();
  }

  // [row, column] of a cell among the rows that are shown, or null for what is no cell.
  placeOf(cell) {
    const row = this.shown.findIndex((each) => each.includes(cell));
    return row < 0 ? null : [row, this.shown[row].indexOf(cell)];
  }

  rowOf(cell) {
    return this.rows.find((each) => each.includes(cell));
  }

  // Puts in what can be read as an amount as the portal writes it, and all else as it is: it is refused, never changed.
  // Whether it could be read.
  put(cell, text) {
    const cents = centsOf(text, this.signs);
    cell.value = cents === null ? text.trim() : written(cents, this.signs);
    return cents !== null;
  }
}

for (const form of document.querySelectorAll("[data-grid]")) {
  const grid = new Grid(form);
  const judge = markInvalid(grid);
  const follow = followChanges(grid);
  let refold = () => {};
  const foldNow = async () => {
    refold = (await import("./grid/fold.js")).fold(grid);
  };
  if (NARROW.matches) foldNow();
  else NARROW.addEventListener("change", foldNow, { once: true });
  const after = () => {
    judge();
    follow();
    refold();
  };
  moveByKeys(grid);
  pasteBlocks(grid, after);
  replicate(grid, Grid.COLUMNS, after);
}
