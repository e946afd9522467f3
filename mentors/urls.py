from django.urls import path

from mentors import views

urlpatterns = [
    path("cohorts/<slug:slug>/mentors/add/", views.mentor_add, name="mentor_add"),
    path("cohorts/<slug:slug>/enrollments/<int:enrollment_id>/mentor/", views.mentor_assign, name="mentor_assign"),
    path("cohorts/<slug:slug>/enrollments/<int:enrollment_id>/mentor/end/", views.mentor_end, name="mentor_end"),
]
