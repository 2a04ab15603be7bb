() => {
  // Thumbs: a press votes, another press takes the vote back; what is wrong can be said below.
  const send = async (block, vote, focus) => {
    const lang = block.closest(".turn").dataset.lang;
    let said = "";
    try {
      const answer = await fetch("/chat/vote", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ turn: block.dataset.turn, lang, ...vote }),
      });
      const html = (answer.headers.get("content-type") ?? "").startsWith("text/html") ? await answer.text() : "";
      if (answer.ok) {
        const place = document.createElement("div");
        place.innerHTML = html; // every text in it was escaped by the server, see rag/web/vote_block.py
        const next = place.firstElementChild;
        block.replaceWith(next);
        next.querySelector(focus)?.focus();
        said = next.querySelector(".told").textContent;
      } else {
        const told = block.querySelector(".told");
        told.innerHTML = html;
        said = told.textContent;
      }
    } catch { /* the pill at the top says that the program has stopped */ }
    window.ragSay(said);
  };

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest(".vote [data-verdict]") : null;
    if (!button) return;
    const { verdict } = button.dataset;
    const pressed = button.getAttribute("aria-pressed") === "true";
    void send(button.closest(".vote"), { verdict: pressed ? null : verdict }, `[data-verdict=${verdict}]`);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".vote form");
    if (!form) return;
    event.preventDefault();
    const reason = form.querySelector("[type=radio]:checked")?.value ?? null;
    const [note, right] = ["note", "right"].map((name) => form.elements[name].value);
    void send(form.closest(".vote"), { verdict: "down", reason, note, right }, "[type=submit]");
  });
}
