"""Runs web, worker, scheduler and the demo partner sites as one tree: what dies is started again, Ctrl-C ends all."""

from hub.supervisor.processes import Program, Tree
from hub.supervisor.programs import programs_for

__all__ = ["Program", "Tree", "programs_for"]
