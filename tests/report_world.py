"""Runs to report on: every system over the small press, and what one of them says is an attack."""

from eval_world import RECORDS, make_library, run_world, write_suite

HOSTILE = (
    '<script>document.title = "owned"</script><img src=x onerror="document.title = \'owned\'">{{ 7 * 7 }} | x'
    " ![x](https://evil.example/x.png) [x](javascript:alert) `x` </article></style>"
)
BASELINES = ("oracle", "best-sentence", "closed-book", "search")


def hostile(case, answer):
    """Let the second answer be wrong, and what it says and quotes be an attack."""
    if case.id == "w1":
        answer.update(status="abstained", answer="No article says so.", short=None, claims=[], citations=[])
    if case.id == "w2":
        answer["answer"] = answer["short"] = HOSTILE
        answer["status"] = "answered"
        for citation in answer["citations"]:
            citation["quote"] = HOSTILE
            citation["file"] = f"{HOSTILE}.txt"


def make_runs(folder):
    """Run everything on one suite, the assistant once more; return the folder of the runs."""
    library, suite = make_library(folder), write_suite(folder)
    out = folder / "runs"
    run_world(out / "assistant-scripted", library, [suite], change=hostile)
    run_world(out / "assistant-scripted.repeat2", library, [suite])
    for name in BASELINES:
        run_world(out / name, library, [suite], name=name)
    return out


def make_runs_on_two_suites(folder):
    """Run the assistant and the oracle on a suite to tune on and on one that is not; return the folder."""
    library = make_library(folder)
    held_out = [{**one, "split": "report"} for one in RECORDS[:3]]
    suites = [write_suite(folder), write_suite(folder, held_out, "other")]
    for name in ("assistant", "oracle"):
        run_world(folder / "runs" / name, library, suites, name=name, change=hostile)
    return folder / "runs"
