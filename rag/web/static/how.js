() => {
  // "How this was answered" is fetched when it is opened for the first time.
  document.addEventListener("toggle", async (event) => {
    const how = event.target;
    if (!(how instanceof HTMLDetailsElement) || !how.matches(".how") || !how.open || how.dataset.told) return;
    how.dataset.told = "yes";
    const asked = new URLSearchParams({ turn: how.dataset.turn, lang: how.closest(".turn").dataset.lang });
    const path = how.querySelector(".path");
    try {
      const answer = await fetch("/chat/how?" + asked);
      if (!(answer.headers.get("content-type") ?? "").startsWith("text/html")) throw new Error("not for the page");
      path.innerHTML = await answer.text(); // every text in it was escaped by the server, see rag/web/path.py
    } catch { // the pill at the top says that the program has stopped; the next opening asks again
      delete how.dataset.told;
    }
  }, true); // it does not bubble
}
