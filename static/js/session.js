/* Warns before the session ends, and keeps what is typed when it does. The server alone decides when that is. */
const dialog = document.getElementById("session-warning");
const WARNED_BEFORE = 120;
let timer = 0;
let typedIn = null;

const seconds = async (options) => {
  const answer = await fetch(dialog.dataset.ask, { redirect: "manual", ...options });
  return answer.ok ? Number(await answer.text()) : 0;
};
const after = (wait, act) => {
  clearTimeout(timer);
  timer = setTimeout(act, Math.max(wait, 1) * 1000);
};
const leave = async () => {
  if (typedIn) {
    const body = new URLSearchParams(new FormData(typedIn));
    body.set("kept-page", location.pathname + location.search);
    await fetch(dialog.dataset.leave, { method: "POST", body, redirect: "manual", headers: { "X-Poll": "1" } });
  }
  location.replace(location.pathname + location.search);
};
const look = async () => {
  let left;
  try {
    left = await seconds({ headers: { "X-Poll": "1" } });
  } catch {
    return after(30, look); /* The server is away; it ends the session by itself. */
  }
  if (left > WARNED_BEFORE) {
    if (dialog.open) dialog.close();
    after(left - WARNED_BEFORE, look);
  } else if (left > 5) {
    if (!dialog.open) dialog.showModal();
    after(typedIn ? left - 5 : left + 1, look);
  } else {
    await leave();
  }
};
const stay = async () => {
  dialog.close();
  after((await seconds()) - WARNED_BEFORE, look);
};

if (dialog?.showModal) {
  document.addEventListener("input", (event) => {
    if (event.target.form?.method === "post") typedIn = event.target.form;
  });
  dialog.querySelector("[data-stay]").addEventListener("click", stay);
  dialog.addEventListener("cancel", stay);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  after(15 * 60 - WARNED_BEFORE, look);
}
