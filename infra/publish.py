"""Publish the built site: put its files into the bucket, and have CloudFront fetch them."""

import mimetypes
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import boto3

from infra.build import SITE
from infra.stack import Stack

if TYPE_CHECKING:
    from types_boto3_cloudfront.client import CloudFrontClient
    from types_boto3_s3.client import S3Client

# What differs in content differs in name, so a browser need never ask again.
HASHED = re.compile(r"\.[0-9a-f]{8,}\.(min\.)?(css|js)(\.map)?$")
FOREVER = "public, max-age=31536000, immutable"
# Long enough for a visit; a corrected page is seen within minutes.
SHORT = "public, max-age=300"

# Given here because the computer's own list may differ.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gz": "application/gzip",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}

# How many files S3 deletes at once.
BATCH = 1000


class Published(NamedTuple):
    """How many files were put into the bucket, and how many were deleted."""

    put: int
    deleted: int


def publish_site(session: boto3.Session, of: Stack) -> None:
    """Publish the built site where a stack has its pages, and say so."""
    done = publish(SITE, of.outputs["SiteBucket"], session.client("s3"))
    invalidate(of.outputs["DistributionId"], session.client("cloudfront"))
    print(f"Published {done.put} files, deleted {done.deleted}; visible within minutes.")


def content_type(path: Path) -> str:
    """Return the content type that a browser gets for a file."""
    return (
        TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    )


def cache_control(path: Path) -> str:
    """Return how long a file may be used without asking for it again."""
    return FOREVER if HASHED.search(path.name) else SHORT


def publish(folder: Path, bucket: str, s3: "S3Client") -> Published:
    """
    Make a bucket hold the files of a *folder* and no others.

    A page comes after what it needs, and what is no longer needed is deleted last, so that a
    visitor at that moment finds a whole page, old or new.
    """
    files = sorted(
        (path for path in folder.rglob("*") if path.is_file()),
        key=lambda path: (path.suffix == ".html", path),
    )
    keys = set()
    for path in files:
        key = path.relative_to(folder).as_posix()
        keys.add(key)
        s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=path.read_bytes(),
            ContentType=content_type(path),
            CacheControl=cache_control(path),
        )
    stale = sorted(set(_keys(bucket, s3)) - keys)
    for start in range(0, len(stale), BATCH):
        batch = stale[start : start + BATCH]
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in batch]})
    return Published(put=len(files), deleted=len(stale))


def _keys(bucket: str, s3: "S3Client") -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for entry in page.get("Contents", []):
            yield entry["Key"]


def invalidate(distribution: str, cloudfront: "CloudFrontClient") -> None:
    """Have CloudFront fetch everything anew; `/*` counts as one path, and a thousand are free."""
    cloudfront.create_invalidation(
        DistributionId=distribution,
        InvalidationBatch={
            "Paths": {"Quantity": 1, "Items": ["/*"]},
            "CallerReference": str(time.time_ns()),
        },
    )
