from django.urls import path

from lms.accounts import views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/picture/", views.avatar_change, name="avatar_change"),
    path("profile/picture/remove/", views.avatar_remove, name="avatar_remove"),
    path("people/<int:user_id>/avatar/<int:size>/", views.avatar, name="avatar"),
]
