"""Files too large for one answer: the one owner of Amazon S3."""

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

LINK_SECONDS = 5 * 60


class Bucket:
    """A private bucket that keeps a file for a day."""

    def __init__(self, client: "S3Client", name: str) -> None:
        self._client = client
        self._name = name

    def keep(self, file: IO[bytes], *, key: str, filename: str, content_type: str) -> str:
        """Keep a file, and return a link that downloads it for five minutes."""
        disposition = f'attachment; filename="{filename}"'
        self._client.upload_fileobj(
            file,
            self._name,
            key,
            ExtraArgs={"ContentType": content_type, "ContentDisposition": disposition},
        )
        return self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._name, "Key": key}, ExpiresIn=LINK_SECONDS
        )
