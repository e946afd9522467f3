from django.urls import include, path

from courses.views import (
    activities,
    admissions,
    applications,
    applying,
    cohorts,
    curricula,
    invitations,
    keepsakes,
    previews,
    search,
    tags,
)

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
    path("learn/<slug:cohort>/activities/<slug:slug>/bookmark/", keepsakes.bookmark_set, name="bookmark_set"),
    path("learn/<slug:cohort>/activities/<slug:slug>/note/", keepsakes.note_edit, name="note_edit"),
    path("learn/<slug:cohort>/activities/<slug:slug>/note/delete/", keepsakes.note_delete, name="note_delete"),
    path("search/", search.search, name="search"),
    path("notes/", keepsakes.note_list, name="note_list"),
    path("programs/<slug:program>/preview/", previews.curriculum_preview, name="curriculum_preview"),
    path("cohorts/", cohorts.cohort_list, name="cohort_list"),
    path("cohorts/new/", cohorts.cohort_create, name="cohort_create"),
    path("cohorts/<slug:slug>/invite/", cohorts.cohort_invite, name="cohort_invite"),
    path(
        "cohorts/<slug:slug>/invitations/<int:invitation_id>/revoke/",
        cohorts.invitation_revoke,
        name="invitation_revoke",
    ),
    path("cohorts/<slug:slug>/change/", cohorts.cohort_change, name="cohort_change"),
    path("cohorts/<slug:slug>/tag/", tags.cohort_tag, name="cohort_tag"),
    path("cohorts/<slug:slug>/admissions/", admissions.cohort_admissions, name="cohort_admissions"),
    path("cohorts/<slug:slug>/admissions/intake/", admissions.intake_change, name="intake_change"),
    path("cohorts/<slug:slug>/admissions/rubric/", admissions.admission_rubric, name="admission_rubric"),
    path("cohorts/<slug:slug>/admissions/offers/", admissions.admission_offers, name="admission_offers"),
    path(
        "cohorts/<slug:slug>/admissions/<int:application_id>/",
        include(
            [
                path("", admissions.admission_detail, name="admission_detail"),
                path("score/", admissions.admission_score, name="admission_score"),
                path("<slug:verb>/", admissions.admission_move, name="admission_move"),
            ]
        ),
    ),
    path("apply/", applying.program_list, name="program_list"),
    path("apply/<slug:program>/", applying.program_public, name="program_public"),
    path("apply/<slug:program>/<slug:cohort>/", applying.application_start, name="application_start"),
    path("apply/<slug:program>/<slug:cohort>/sign-up/", applying.application_sign_up, name="application_sign_up"),
    path("applications/<int:application_id>/", applications.application_detail, name="application_detail"),
    path("applications/<int:application_id>/edit/<slug:step>/", applications.application_edit, name="application_edit"),
    path("applications/<int:application_id>/check/", applications.application_check, name="application_check"),
    path(
        "applications/<int:application_id>/<slug:answer>/", applications.application_answer, name="application_answer"
    ),
    path("invitations/<str:token>/", invitations.invitation_accept, name="invitation_accept"),
]
