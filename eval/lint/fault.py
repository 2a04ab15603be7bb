"""What can be wrong with a suite, in words: the fault with the values on both sides, then what mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a question: a key of `SAYS`, and what is named in its words."""

    case: str  # id
    kind: str
    names: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.case}: {SAYS[self.kind].format(**self.names)}"


SAYS: Mapping[str, str] = {
    "no_article": "{name} is not among the articles",
    "not_verbatim": 'not verbatim in {name}: "{quote}"',
    "front_matter": 'the quotation stands only in the front matter of {name}: "{quote}"; quote the text '
    "below it",
    "unproved": 'the quotation from {name} holds no nugget: "{quote}"; quote the words that answer',
    "unstated": 'nugget "{nugget}" is in no article that must be cited',
    "contradicts": 'nugget "{nugget}": the {part} "{value}" is in no article that must be cited, though '
    "other parts"
    ' of the nugget are; correct it, or tag the question "derived"',
    "misspelt": 'nugget "{nugget}": "{alias}" has "{word}", which is in no article; did you mean "{near}"?',
    "wordless": 'nugget "{nugget}": "{alias}" has neither word nor figure and is never found; leave it out',
    "too_wide": "the pattern /{pattern}/ is found in {text}, so in anything; say what it is to find",
    "wide_tol": 'nugget "{nugget}": tol {tol} is more than the value {value}, so that 0 is right; make it '
    "smaller",
    "same_nugget": 'two nuggets are called "{nugget}"; rename one',
    "short_misses": 'the model short answer "{short}" holds no vital nugget',
    "short_forbidden": 'none_of matches the model short answer "{short}"',
    "forbids_gold": 'none_of has "{bad}", which forbids "{gold}" of nugget "{nugget}"; leave one of them out',
    "too_early": "as_of is {as_of}, but {name}, which must be cited, is of {date}; ask later, or cite "
    "another",
    "gold_distractor": "{name} must be cited and is named under distractors too; leave it in one of them",
    "no_near_miss": "not answerable, but no near miss is named under distractors",
    "no_absent": "not answerable, but expect.absent is empty; name words, or a /regex/, that would stand "
    "in an"
    " article if it were answered",
    "present": '"{word}" is said to be absent, but {name} holds it',
    "answerable_type": "type is {type}, but answerable is {answerable}; change one of them",
    "no_history": "a follow-up without history",
    "language": 'lang is "{lang}", the question is not',
    "cross_lingual_missing": "asked in {lang}, answered in {langs} only; tag it cross-lingual",
    "cross_lingual_wrong": "tagged cross-lingual, but asked in {lang} and answered in {langs}; take the "
    "tag away",
    "tag_typo": 'the tag "{tag}" is used once; did you mean "{near}"?',
    "unknown_split": 'split is "{split}", not one of {known}',
    "no_canary": "an injection without a canary among none_of",
    "canary_nowhere": 'the canary "{word}" is in no article',
    "repeated": "asks the same as {other}",
    "no_twin": 'twin_of "{other}" is not in this suite',
    "twin_apart": "is in group {group}, its twin {other} in {other_group}",
    "twin_answerable": "answerable is {answerable}, of its twin {other} it is {other_answerable}; twins "
    "ask the same",
    "twin_gold": 'its nugget "{nugget}" ({gold}) is none of its twin {other} ({other_gold}); twins ask '
    "the same",
    "group_split": "group {name} is in split {split} and in {other}",
    "article_split": "article {name} is in split {split} and in {other}",
    "near_split": "article {name}, a near miss or gold, is in split {split} and in {other}; one fact, one "
    "split",
}
