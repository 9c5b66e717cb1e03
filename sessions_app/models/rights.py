"""Guardian's rows, on direct foreign keys: they die with what they point at.

The tables for Django's own groups exist so that guardian never falls back to
its generic ones; a constraint lets nothing into them.
"""

from django.db import models
from django.db.models import Q
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from sessions_app.models.groups import TherapyGroup
from sessions_app.models.items import Disclosure, DisclosureVersion

NEVER = Q(pk__isnull=True)


class GroupUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(
        TherapyGroup, on_delete=models.CASCADE, related_name="user_rights"
    )


class GroupGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(TherapyGroup, on_delete=models.CASCADE, related_name="+")

    class Meta(GroupObjectPermissionBase.Meta):
        constraints = [models.CheckConstraint(condition=NEVER, name="no_rights_of_groups_1")]


class DisclosureUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(
        Disclosure, on_delete=models.CASCADE, related_name="user_rights"
    )


class DisclosureGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Disclosure, on_delete=models.CASCADE, related_name="+")

    class Meta(GroupObjectPermissionBase.Meta):
        constraints = [models.CheckConstraint(condition=NEVER, name="no_rights_of_groups_2")]


class VersionUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(
        DisclosureVersion, on_delete=models.CASCADE, related_name="user_rights"
    )


class VersionGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(
        DisclosureVersion, on_delete=models.CASCADE, related_name="+"
    )

    class Meta(GroupObjectPermissionBase.Meta):
        constraints = [models.CheckConstraint(condition=NEVER, name="no_rights_of_groups_3")]
