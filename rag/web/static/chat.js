() => {
  document.title = window.ragWords.title; // see speak.js

  // Says whether the model is there, until it is.
  const poll = async () => {
    const pill = document.getElementById("readiness");
    let wait = 1000;
    if (pill) {
      try {
        const health = await (await fetch(`/health?lang=${document.documentElement.lang}`)).json();
        const state = health.ready ? "ready" : health.why && !health.starting ? "failed" : "starting";
        const text = { ready: window.ragWords.ready, starting: window.ragWords.starting, failed: health.why }[state];
        if (pill.dataset.state !== state || pill.textContent !== text) {
          pill.dataset.state = state;
          pill.textContent = text;
        }
        wait = state === "starting" ? 1000 : 30000;
      } catch {
        pill.dataset.state = "failed";
        pill.textContent = window.ragWords.ended;
        wait = 3000;
      }
    }
    setTimeout(poll, wait);
  };
  poll();

  // A new question comes to the top of the window, once; after that the page keeps still.
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let shown = "";
  const look = () => {
    const turn = document.querySelector("#live article.turn");
    const number = turn ? turn.dataset.turn : "";
    if (number && number !== shown) {
      const top = number === "1" ? 0 : scrollY + turn.getBoundingClientRect().top;
      scrollTo({ top, behavior: calm.matches ? "auto" : "smooth" });
    }
    shown = number;
  };
  const watch = () => {
    const live = document.getElementById("live");
    if (!live) return void setTimeout(watch, 200);
    new MutationObserver(look).observe(live, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-turn"] });
  };
  watch();

  // A mark takes the keyboard to its card, and the card's arrow takes it back.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a.mark, a.back") : null;
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    event.preventDefault();
    document.querySelectorAll(".sought").forEach((one) => one.classList.remove("sought"));
    target.classList.add("sought");
    target.focus({ preventScroll: true });
    target.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth", block: "nearest" });
  });

  // The button that stops an answer goes away; the keyboard that pressed it goes back to the question.
  document.addEventListener("click", (event) => {
    const pressed = event.detail === 0 && event.target instanceof Element && event.target.closest("#stop");
    if (pressed) document.querySelector("#question textarea")?.focus();
  });

  // A mark and its card show each other, under the pointer and under the keyboard.
  const pairs = (at) => {
    const mark = at.closest("a.mark");
    const card = mark ? document.getElementById(mark.getAttribute("href").slice(1)) : at.closest(".card[id]");
    return card ? [card, ...document.querySelectorAll(`a.mark[href="#${card.id}"]`)] : [];
  };
  const pair = (event) => {
    document.querySelectorAll(".paired").forEach((one) => one.classList.remove("paired"));
    if (event.target instanceof Element) pairs(event.target).forEach((one) => one.classList.add("paired"));
  };
  document.addEventListener("mouseover", pair);
  document.addEventListener("focusin", pair);

  // While a turn stays as it is, only its seconds and its draft are put in place.
  const run = () => {
    for (const part of document.querySelectorAll("#running .clock, #running .prose")) {
      const own = document.querySelector(`#live .turn:is(.searching, .starting, .waiting, .reading, .drafting) .${part.className}`);
      if (own && own.textContent !== part.textContent) own.textContent = part.textContent;
    }
  };
  const follow = () => {
    const running = document.getElementById("running");
    if (!running) return void setTimeout(follow, 200);
    new MutationObserver(run).observe(running, { childList: true, subtree: true, characterData: true });
  };
  follow();

  // What had the keyboard keeps it when its turn is drawn anew.
  let held = "";
  document.addEventListener("focusin", (event) => { held = event.target.closest?.("#live") ? event.target.id : ""; });
  const hold = () => {
    if (held && document.activeElement === document.body) document.getElementById(held)?.focus({ preventScroll: true });
  };
  const keep = () => {
    const live = document.getElementById("live");
    if (!live) return void setTimeout(keep, 200);
    new MutationObserver(hold).observe(live, { childList: true, subtree: true });
  };
  keep();
}
