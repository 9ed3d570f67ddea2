"""The tables: the ledger, what is derived from it, and people. They have no behaviour of their own.

Only `store` touches the ledger's table, and only `tree_store` those of its tree. A `SubjectRow` may
be dropped at any time; `rebuild` makes it again. An `Account` holds what must never enter the
ledger, sealed.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class EntryRow(models.Model):
    """One entry of the ledger, as text throughout, so that its digest can be worked out again."""

    stream = models.CharField(max_length=200)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=200)
    payload = models.TextField()
    by = models.CharField(max_length=200)
    at = models.CharField(max_length=40)
    happened = models.CharField(max_length=40)
    study = models.CharField(max_length=64)
    subject = models.CharField(max_length=200, blank=True, default="")
    after = models.PositiveIntegerField(default=0)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "ledger_entry"
        constraints = (
            models.UniqueConstraint(fields=["stream", "seq"], name="one_entry_a_place"),
            models.UniqueConstraint(fields=["stream", "previous"], name="one_entry_after_another"),
        )
        indexes = (
            models.Index(
                fields=["subject"], name="entries_elsewhere", condition=~models.Q(subject="")
            ),
            models.Index(fields=["at"], name="entries_by_moment"),
        )


class LeafRow(models.Model):
    """The place of an entry in the tree, and the random bytes that hide it in proofs of others."""

    index = models.BigIntegerField(primary_key=True)
    stream = models.CharField(max_length=200)
    seq = models.PositiveIntegerField()
    random = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        db_table = "tree_leaf"
        constraints = (models.UniqueConstraint(fields=["stream", "seq"], name="one_leaf_an_entry"),)


class NodeRow(models.Model):
    """The hash over a complete subtree of the tree."""

    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "tree_node"
        constraints = (
            models.UniqueConstraint(fields=["level", "number"], name="one_hash_a_subtree"),
        )


class HeadRow(models.Model):
    """A head of the tree, as the server signed it."""

    size = models.BigIntegerField(primary_key=True)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "tree_head"


class CosignatureRow(models.Model):
    """The signature of a witness under a head."""

    size = models.BigIntegerField()
    name = models.CharField(max_length=200)
    line = models.TextField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "tree_cosignature"
        constraints = (
            models.UniqueConstraint(fields=["size", "name"], name="one_signature_a_witness"),
        )


OVERDUE = ("overdue_on", "subject_id")
DUE = ("due_on", "subject_id", "overdue_on")
ASKING = ("next_on", "subject_id", "overdue_on", "due_on", "waits")
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
    overdue_on = models.DateField(null=True)
    """From when on something is overdue if nothing more is recorded; below: due, or open."""
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


class RestoredCopy(models.Model):
    """That this installation was made of a copy, and how far that went."""

    restored_at = models.DateTimeField()
    made_at = models.CharField(max_length=40)
    newest = models.CharField(max_length=40)
    study_seq = models.PositiveIntegerField()
    leaves = models.PositiveIntegerField(null=True)
    """How many leaves the tree is known to have had; null where an earlier version restored it."""

    class Meta:
        db_table = "restored_copy"


class OnceRow(models.Model):
    """What the key of a request did, so that the same request does it once."""

    person_id = models.CharField(max_length=64)
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    stream = models.CharField(max_length=200)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "request_once"
        constraints = (models.UniqueConstraint(fields=["person_id", "key"], name="one_act_a_key"),)


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; the person's id is all that is stored in the clear."""

    def create_user(self, person_id: str, password: str | None = None) -> "Account":
        account = self.model(person_id=person_id)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Someone who can sign in. Their name and e-mail are sealed and can be erased."""

    person_id = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField(default=b"")
    language = models.CharField(max_length=5, default="en")
    is_active = models.BooleanField(default=True)
    first_password = models.BooleanField(default=False)
    mails_daily = models.BooleanField(db_default=False, default=False)
    """Whether what can wait comes in one mail each morning."""

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = "person_id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "account"


class Token(models.Model):
    """A key with which a program acts for a person. Only its digest is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    label = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "account_token"


class Job(models.Model):
    """What is to be done later: what, when it is due, who is at it, and how it went.

    A job that is neither done nor failed is open. No person's name or address stands in it.
    """

    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=300)
    payload = models.TextField()
    written_at = models.DateTimeField()
    due = models.DateTimeField()
    holder = models.CharField(max_length=64, default="")
    held_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(default="")
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "job"
        constraints = (models.UniqueConstraint(fields=["kind", "key"], name="one_job_a_key"),)
        indexes = (
            models.Index(
                fields=["due"],
                name="open_jobs",
                condition=models.Q(done_at=None, failed_at=None),
            ),
        )


class Draft(models.Model):
    """What a person typed on a page and has not saved: sealed, theirs alone, and never data."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="drafts")
    page = models.CharField(max_length=300)
    kept_at = models.DateTimeField(db_index=True)
    sealed = models.BinaryField()

    class Meta:
        db_table = "account_draft"
        constraints = (
            models.UniqueConstraint(fields=["account", "page"], name="one_draft_a_page"),
        )


class AccessRow(models.Model):
    """One thing of the access log: who came in, took data out, or opened what is closed."""

    at = models.CharField(max_length=40)
    day = models.CharField(max_length=10)
    person = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=40)
    told = models.TextField()

    class Meta:
        db_table = "access_row"
        indexes = (
            models.Index(fields=["day", "kind"], name="access_by_day"),
            models.Index(fields=["person"], name="access_by_person"),
        )


class AccessFailures(models.Model):
    """How often in one hour someone was not let in; never what was typed."""

    day = models.CharField(max_length=10)
    hour = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40)
    who = models.CharField(max_length=64)
    count = models.PositiveIntegerField()

    class Meta:
        db_table = "access_failures"
        constraints = (
            models.UniqueConstraint(
                fields=["day", "hour", "kind", "who"], name="one_count_an_hour"
            ),
        )


class AccessDay(models.Model):
    """The digest of a whole day of the access log, chained to that of the day before it."""

    day = models.CharField(max_length=10, unique=True)
    rows = models.PositiveIntegerField()
    content = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)
    dropped_at = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        db_table = "access_day"
