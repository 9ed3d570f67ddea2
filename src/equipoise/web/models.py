"""The tables: the ledger, and people; what is derived stands in `kept_models`. None has behaviour.

Only `store` touches the ledger's table, and only `tree_store` those of its tree. A `SubjectRow` may
be dropped at any time; `rebuild` makes it again. An `Account` holds what must never enter the
ledger, sealed.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from equipoise.web.kept_models import CountRow as CountRow
from equipoise.web.kept_models import DeviationRow as DeviationRow
from equipoise.web.kept_models import SubjectRow as SubjectRow
from equipoise.web.kept_models import TableRow as TableRow


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
            models.Index(fields=["kind", "id"], name="entries_by_kind"),
            models.Index(fields=["by", "id"], name="entries_by_person"),
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
