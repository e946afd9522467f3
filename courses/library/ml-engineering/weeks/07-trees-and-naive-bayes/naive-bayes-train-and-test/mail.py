"""Made-up mail of six kinds, three of them spam. Seeded: the same numbers give the same mail."""

import numpy as np
import pandas as pd

KINDS = {  # how often, whether it is spam, typical senders, subjects and words
    "personal": (0.28, 0, ["anna@home.example", "li@home.example", "sam@work.example"], ["lunch tomorrow", "the photos", "quick question", "meeting notes"],
                 "hi thanks see you tomorrow lunch meeting notes photos kids train dinner question project draft weekend call later sorry late".split()),
    "receipt": (0.18, 0, ["orders@shop.example", "billing@power.example"], ["your order", "invoice attached", "payment received", "delivery today"],
                "order invoice payment received total account delivery parcel item price thank number date customer card address shipped free".split()),
    "newsletter": (0.18, 0, ["news@daily.example", "digest@club.example"], ["this week", "monthly digest", "new offers for members", "what is new"],
                   "week news digest members read offer free new event report free weekly story link unsubscribe save ticket price".split()),
    "advert": (0.16, 1, ["deals@best.example", "promo@buy.example"], ["save now", "lowest price", "limited offer", "free trial"],
               "offer free save cheap price buy now limited discount deal order click trial pills guaranteed unsubscribe lowest new".split()),
    "phishing": (0.12, 1, ["security@bank-login.example", "support@account-check.example"], ["your account", "payment failed", "verify now", "delivery stopped"],
                 "account verify password login suspended click payment card confirm urgent security customer now link address parcel within hours".split()),
    "prize": (0.08, 1, ["winner@lucky.example", "claim@prize.example"], ["you won", "claim your prize", "congratulations", "urgent answer"],
              "won prize claim million congratulations urgent transfer bank winner free send fee lottery money now confidential dear".split()),
}
COMMON = "the a to you we your is for and of in on it this with have can please will are".split()


def make_mail(n, seed):
    """A table of n made-up messages in order of arrival: raw text, kind, and 1 for spam."""
    rng = np.random.default_rng(seed)
    names, rows = list(KINDS), []
    pools = {name: np.array(KINDS[name][4]) for name in names}
    common = np.array(COMMON)
    for k, o in zip(rng.choice(6, size=n, p=[KINDS[name][0] for name in names]), rng.integers(6, size=n)):
        kind, other = names[k], names[o]
        _, spam, senders, subjects, _ = KINDS[kind]
        sender, subject, length = (int(i) for i in rng.integers([0, 0, 8], [len(senders), len(subjects), 40]))
        draw, pick = rng.random(length), rng.integers(10**6, size=length)
        pool = [common if d < 0.5 else pools[kind] if d < 0.82 else pools[other] for d in draw]
        body = " ".join(words[i % len(words)] for words, i in zip(pool, pick))
        rows.append((f"From: {senders[sender]}\nSubject: {subjects[subject].title()}\n\n{body.capitalize()}.\n", kind, spam))
    return pd.DataFrame(rows, columns=["raw", "kind", "spam"])
