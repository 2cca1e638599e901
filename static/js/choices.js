// A choice that is longer than its field is written out below it: a closed select never wraps. Inside [data-choices].

const pen = document.createElement("canvas").getContext("2d");
const selects = [...document.querySelectorAll("[data-choices] select")];

const writeOut = (select) => {
  const { font, paddingLeft, paddingRight } = getComputedStyle(select);
  const chosen = select.selectedOptions[0]?.text ?? "";
  pen.font = font;
  const room = select.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  select.nextElementSibling.textContent = pen.measureText(chosen).width > room ? chosen : "";
};

for (const select of selects) {
  const note = document.createElement("p");
  note.className = "oc-help";
  note.ariaHidden = "true"; // the field says it already
  select.after(note);
  writeOut(select);
  select.addEventListener("change", () => writeOut(select));
}
addEventListener("resize", () => selects.forEach(writeOut));
