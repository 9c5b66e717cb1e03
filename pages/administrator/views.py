"""The administrator's room: how the practice stands, and its people. No member, no word."""

from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import queries as accounts
from accounts.models import Role
from consent import queries as consents
from consent.policies import policy_of
from consent.services.policy import set_house_policy
from pages.administrator.forms import HousePolicyForm
from pages.shared.access import HouseRequest, door, is_frozen
from pages.shared.context import is_keyless
from sessions_app import queries as sessions
from sessions_app.rules import Rejected

administrator = door(Role.ADMINISTRATOR)
LATELY = timedelta(days=30)


@require_GET
@administrator
def practice(request: HouseRequest) -> HttpResponse:
    """How the practice stands, in counts, and what needs doing. No member, no group."""
    staff = [one for one in accounts.people_of(request.actor.practice) if one.is_active]
    held = Counter(role.role for person in staff for role in person.staff_roles.all())
    recipients = consents.recipients_of(request.actor).count()
    keyless = is_keyless()
    waiting = accounts.open_proposals(request.actor.practice).exclude(
        proposed_by=request.actor.user
    )
    needs = [
        *(["frozen"] if is_frozen(request) else []),
        *(["keys"] if keyless else []),
        *(["facilitator"] if not held[Role.FACILITATOR] else []),
        *(["supervisor"] if not held[Role.SUPERVISOR] else []),
        *(["recipient"] if not recipients else []),
        *(["proposal"] if waiting.exists() else []),
        *(["second"] if held[Role.ADMINISTRATOR] == 1 and not request.practice.small else []),
    ]
    unknown, failed = consents.mail_troubles(request.actor.practice, timezone.now() - LATELY)
    context = {
        "mail_sends": bool(settings.EMAIL_HOST),
        "mail_unknown": unknown,
        "mail_failed": failed,
        "needs": needs,
        "people": len(staff),
        "roles": [(label, held[role]) for role, label in Role.choices if held[role]],
        "recipients": recipients,
        "policy": policy_of(request.actor.practice),
        "unreviewed": sessions.groups_without_review(request.actor.practice),
    }
    return render(request, "administrator/practice.html", context)


@require_http_methods(["GET", "POST"])
@administrator
def house_policy(request: HouseRequest) -> HttpResponse:
    """How much stricter the practice is than the rules, and since when."""
    policy = policy_of(request.actor.practice)
    form = HousePolicyForm(request.POST or None, initial=model_to_dict(policy))
    if form.is_valid():
        try:
            set_house_policy(
                by=request.actor,
                longest_days=form.cleaned_data["longest_days"],
                cooling_off_hours=form.cleaned_data["cooling_off_hours"],
                in_person=form.cleaned_data["in_person"],
                second_person=form.cleaned_data["second_person"],
            )
            messages.success(request, _("Set. These rules count from now on."))
            return redirect("house_policy")
        except Rejected as rejected:
            form.reject(rejected)
    context = {"form": form, "policy": policy}
    return render(request, "administrator/house_policy.html", context)
