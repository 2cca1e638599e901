// While something is being prepared the page looks again by itself: <div data-progress="yes">. Without this module there
// is a link that does it. The server does not take it for a person's activity (Sec-Fetch-Dest).

const SECONDS_BETWEEN_LOOKS = 2;
const frame = document.querySelector("[data-progress]");

async function look() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return wait();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-progress]");
  if (!fresh) return; // the session has ended
  frame.replaceChildren(...fresh.childNodes);
  frame.dataset.progress = fresh.dataset.progress;
  if (frame.dataset.progress === "yes") return wait();
  const said = document.querySelector("[data-progress-said]");
  if (said) said.textContent = said.dataset.progressSaid;
}

function wait() {
  setTimeout(look, SECONDS_BETWEEN_LOOKS * 1000);
}

if (frame?.dataset.progress === "yes") wait();
