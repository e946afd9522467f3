from django.urls import include, path

from lms.portal.views import (
    audit,
    calendars,
    demo,
    exports,
    feeds,
    home,
    matrix,
    office,
    rosters,
    view_as,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("calendar/", calendars.calendar, name="calendar"),
    path("calendar/feeds/<str:token>.ics", feeds.calendar_feed, name="calendar_feed"),
    path("calendar/address/make/", feeds.calendar_feed_on, name="calendar_feed_on"),
    path("calendar/address/renew/", feeds.calendar_feed_renew, name="calendar_feed_renew"),
    path("calendar/address/off/", feeds.calendar_feed_off, name="calendar_feed_off"),
    path("cohorts/<slug:slug>/", office.cohort_detail, name="cohort_detail"),
    path("cohorts/<slug:slug>/learners/", office.cohort_learners, name="cohort_learners"),
    path("cohorts/<slug:slug>/people/", office.cohort_people, name="cohort_people"),
    path("cohorts/<slug:slug>/calendar/", office.cohort_calendar, name="cohort_calendar"),
    path("cohorts/<slug:slug>/learners/export/", exports.roster_export, name="roster_export"),
    path("cohorts/<slug:slug>/rosters/", rosters.roster_list, name="roster_list"),
    path(
        "cohorts/<slug:slug>/rosters/<int:roster_id>/",
        include(
            [
                path("", rosters.roster_detail, name="roster_detail"),
                path("columns/", rosters.roster_columns, name="roster_columns"),
                path("confirm/", rosters.roster_confirm, name="roster_confirm"),
                path("discard/", rosters.roster_discard, name="roster_discard"),
                path("status/", rosters.roster_status, name="roster_status"),
                path("report/", rosters.roster_report, name="roster_report"),
            ]
        ),
    ),
    path("cohorts/<slug:slug>/matrix/export/", exports.matrix_export, name="matrix_export"),
    path("cohorts/<slug:slug>/matrix/", matrix.cohort_matrix, name="cohort_matrix"),
    path("cohorts/<slug:slug>/matrix/<int:enrollment_id>/<int:project_id>/", matrix.matrix_cell, name="matrix_cell"),
    path("cohorts/<slug:slug>/enrollments/<int:enrollment_id>/", office.enrollment_detail, name="enrollment_detail"),
    path("cohorts/<slug:slug>/enrollments/<int:enrollment_id>/view-as/", view_as.view_as_start, name="view_as_start"),
    path("view-as/stop/", view_as.view_as_stop, name="view_as_stop"),
    path("audit/", audit.audit_list, name="audit_list"),
    path("audit/export/", audit.audit_export, name="audit_export"),
    path("grading/", office.grading_office, name="grading_office"),
    path("grading/deliveries/<int:delivery_id>/resend/", office.delivery_resend, name="delivery_resend"),
    path("demo/mail/", demo.demo_mail_list, name="demo_mail_list"),
    path("demo/mail/<str:name>/", demo.demo_mail_detail, name="demo_mail_detail"),
]
