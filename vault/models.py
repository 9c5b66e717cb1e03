"""The vault's own database: keys whose loss is erasure. Never in the main backup."""

from django.db import models


class ShredKey(models.Model):
    """One key per thing that can be erased; destroying it makes every copy unreadable (I6)."""

    owner = models.UUIDField(primary_key=True)
    key = models.BinaryField(max_length=32)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.owner)


class KeyCheck(models.Model):
    """Which sealing key this installation's ciphertext was made with."""

    key_id = models.CharField(max_length=8, primary_key=True)
    value = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return self.key_id


class KnownHead(models.Model):
    """The last line of a chain that the house knows of, kept where a restored backup is not.

    A database whose own chain is behind it, or differs at `seq`, was rolled back (I13).
    """

    chain = models.UUIDField(primary_key=True)
    seq = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.chain}@{self.seq}"
