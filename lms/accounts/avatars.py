"""Pictures of people: verified, made small, stripped of what cameras write into them."""

import io
import secrets
import warnings
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import InvalidInput

FORMATS = ("JPEG", "PNG", "WEBP")
LARGE, SMALL = 256, 64
NOT_A_PICTURE = "This is not a JPEG, PNG or WebP picture that can be read. Your picture was kept as it was."


class AvatarRefused(InvalidInput):
    code = "avatar_refused"


def change_avatar(*, user: User, upload: BinaryIO, by: User) -> None:
    """Make the upload the person's picture, in two square sizes; nothing of the file itself is kept."""
    picture = _read(upload)
    name = secrets.token_hex(8)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        _remove_on_commit(locked)
        locked.avatar.save(f"{name}-{LARGE}.webp", _encoded(picture, LARGE), save=False)
        locked.avatar_small.save(f"{name}-{SMALL}.webp", _encoded(picture, SMALL), save=False)
        locked.save(update_fields=["avatar", "avatar_small"])
        audit.record("change_avatar", by=by, target=user)
    user.avatar, user.avatar_small = locked.avatar, locked.avatar_small


@transaction.atomic
def remove_avatar(*, user: User, by: User) -> None:
    """Go back to the person's initials."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    _remove_on_commit(locked)
    User.objects.filter(pk=user.pk).update(avatar="", avatar_small="")
    audit.record("remove_avatar", by=by, target=user)


def _read(upload: BinaryIO) -> Image.Image:
    """The whole picture, upright, in RGB. Its size is checked before a single pixel is decoded."""
    data = upload.read(settings.AVATAR_MAX_BYTES + 1)
    if len(data) > settings.AVATAR_MAX_BYTES:
        limit = settings.AVATAR_MAX_BYTES // 2**20
        raise AvatarRefused(f"The file is larger than {limit} MB. Your picture was kept as it was.")
    if b"<svg" in data[:1000].lower():
        raise AvatarRefused(
            "SVG drawings can hold programs, so they are not taken. Choose a JPEG, PNG or WebP picture."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            _check_size(Image.open(io.BytesIO(data), formats=FORMATS))
            Image.open(io.BytesIO(data), formats=FORMATS).verify()
            picture = Image.open(io.BytesIO(data), formats=FORMATS)
            return ImageOps.exif_transpose(picture).convert("RGBA" if _has_alpha(picture) else "RGB")
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise AvatarRefused(NOT_A_PICTURE) from error


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > settings.AVATAR_MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> AvatarRefused:
    limit = settings.AVATAR_MAX_PIXELS // 1_000_000
    return AvatarRefused(
        f"The picture has more than {limit} million pixels. Make it smaller and choose it again; yours was kept."
    )


def _has_alpha(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


def _encoded(picture: Image.Image, size: int) -> "ContentFile[bytes]":
    square = ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    square.save(out, "WEBP", quality=86, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return ContentFile(out.getvalue())


def _remove_on_commit(user: User) -> None:
    """Remove the files of the picture before, once nothing points to them any more."""
    old: list[tuple[Storage, str]] = [
        (field.storage, field.name) for field in (user.avatar, user.avatar_small) if field.name
    ]

    def remove() -> None:
        for storage, name in old:
            storage.delete(name)

    transaction.on_commit(remove, robust=True)
