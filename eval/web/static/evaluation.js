// Looks every two seconds how far the evaluation is. When it has ended, the page is drawn anew, unless
// somebody is choosing the next one: then that it has ended is said, and the page is left to them.
const box = document.getElementById("progress");
let touched = false;
document.getElementById("choose")?.addEventListener("input", () => { touched = true; });

const end = () => {
  if (!touched) return void location.replace("/evaluation");
  const link = document.createElement("a");
  link.href = "/evaluation";
  link.textContent = box.dataset.ended;
  document.getElementById("ended").append(link);
  box.remove();
};

const look = async () => {
  try {
    const answer = await fetch("/evaluation/progress");
    if (answer.status === 204) return void end();
    if (answer.ok) box.innerHTML = await answer.text(); // every text in it was escaped by the server
  } catch { /* the server is away: what was shown stays */ }
  setTimeout(look, 2000);
};
if (box) setTimeout(look, 2000);
