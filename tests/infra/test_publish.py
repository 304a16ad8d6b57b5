"""The bucket holds the site as it was built, and browsers are told how long it is good for."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from infra.publish import (
    FOREVER,
    SHORT,
    Published,
    cache_control,
    content_type,
    invalidate,
    publish,
)

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

BUCKET = "site"
FILES = {
    "index.html": "<h1>Home</h1>",
    "404.html": "<h1>Not found</h1>",
    "apply/mentee/index.html": "<form></form>",
    "assets/styles/site.css": "body {}",
    "assets/javascripts/bundle.0123abcd.min.js": "void 0",
    "sitemap.xml": "<urlset/>",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Write a small site."""
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


@pytest.fixture
def s3() -> Iterator["S3Client"]:
    """Give a client of an S3 with an empty bucket."""
    with mock_aws():
        client = boto3.client("s3", region_name="us-west-2")
        client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
        )
        yield client


def keys(s3: "S3Client") -> set[str]:
    """Return what lies in the bucket."""
    return {each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}


class TestPublish:
    def test_bucket_holds_the_site(self, site: Path, s3: "S3Client") -> None:
        """
        Every file is in the bucket under its path, with its content.
        """
        assert publish(site, BUCKET, s3) == Published(put=6, deleted=0)

        assert keys(s3) == set(FILES)
        page = s3.get_object(Bucket=BUCKET, Key="apply/mentee/index.html")
        assert page["Body"].read() == b"<form></form>"
        assert page["ContentType"] == "text/html; charset=utf-8"
        assert page["CacheControl"] == SHORT
        script = s3.get_object(Bucket=BUCKET, Key="assets/javascripts/bundle.0123abcd.min.js")
        assert script["CacheControl"] == FOREVER

    def test_what_is_gone_from_the_site_is_deleted(self, site: Path, s3: "S3Client") -> None:
        """
        A page that was taken out of the site cannot be found any more.
        """
        publish(site, BUCKET, s3)
        (site / "sitemap.xml").unlink()

        assert publish(site, BUCKET, s3) == Published(put=5, deleted=1)
        assert keys(s3) == set(FILES) - {"sitemap.xml"}

    def test_more_than_one_batch_is_deleted(
        self, site: Path, s3: "S3Client", monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        However many files are stale, all of them go.
        """
        monkeypatch.setattr("infra.publish.BATCH", 2)
        for number in range(5):
            s3.put_object(Bucket=BUCKET, Key=f"old/{number}.html", Body=b"old")

        assert publish(site, BUCKET, s3).deleted == 5
        assert keys(s3) == set(FILES)

    def test_pages_come_last_and_deletions_after_them(self, site: Path, s3: "S3Client") -> None:
        """
        A visitor in the middle of it finds no page whose styles are not there.
        """
        s3.put_object(Bucket=BUCKET, Key="old.html", Body=b"old")
        calls = []
        s3.meta.events.register(
            "provide-client-params.s3",
            lambda params, model, **_: calls.append((model.name, params.get("Key", ""))),
        )
        publish(site, BUCKET, s3)

        puts = [key for name, key in calls if name == "PutObject"]
        assert [key.endswith(".html") for key in puts] == [False] * 3 + [True] * 3
        assert [name for name, _ in calls][-1] == "DeleteObjects"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("main.484c7ddc.min.css", FOREVER),
        ("bundle.79ae519e.min.js.map", FOREVER),
        ("site.css", SHORT),
        ("form.js", SHORT),
        ("deadbeef.js", SHORT),
        ("mark.svg", SHORT),
        ("index.html", SHORT),
    ],
)
def test_only_hashed_names_are_kept_for_good(name: str, expected: str) -> None:
    """
    A file is never asked for again only if its name changes with its content.
    """
    assert cache_control(Path(name)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.html", "text/html; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.svg", "image/svg+xml; charset=utf-8"),
        ("a.woff2", "font/woff2"),
        ("a.xml", "application/xml"),
        ("sitemap.xml.gz", "application/gzip"),
        ("a.unheard-of", "application/octet-stream"),
    ],
)
def test_browsers_are_told_what_a_file_is(name: str, expected: str) -> None:
    """
    Under nosniff a browser uses nothing that is not called what it is.
    """
    assert content_type(Path(name)) == expected


@mock_aws
def test_cloudfront_is_told_of_every_file() -> None:
    """
    After publishing, CloudFront fetches everything anew.
    """
    client = boto3.client("cloudfront", region_name="us-west-2")
    made = client.create_distribution(
        DistributionConfig={
            "CallerReference": "1",
            "Comment": "site",
            "Enabled": True,
            "Origins": {
                "Quantity": 1,
                "Items": [
                    {
                        "Id": "site",
                        "DomainName": "site.s3.us-west-2.amazonaws.com",
                        "S3OriginConfig": {"OriginAccessIdentity": ""},
                    }
                ],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": "site",
                "ViewerProtocolPolicy": "redirect-to-https",
            },
        }
    )
    distribution = made["Distribution"]["Id"]
    invalidate(distribution, client)
    invalidate(distribution, client)

    listed = client.list_invalidations(DistributionId=distribution)["InvalidationList"]["Items"]
    assert len(listed) == 2
    batch = client.get_invalidation(DistributionId=distribution, Id=listed[0]["Id"])
    assert batch["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] == ["/*"]
