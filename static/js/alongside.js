/* Comforts only: every page works without this file. */

/* The error summary takes the focus, so that a screen reader starts with what is wrong. */
document.querySelector("[data-focus]")?.focus();

/* One act, one request: a second press of a slow button sends nothing. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
});
/* A page taken from the browser's memory may be sent again. */
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-disabled]")?.removeAttribute("aria-disabled");
  }
});

/* Questions that belong to one answer show when it is chosen. */
const reveals = [...document.querySelectorAll("[data-reveal]")];
const showReveals = () => {
  for (const part of reveals) part.hidden = !document.getElementById(part.dataset.reveal)?.checked;
};
if (reveals.length) {
  addEventListener("change", showReveals);
  addEventListener("pageshow", showReveals);
  showReveals();
}

/* Printing needs a script, so the button waits for one. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

/* The status line asks for news; 204 is "unchanged". Nothing else on the page moves. */
const line = document.querySelector("[data-poll]");
const SECONDS = 10;
const LONGEST = 120;
if (line) {
  let wait = SECONDS;
  let timer = 0;
  const next = () => {
    clearTimeout(timer);
    if (!document.hidden && line.dataset.poll) timer = setTimeout(ask, wait * 1000);
  };
  const ask = async () => {
    try {
      const answer = await fetch(line.dataset.poll, { headers: { "X-Poll": "1" }, redirect: "error" });
      if (answer.status === 200) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector(".status-line");
        if (!fresh) return;
        line.replaceChildren(...fresh.childNodes);
        line.dataset.poll = fresh.dataset.poll || "";
      } else if (answer.status !== 204) {
        throw new Error(answer.statusText);
      }
      wait = SECONDS;
    } catch {
      /* Server away or signed out: ask less and less often. */
      wait = Math.min(wait * 2, LONGEST);
    }
    next();
  };
  document.addEventListener("visibilitychange", next);
  next();
}
