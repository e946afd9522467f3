"""Files of a cohort for spreadsheets: its people, and learners × projects."""

from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.offices import office_of
from lms.accounts import audit
from lms.lib.tables import CSV_TYPE, XLSX_TYPE, csv_lines, xlsx_file
from lms.portal.exports import matrix_rows, roster_rows


@require_safe
def roster_export(request, slug):
    """`?show=` as on the page of learners; `?format=xlsx` for XLSX, else CSV."""
    cohort = office_of(request.user, slug)
    show = request.GET.get("show", "open")
    audit.record("export_roster", by=request.user, target=cohort, after={"show": show[:10]})
    return as_file(request, roster_rows(cohort, show=show), f"{cohort.slug}-learners")


@require_safe
def matrix_export(request, slug):
    cohort = office_of(request.user, slug)
    audit.record("export_grades", by=request.user, target=cohort)
    return as_file(request, matrix_rows(cohort), f"{cohort.slug}-grades")


def as_file(request, rows, name):
    """The rows as the kind of file that the request asks for: CSV while they are read, XLSX once it is whole on disk."""
    name = f"{name}-{timezone.localdate()}"
    if request.GET.get("format") == "xlsx":
        file = xlsx_file(rows, sheet=name)
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX_TYPE)
    attached = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(csv_lines(rows), content_type=CSV_TYPE, headers=attached)
