"""Who is asking: a person's browser, or a machine that says so.

The list is the maintained `crawler-user-agents` (measures.md section 10): pinned by the lock file, so a day's numbers can be
computed again. It does not call an empty user agent a bot; we do, because every browser sends one.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import crawleruseragents

from engagement.rules.kinds import Verdict

_LONGEST_AGENT = 512
_VERSION = re.compile(r"(\d+)[\d._]*")


@dataclass(frozen=True, slots=True)
class Agent:
    """`kind_of_browser` has minor versions removed: enough to tell two people in an office apart, too coarse to be a fingerprint."""

    verdict: Verdict
    kind_of_browser: str


def agent_of(user_agent: str) -> Agent:
    """Cached, because asking 1,500 patterns takes longer than everything else the collector does."""
    return _agent_of(user_agent[:_LONGEST_AGENT])


@lru_cache(maxsize=8192)
def _agent_of(user_agent: str) -> Agent:
    if not user_agent.strip():
        return Agent(Verdict.NO_AGENT, "")
    is_crawler = crawleruseragents.is_crawler(user_agent)
    return Agent(Verdict.CRAWLER if is_crawler else Verdict.VALID, _VERSION.sub(r"\1", user_agent))


def is_prefetch(purpose: str) -> bool:
    """`Sec-Purpose` or `Purpose` of a browser that loads ahead: nobody has looked or clicked yet."""
    return "prefetch" in purpose.lower() or "prerender" in purpose.lower()
