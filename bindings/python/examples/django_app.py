"""Search beside Django's own database, in one file: articles are rows of Django's, and VecStore finds them by what they say.

    pip install django vecstore
    SEARCH_DB=search.db python django_app.py runserver --noreload

Signals keep the two in step. The database is opened at the first use, so that every process of a server opens its own; one process
writes at a time.
"""

from __future__ import annotations

import functools
import os
import sys
from typing import Any

import django
from django.conf import settings

if not settings.configured:
    settings.configure(
        DEBUG=True,
        SECRET_KEY="an example's",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=["django.contrib.contenttypes"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("DJANGO_DB", "articles.sqlite3")}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()

from django.db import connection, models
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest, JsonResponse
from django.urls import path

import vecstore


class Article(models.Model):
    title = models.TextField()
    body = models.TextField()
    year = models.IntegerField()

    class Meta:
        app_label = "articles"


def make_table() -> None:
    """What migrations do in a project of more than one file."""
    if Article._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Article)


@functools.cache
def articles() -> vecstore.Collection:
    db = vecstore.open(os.environ.get("SEARCH_DB", "search.db"))
    return db.collection("articles", embedder=vecstore.builtin_model())


@receiver(post_save, sender=Article)
def write(sender: Any, instance: Article, **kwargs: Any) -> None:
    metadata = {"title": instance.title, "year": instance.year}
    articles().upsert_text(str(instance.pk), f"{instance.title}\n{instance.body}", metadata=metadata)


@receiver(post_delete, sender=Article)
def remove(sender: Any, instance: Article, **kwargs: Any) -> None:
    articles().remove(str(instance.pk))


def search(request: HttpRequest) -> JsonResponse:
    """/search?q=opening+files&since=2020: the rows of the hits, best first."""
    condition = vecstore.field("year") >= int(request.GET["since"]) if "since" in request.GET else None
    hits = articles().search(request.GET["q"], 5, filter=condition)
    rows = Article.objects.in_bulk([int(id) for id in hits.ids])
    found = [{"title": rows[int(h.id)].title, "year": rows[int(h.id)].year, "score": h.score} for h in hits if int(h.id) in rows]
    return JsonResponse({"hits": found})


urlpatterns = [path("search", search)]

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    make_table()
    execute_from_command_line(sys.argv)
