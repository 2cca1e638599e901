// A minute before the session ends for idleness: a countdown and a way to stay. Every page of the portal that is open
// in this browser shares one clock, because the server counts them as one session. <dialog data-idle-seconds>.

const WARNING_SECONDS = 60;
const KEY = "occired-last-request";

const remember = () => {
  try { localStorage.setItem(KEY, String(Date.now())); } catch { /* storage may be switched off; this page counts alone */ }
};
const lastRequest = (opened) => {
  try { return Math.max(opened, Number(localStorage.getItem(KEY))); } catch { return opened; }
};
const clockOf = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

const watch = (dialog, idleSeconds) => {
  const countdown = dialog.querySelector("[data-idle-countdown]");
  const form = dialog.querySelector("form");
  const opened = Date.now();

  const end = () => {
    document.dispatchEvent(new CustomEvent("occired:session-ends"));
    location.assign(dialog.dataset.idleEnd);
  };

  const tick = () => {
    const seconds = Math.ceil((lastRequest(opened) - Date.now()) / 1000 + idleSeconds);
    if (seconds <= 0) {
      end();
      return;
    }
    if (seconds > WARNING_SECONDS) {
      if (dialog.open) dialog.close();
      return;
    }
    countdown.textContent = clockOf(seconds);
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
  remember();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
};

for (const dialog of document.querySelectorAll("[data-idle-seconds]")) {
  const seconds = Number(dialog.dataset.idleSeconds);
  if (seconds > 0) watch(dialog, seconds);
}
