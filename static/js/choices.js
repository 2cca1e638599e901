// A choice that is longer than its field is written out below it: a closed select never wraps. Inside [data-choices].

const widthOf = (text, font) => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = font;
  return pen.measureText(text).width;
};

const doesNotFit = (text, select) => {
  const { font, paddingLeft, paddingRight } = getComputedStyle(select);
  return widthOf(text, font) > select.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
};

for (const select of document.querySelectorAll("[data-choices] select")) {
  const note = document.createElement("p");
  note.className = "oc-help";
  note.ariaHidden = "true"; // the field says it already
  const writeOut = () => {
    const chosen = select.selectedOptions[0]?.text ?? "";
    note.textContent = doesNotFit(chosen, select) ? chosen : "";
  };
  select.after(note);
  select.addEventListener("change", writeOut);
  addEventListener("resize", writeOut);
  writeOut();
}
