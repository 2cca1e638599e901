// A minute before the session ends for idleness: a countdown and a way to stay. Every page of the portal that is open
// in this browser shares one clock, because the server counts them as one session.

const WARNING_SECONDS = 60;
const KEY = "occired-last-request";

const dialog = document.querySelector("[data-idle-seconds]");
const idleMilliseconds = Number(dialog.dataset.idleSeconds) * 1000;
const countdown = dialog.querySelector("[data-idle-countdown]");
const form = dialog.querySelector("form");

const remember = () => {
  try { localStorage.setItem(KEY, String(Date.now())); } catch { /* storage may be switched off; this page counts alone */ }
};
const opened = Date.now();
const lastRequest = () => {
  try { return Math.max(opened, Number(localStorage.getItem(KEY))); } catch { return opened; }
};

const end = () => {
  document.dispatchEvent(new CustomEvent("occired:session-ends"));
  location.assign(dialog.dataset.idleEnd);
};

const tick = () => {
  const seconds = Math.ceil((lastRequest() + idleMilliseconds - Date.now()) / 1000);
  if (seconds <= 0) {
    end();
    return;
  }
  if (seconds > WARNING_SECONDS) {
    if (dialog.open) dialog.close();
    return;
  }
  countdown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (!dialog.open) dialog.showModal();
};

const stay = async () => {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
  if (answer.ok) {
    remember();
    dialog.close();
  } else {
    end();
  }
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  stay().catch(() => { /* the network failed: the countdown goes on and the button may be pressed again */ });
});
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  form.requestSubmit();
});

if (idleMilliseconds > 0) {
  remember();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
}
