(pages, drawn) => {
  // The page speaks the language that was chosen by hand, else the first that the browser asks for and we
  // speak, as the pages beside it do. It is settled before anything is drawn, so nobody sees words change.
  const known = (name) => name === "en" || name === "vi";
  const chosen = new URLSearchParams(location.search).get("ui");
  if (known(chosen)) {
    document.cookie = `rag-language=${chosen}; path=/; max-age=31536000; samesite=strict`;
    history.replaceState(history.state, "", location.pathname); // a reload may choose anew
  }
  const kept = document.cookie.match(/(?:^|; )rag-language=(en|vi)(?:;|$)/)?.[1];
  const asked = navigator.languages.map((name) => name.slice(0, 2).toLowerCase()).find(known);
  const lang = (document.documentElement.lang = (known(chosen) && chosen) || kept || asked || "en");
  window.ragWords = pages[lang];
  if (lang === "en") return; // as it was served

  // What Gradio draws is changed in place, since Gradio holds on to its nodes and draws some of them anew.
  const draw = (where, words) => {
    const one = document.querySelector(where);
    if (one?.matches("textarea")) {
      if (one.placeholder !== words) one.placeholder = words;
      return;
    }
    const text = [...(one?.childNodes ?? [])].find((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (text && text.data.trim() !== words) text.data = words;
  };
  const speak = () => {
    for (const one of document.querySelectorAll("[data-vi]")) {
      one.textContent = one.dataset.vi;
      delete one.dataset.vi; // from now on it may say something else
    }
    for (const [where, key] of Object.entries(drawn)) draw(where, pages[lang][key]);
  };
  new MutationObserver(speak).observe(document.documentElement, { childList: true, subtree: true });
}
