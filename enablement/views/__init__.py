"""Where this room meets HTTP: courses and quiz in the portal; certifications and awards on the desk."""

from enablement.views import awards, certifications, courses, questions, quiz

BLUEPRINTS = (courses.bp, quiz.bp, certifications.bp, questions.bp, awards.bp)

__all__ = ["BLUEPRINTS"]
