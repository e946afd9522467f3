from django.urls import path

from projects.views import extensions, grades, mentoring, projects, regrade_requests, regrades, reviews, submissions

urlpatterns = [
    path("learn/<slug:cohort>/projects/<slug:slug>/", projects.project_detail, name="project_detail"),
    path("learn/<slug:cohort>/projects/<slug:slug>/asset/<path:name>", projects.project_asset, name="project_asset"),
    path("learn/<slug:cohort>/projects/<slug:slug>/release/", projects.project_release, name="project_release"),
    path("learn/<slug:cohort>/projects/<slug:slug>/submit/", submissions.project_submit, name="project_submit"),
    path("submissions/<int:submission_id>/", submissions.submission_detail, name="submission_detail"),
    path("submissions/<int:submission_id>/status/", submissions.submission_status, name="submission_status"),
    path("submissions/<int:submission_id>/files/<path:name>", submissions.submission_file, name="submission_file"),
    path("submissions/<int:submission_id>/retry/", submissions.submission_retry, name="submission_retry"),
    path(
        "cohorts/<slug:slug>/enrollments/<int:enrollment_id>/extend/",
        extensions.enrollment_extend,
        name="enrollment_extend",
    ),
    path("submissions/<int:submission_id>/ask/", regrade_requests.regrade_ask, name="regrade_ask"),
    path("regrade-requests/", regrade_requests.regrade_request_list, name="regrade_request_list"),
    path("regrade-requests/<int:request_id>/", regrade_requests.regrade_request, name="regrade_request"),
    path("graders/", regrades.grader_list, name="grader_list"),
    path("graders/<int:project_id>/", regrades.grader_detail, name="grader_detail"),
    path("graders/<int:project_id>/regrade/", regrades.regrade_start, name="regrade_start"),
    path("regrades/<int:batch_id>/", regrades.regrade_batch, name="regrade_batch"),
    path("regrades/<int:batch_id>/status/", regrades.regrade_status, name="regrade_status"),
    path("regrades/<int:batch_id>/apply/", regrades.regrade_apply, name="regrade_apply"),
    path("regrades/<int:batch_id>/discard/", regrades.regrade_discard, name="regrade_discard"),
    path("grades/", grades.grades, name="grades"),
    path("reviews/", reviews.review_queue, name="review_queue"),
    path("mentoring/", mentoring.mentor_learners, name="mentor_learners"),
    path("submissions/<int:submission_id>/review/", reviews.submission_review, name="submission_review"),
    path("submissions/<int:submission_id>/review/claim/", reviews.review_claim, name="review_claim"),
    path("submissions/<int:submission_id>/review/draft/", reviews.review_draft, name="review_draft"),
    path("submissions/<int:submission_id>/review/finish/", reviews.review_finish, name="review_finish"),
    path("submissions/<int:submission_id>/review/let-go/", reviews.review_let_go, name="review_let_go"),
    path("submissions/<int:submission_id>/review/undo/", reviews.review_undo, name="review_undo"),
]
