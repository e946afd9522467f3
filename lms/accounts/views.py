"""One's own account, and everybody's picture."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts.actions import change_profile
from lms.accounts.avatars import LARGE, SMALL, AvatarRefused, change_avatar, remove_avatar
from lms.accounts.forms import AvatarForm, ProfileForm
from lms.accounts.models import User

A_WEEK = 7 * 24 * 3600


@require_http_methods(["GET", "POST"])
def profile(request):
    form = ProfileForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        change_profile(user=request.user, **form.cleaned_data, by=request.user)
        messages.success(request, "Your profile is saved.")
        return redirect("profile")
    context = {"form": form, "avatar_form": AvatarForm()}
    return render(request, "accounts/profile.html", context, status=422 if form.is_bound else 200)


@require_POST
def avatar_change(request):
    form = AvatarForm(request.POST, request.FILES)
    try:
        if form.is_valid():
            change_avatar(user=request.user, upload=form.cleaned_data["picture"], by=request.user)
            messages.success(request, "Your picture is changed.")
            return redirect("profile")
    except AvatarRefused as error:
        form.add_error("picture", str(error))
    context = {"form": ProfileForm(user=request.user), "avatar_form": form}
    return render(request, "accounts/profile.html", context, status=422)


@require_POST
def avatar_remove(request):
    remove_avatar(user=request.user, by=request.user)
    messages.success(request, "Your picture is removed; your initials stand in its place.")
    return redirect("profile")


@require_safe
@cache_control(private=True, max_age=A_WEEK, immutable=True)
def avatar(request, user_id, size):
    """Pictures of people are for those who are signed in; the address changes with the picture, so it may be kept."""
    person = get_object_or_404(User, pk=user_id)
    picture = {LARGE: person.avatar, SMALL: person.avatar_small}.get(size)
    if not picture:
        raise Http404("This person has no picture of this size.")
    response = FileResponse(picture.open(), content_type="image/webp")
    response["X-Content-Type-Options"] = "nosniff"
    return response
