// Arrows and Enter move from cell to cell; the cell that is reached is selected whole.

// Left and right leave a cell only from the end of its text.
const next = (event, { shown: rows }, [row, column]) => {
  const cell = event.target;
  const whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
  switch (event.key) {
    case "ArrowDown": return rows[row + 1]?.[column];
    case "ArrowUp": return rows[row - 1]?.[column];
    case "Enter": return rows[event.shiftKey ? row - 1 : row + 1]?.[column];
    case "ArrowLeft": return whole || cell.selectionEnd === 0 ? rows[row][column - 1] : undefined;
    case "ArrowRight": return whole || cell.selectionStart === cell.value.length ? rows[row][column + 1] : undefined;
    default: return undefined;
  }
};

export const moveByKeys = (grid) => {
  grid.form.addEventListener("keydown", (event) => {
    const place = grid.placeOf(event.target);
    if (!place || event.ctrlKey || event.metaKey || event.altKey) return;
    const cell = next(event, grid, place);
    if (cell || event.key === "Enter") event.preventDefault(); // Enter moves; only the button sends
    if (!cell) return;
    grid.reveal(cell);
    cell.focus();
  });
  grid.form.addEventListener("focusin", ({ target }) => {
    if (grid.placeOf(target)) target.select();
  });
};
