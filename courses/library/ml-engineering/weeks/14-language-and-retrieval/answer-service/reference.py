"""An answering service over documents, all but the language model itself."""

import re
import unicodedata


def passages(count, size, overlap):
    """The passages of a text of count words, as pairs [first, behind the last]."""
    found, start = [], 0
    while count > 0:
        found.append([start, min(start + size, count)])
        if start + size >= count:
            break
        start += size - overlap
    return found


def prepare(ranked, groups, minimum, budget, per_source):
    """The ids of the passages that go into the prompt."""
    chosen, left, taken = [], budget, {}
    for one in ranked:
        if not set(one["groups"]) & {*groups, "public"}:
            continue
        if one["score"] < minimum or one["tokens"] > left or taken.get(one["source"], 0) >= per_source:
            continue
        chosen.append(one["id"])
        left -= one["tokens"]
        taken[one["source"]] = taken.get(one["source"], 0) + 1
    return chosen


def check(answer, sources):
    """What is wrong with the citations of an answer."""
    problems = []
    for number, sentence in enumerate(re.split(r"(?<=[.!?])\s+", answer.strip()), start=1):
        cited = [int(one) for one in re.findall(r"\[(\d+)\]", sentence)]
        if not cited:
            problems.append(f"uncited {number}")
        problems += [f"unknown {one}" for one in cited if one not in sources]
        known = " ".join(sources[one] for one in cited if one in sources)
        figures = re.findall(r"\d+(?:\.\d+)?", known)
        for figure in re.findall(r"\d+(?:\.\d+)?", re.sub(r"\[\d+\]", " ", sentence)):
            if figure not in figures:
                problems.append(f"figure {figure}")
    return problems


def stream(tokens, first, between, total):
    """What a reader is shown of a stream of [seconds, text], and how it ended."""
    text, status, before = "", "complete", None
    for at, piece in tokens:
        limit = first if before is None else before + between
        if at > min(limit, total):
            status = "too long" if total < limit else "stuck" if text else "no answer"
            break
        text, before = text + piece, at
    if status != "complete":
        text = text[: max(text.rfind(sign) for sign in ".!?") + 1]
    return {"text": text, "status": status}


def cache_key(question, prompt, model, documents, language, groups):
    """A text that is equal exactly for requests that may share an answer."""
    plain = " ".join(unicodedata.normalize("NFKC", question).casefold().split()).rstrip("?!. ")
    return repr((plain, prompt, model, documents, language, sorted(set(groups))))


def cost(calls, prices):
    """The price of all calls."""
    total = 0.0
    for call in calls:
        price = prices[call["model"]]
        fresh = call["input"] - call["cached"]
        total += (fresh * price["input"] + call["cached"] * price["cached"] + call["output"] * price["output"]) / 1e6
    return total


def measure(runs):
    """The share answered, the share correct of those answered, and the share declined of the unanswerable."""

    def share(part, whole):
        return part / whole if whole else None

    answered = [run for run in runs if run["answered"]]
    hopeless = [run for run in runs if not run["answerable"]]
    return {
        "answered": share(len(answered), len(runs)),
        "correct": share(sum(run["answerable"] and run["correct"] for run in answered), len(answered)),
        "declined": share(sum(not run["answered"] for run in hopeless), len(hopeless)),
    }
