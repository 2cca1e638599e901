// "Asignar" (S1-084): the three values of the box into every row; an empty one leaves its column as it is.

export const replicate = (grid, columns, judge) => {
  const box = grid.form.querySelector("[data-replicate]");
  box?.querySelector("[data-replicate-apply]").addEventListener("click", (event) => {
    event.preventDefault();
    for (const field of box.querySelectorAll("[data-column]")) {
      if (!field.value.trim()) continue;
      const column = columns.indexOf(field.dataset.column);
      grid.rows.forEach((_, row) => grid.put(row, column, field.value));
    }
    judge();
  });
};
