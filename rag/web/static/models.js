() => {
  // The model that answers, for everyone who asks; a change waits in the line of the questions.
  let wanted = "";
  const show = (now) => {
    const [choice, select, said] = ["model-choice", "model", "model-said"].map((id) => document.getElementById(id));
    choice.hidden = !now.models.length;
    const ids = now.models.map((one) => one.id).join(" ");
    if (select.dataset.ids !== ids) {
      select.replaceChildren(...now.models.map((one) => new Option(one.label, one.id)));
      select.dataset.ids = ids;
      wanted = ""; // the first of a new list is selected by itself
    }
    if (wanted !== now.wanted) select.value = wanted = now.wanted;
    if (said.textContent !== now.said) said.textContent = now.said;
  };
  const look = async (how) => {
    try {
      const answer = await fetch(`/chat/model?lang=${document.documentElement.lang}`, how);
      const now = await answer.json();
      if (answer.ok) show(now);
      else document.getElementById("model-said").textContent = now.problem ?? "";
      return now.busy;
    } catch { /* the pill at the top says that the program has stopped */ }
  };
  const follow = async (how) => {
    if (!document.getElementById("model-said")) setTimeout(follow, 200);
    else if (await look(how)) setTimeout(follow, 1000);
  };
  document.addEventListener("change", (event) => {
    if (event.target.id !== "model") return;
    wanted = event.target.value;
    void follow({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ id: wanted }) });
  });
  // What others have chosen meanwhile is seen when the filters are opened.
  document.addEventListener("toggle", (event) => event.target.id === "filters" && event.target.open && follow(), true);
  void follow();
}
