from django.urls import path

from lms.notifications import views

urlpatterns = [
    path("notifications/", views.notification_list, name="notification_list"),
    path("notifications/read/", views.notifications_read, name="notifications_read"),
    path("notifications/emails/", views.notification_preferences, name="notification_preferences"),
    path("notifications/<int:notification_id>/", views.notification_open, name="notification_open"),
]
