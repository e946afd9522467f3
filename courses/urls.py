from django.urls import path

from courses.views import activities, curricula

urlpatterns = [
    path("curriculum/", curricula.curriculum, name="curriculum"),
    path("learn/<slug:cohort>/weeks/<int:week>/", curricula.week_detail, name="week_detail"),
    path("learn/<slug:cohort>/activities/<slug:slug>/", activities.activity_detail, name="activity_detail"),
    path(
        "learn/<slug:cohort>/activities/<slug:slug>/asset/<path:name>",
        activities.activity_asset,
        name="activity_asset",
    ),
    path("learn/<slug:cohort>/activities/<slug:slug>/done/", activities.activity_tick, name="activity_tick"),
    path("learn/<slug:cohort>/activities/<slug:slug>/quiz/", activities.quiz_take, name="quiz_take"),
]
