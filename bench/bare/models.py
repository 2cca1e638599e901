from django.db import models


class Row(models.Model):
    """A line of the page's table."""

    name = models.CharField(max_length=40)
    number = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
