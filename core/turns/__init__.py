"""Turns: every "whose turn is it" as a task with an owner and a due date.

A room says with `@turns` whose turn it is for one of its objects. Rows are derived: they follow the object's events, a sweep finds what
time alone has changed, and all of them can be built again. Does not own what is done about a task; that stays with the room.
"""

from core.turns.kinds import TURNS, TaskWords, Turn, turns
from core.turns.models import Task
from core.turns.queries import TaskFilter, open_count, tasks_page
from core.turns.refreshing import rebuild, refresh

__all__ = ["TURNS", "Task", "TaskFilter", "TaskWords", "Turn", "open_count", "rebuild", "refresh", "tasks_page", "turns"]
