"""What is derived from the ledger and kept: it may be dropped, and `rebuild` makes it again."""

from django.db import models

ALARMED = ("alarm_on", "subject_id")
OVERDUE = ("overdue_on", "subject_id", "alarm_on")
DUE = ("due_on", "subject_id", "overdue_on", "alarm_on")
ASKING = ("next_on", "subject_id", "overdue_on", "due_on", "alarm_on", "waits")
LAST_KNOWN = ("-known_on", "-on", "subject_id", "id")
NEWEST = ("-on", "subject_id", "place", "tells_arm")
"""The order of the lists; what follows the number of the participant is asked of the index too."""
PRESSING = ("rank", "on", "subject_id", "place", "tells_arm")
"""The order of a list that has one of its own."""
RANKED = models.Q(rank__isnull=False)


class SubjectRow(models.Model):
    """A folded subject, and the little that lists ask of it."""

    subject_id = models.CharField(max_length=200, primary_key=True)
    site = models.CharField(max_length=64)
    status = models.CharField(max_length=32)
    entered_on = models.DateField(null=True)
    registered_on = models.DateField(null=True)
    randomised_on = models.DateField(null=True)
    panel_open = models.BooleanField(default=False, db_index=True)
    panel = models.CharField(max_length=64, default="", db_default="")
    """What the panel concluded, or how many votes are in."""
    alarm_on = models.DateField(null=True)
    """From when on something alarms if nothing more is recorded; below: is overdue, due, open."""
    overdue_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    next_on = models.DateField(null=True)
    waits = models.BooleanField(default=False, db_default=False)
    """Whether something waits for others."""
    outlook = models.BinaryField(null=True)
    """All that comes next."""
    looked_on = models.DateField(null=True, db_index=True)
    """The day on which that was worked out."""
    changes_on = models.DateField(null=True)
    """The first day on which it, or what went otherwise, must be worked out anew."""
    turns_at = models.DateTimeField(null=True)
    """The first moment at which something comes to press otherwise, of which people may be told."""
    deviations = models.PositiveIntegerField(default=0, db_default=0)
    counted = models.TextField(default="[]", db_default="[]")
    """What they count under, for numbers that are kept."""
    seq = models.PositiveIntegerField()
    elsewhere = models.PositiveIntegerField()
    fold = models.PositiveIntegerField(db_default=0)
    study = models.CharField(max_length=64)
    state = models.BinaryField()

    class Meta:
        db_table = "read_subject"
        indexes = (
            models.Index(fields=["fold", "study"], name="rows_by_what_made_them"),
            # A list asks an index alone which rows it shows, in their order, and how many they are:
            # the rows themselves are long. Each stands twice, for one hospital and for all of them.
            models.Index(fields=["status", "subject_id"], name="rows_by_status"),
            models.Index(fields=["site", "subject_id"], name="rows_of_a_site"),
            models.Index(fields=["site", "status", "subject_id"], name="site_rows_by_status"),
            models.Index(fields=["changes_on"], name="rows_that_change"),
            models.Index(fields=["site", "changes_on"], name="site_rows_that_change"),
            models.Index(fields=["turns_at"], name="rows_that_turn"),
            models.Index(fields=ALARMED, name="rows_alarmed"),
            models.Index(fields=["site", *ALARMED], name="site_rows_alarmed"),
            models.Index(fields=OVERDUE, name="rows_overdue"),
            models.Index(fields=["site", *OVERDUE], name="site_rows_overdue"),
            models.Index(fields=DUE, name="rows_due"),
            models.Index(fields=["site", *DUE], name="site_rows_due"),
            models.Index(fields=ASKING, name="rows_that_ask"),
            models.Index(fields=["site", *ASKING], name="site_rows_that_ask"),
            models.Index(
                fields=["site", "subject_id", "next_on"],
                name="rows_that_wait",
                condition=models.Q(waits=True),
            ),
        )


class DeviationRow(models.Model):
    """What went otherwise with one participant, as it stood when their row was made."""

    subject_id = models.CharField(max_length=200, db_index=True)
    site = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    on = models.DateField()
    known_on = models.DateField()
    by = models.CharField(max_length=200)
    visit = models.CharField(max_length=200)
    form = models.CharField(max_length=200)
    number = models.PositiveIntegerField()
    what = models.TextField()

    class Meta:
        db_table = "read_deviation"
        indexes = (
            models.Index(fields=LAST_KNOWN, name="deviations_by_day"),
            models.Index(fields=["kind", *LAST_KNOWN], name="deviations_by_kind"),
            models.Index(fields=["site", *LAST_KNOWN], name="site_deviations_by_day"),
            models.Index(fields=["site", "kind", *LAST_KNOWN], name="site_deviations_by_kind"),
        )


class TableRow(models.Model):
    """A row of a table that has a list, as a participant had it when their row was made."""

    table = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=200, db_index=True)
    site = models.CharField(max_length=64)
    on = models.CharField(max_length=10)
    """The day by which the list is in order; empty where none is known."""
    place = models.PositiveIntegerField()
    tells_arm = models.BooleanField()
    rank = models.SmallIntegerField(null=True)
    """How it presses, in a table with an order of its own."""
    whose = models.CharField(max_length=64, db_default="", default="")
    """By what the list of such a table is narrowed, as the role that is to do something."""
    values = models.TextField()

    counts: tuple[tuple[str, str], ...] = ()
    """What is counted of it while it is being kept; it stands with the participant."""

    class Meta:
        db_table = "read_table_row"
        indexes = (
            models.Index(fields=["table", *NEWEST], name="table_rows_by_day"),
            models.Index(fields=["table", "site", *NEWEST], name="site_table_rows_by_day"),
            models.Index(fields=["table", *PRESSING], name="table_rows_by_rank", condition=RANKED),
            models.Index(
                fields=["table", "site", *PRESSING],
                name="site_table_rows_by_rank",
                condition=RANKED,
            ),
            models.Index(
                fields=["table", "whose", *PRESSING], name="table_rows_of_whom", condition=RANKED
            ),
        )


class CountRow(models.Model):
    """How many participants, or rows, there are of a kind; counted as they change."""

    what = models.CharField(max_length=64)
    site = models.CharField(max_length=64)
    which = models.TextField()
    number = models.BigIntegerField()

    class Meta:
        db_table = "read_count"
        constraints = (
            models.UniqueConstraint(fields=["what", "site", "which"], name="one_count_a_kind"),
        )
