// The limits grid as a spreadsheet: <form data-grid> with rows [data-row] of cells [data-column]. The server decides.

import { moveByKeys } from "./grid/keyboard.js";
import { markInvalid } from "./grid/invalid.js";
import { pasteBlocks } from "./grid/paste.js";
import { replicate } from "./grid/replicate.js";
import { centsOf, signsOf, written } from "./money.js";

class Grid {
  static COLUMNS = ["transaction", "day", "month"];

  constructor(form) {
    this.form = form;
    this.signs = signsOf(form);
    this.rows = [...form.querySelectorAll("[data-row]")].map((row) =>
      Grid.COLUMNS.map((column) => row.querySelector(`[data-column="${column}"]`)));
  }

  get cells() {
    return this.rows.flat();
  }

  // [row, column] of a cell, or null for what is no cell.
  placeOf(cell) {
    const row = this.rows.findIndex((each) => each.includes(cell));
    return row < 0 ? null : [row, this.rows[row].indexOf(cell)];
  }

  // Puts in what can be read as an amount as the portal writes it, and all else as it is: it is refused, never changed.
  put(row, column, text) {
    const cell = this.rows[row]?.[column];
    if (!cell || cell.disabled || cell.readOnly) return;
    const cents = centsOf(text, this.signs);
    cell.value = cents === null ? text.trim() : written(cents, this.signs);
  }
}

for (const form of document.querySelectorAll("[data-grid]")) {
  const grid = new Grid(form);
  const judge = markInvalid(grid);
  moveByKeys(grid);
  pasteBlocks(grid, judge);
  replicate(grid, Grid.COLUMNS, judge);
}
