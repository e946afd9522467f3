import django.db.models.deletion
from django.db import migrations, models

from courses.curriculum.spec import ImageSpec
from courses.models.contents import digest_of
from lms.lib.plain_text import plain_text_of


def share(apps, schema_editor):
    """Keep what each activity shows once, by what it is."""
    Activity, ActivityImage, Content, ContentImage = (
        apps.get_model("courses", name) for name in ("Activity", "ActivityImage", "Content", "ContentImage")
    )
    for pk, body_html in Activity.objects.filter(content=None).values_list("pk", "body_html").iterator():
        images = {
            image.name: ImageSpec(image.name, image.content_type, bytes(image.data))
            for image in ActivityImage.objects.filter(activity=pk)
        }
        digest = digest_of(body_html, images)
        _, new = Content.objects.get_or_create(
            digest=digest, defaults={"body_html": body_html, "plain_text": plain_text_of(body_html)}
        )
        if new:
            ContentImage.objects.bulk_create(
                ContentImage(content_id=digest, name=image.name, content_type=image.content_type, data=image.data)
                for image in images.values()
            )
        Activity.objects.filter(pk=pk).update(content=digest)


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Content",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("body_html", models.TextField(blank=True)),
                ("plain_text", models.TextField(blank=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__length", 64)), name="content_is_named_by_its_sha256"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ContentImage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("content_type", models.CharField(max_length=40)),
                ("data", models.BinaryField()),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="images", to="courses.content"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("content", "name"), name="one_image_per_name_of_a_content")
                ],
            },
        ),
        migrations.AddField(
            model_name="activity",
            name="content",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="activities",
                to="courses.content",
            ),
        ),
        migrations.RunPython(share, migrations.RunPython.noop),
    ]
