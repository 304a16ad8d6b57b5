"""Which refusals of AWS pass, in every shape, and how often a write is tried."""

from typing import Any

import pytest
from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

from mentorship.change import Change, Conflict
from mentorship.letters.kinds import Kind
from mentorship.letters.letter import new_letter
from mentorship.services import Services
from mentorship.store import refusals
from mentorship.store.refusals import PASSING, TAKEN, TRIES, ask_again, passes
from tests.faults import ENDPOINT, TRANSACT, always, canceled, first, refused, tapped, unanswered
from tests.made import ID, NOW, application

FOR_GOOD = ["ValidationError", "ItemCollectionSizeLimitExceeded"]


def wrapped(error: Exception) -> Exception:
    """Return the error that boto3's upload of a file makes of what Amazon S3 answered."""
    upload = S3UploadFailedError("failed")
    upload.__cause__ = error
    return upload


class TestPasses:
    @pytest.mark.parametrize("code", sorted(PASSING))
    def test_each_code_in_each_shape(self, code: str) -> None:
        """
        The code of a call, the reason of a part of a transaction, the cause of a failed upload.
        """
        assert passes(refused(code))
        assert passes(canceled("None", code, "None"))
        assert passes(wrapped(refused(code)))

    def test_all_that_the_sdk_tries_again(self) -> None:
        """
        What the SDK itself takes for too many calls is in the list.
        """
        sdk = {*ThrottledRetryableChecker._THROTTLED_ERROR_CODES}
        sdk |= {*TransientRetryableChecker._TRANSIENT_ERROR_CODES}
        # These are of services that the program does not call.
        others = {
            "BandwidthLimitExceeded",
            "EC2ThrottledException",
            "RequestThrottled",
            "RequestThrottledException",
            "ThrottledException",
        }
        assert sdk - others <= PASSING
        assert not others & PASSING

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_status_of_a_server_that_is_down(self, status: int) -> None:
        """
        Whatever the code, a status from 500 on is AWS's own trouble.
        """
        response: Any = {
            "Error": {"Code": "Whatever"},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        assert passes(ClientError(response, TRANSACT))

    @pytest.mark.parametrize(
        "error",
        [
            unanswered(),
            ConnectTimeoutError(endpoint_url=ENDPOINT),
            EndpointConnectionError(endpoint_url=ENDPOINT),
            ConnectionClosedError(endpoint_url=ENDPOINT),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_no_answer(self, error: Exception) -> None:
        """
        A timeout passes, wherever on the way it was.
        """
        assert passes(error)

    @pytest.mark.parametrize(
        "error",
        [
            refused("ValidationException"),
            refused("AccessDeniedException"),
            refused("ResourceNotFoundException"),
            refused("ConditionalCheckFailedException"),
            canceled(TAKEN),
            # One part would do, and the other never will.
            *(canceled("ThrottlingError", reason) for reason in FOR_GOOD),
            NoCredentialsError(),
            ParamValidationError(report="wrong"),
            KeyError("a bug"),
            wrapped(refused("AccessDenied")),
        ],
        ids=repr,
    )
    def test_what_does_not(self, error: Exception) -> None:
        """
        What AWS will never take, and a bug of ours, do not pass.
        """
        assert not passes(error)


class TestAskAgain:
    def test_pauses_grow(self) -> None:
        """
        Each pause is longer than the one before, and the last refusal is what is raised.
        """
        pauses = list[int]()

        def ask() -> None:
            raise refused("ThrottlingException")

        with pytest.raises(ClientError, match="ThrottlingException"):
            ask_again(ask, pauses.append)
        assert pauses == [refusals.FIRST_PAUSE + tried for tried in range(TRIES - 1)]

    def test_no_answer_is_not_awaited_again(self) -> None:
        """
        The SDK has waited twice; a third time would be longer than a function runs.
        """
        asked = list[int]()

        def ask() -> None:
            asked.append(1)
            raise unanswered()

        with pytest.raises(type(unanswered())):
            ask_again(ask, lambda tried: pytest.fail("paused"))
        assert asked == [1]


class TestStore:
    @pytest.fixture
    def services(self, services: Services) -> Services:
        """A store that waits for nothing."""
        services.store._pause = lambda tried: None
        return services

    def test_another_change_is_no_refusal_that_passes(self, services: Services) -> None:
        """
        If one part has to be read again, the whole is decided again, at once.
        """
        with tapped() as wire:
            wire.before = always(TRANSACT, canceled("TransactionConflict", TAKEN))
            with pytest.raises(Conflict):
                services.store.commit(Change(puts=(application(),)))
        assert wire.calls.count(TRANSACT) == 1

    @pytest.mark.parametrize("reason", FOR_GOOD)
    def test_for_good_is_asked_once(self, services: Services, reason: str) -> None:
        """
        What DynamoDB will never take is a bug, and not tried again.
        """
        with tapped() as wire:
            wire.before = always(TRANSACT, canceled(reason))
            with pytest.raises(ClientError, match="Canceled"):
                services.store.commit(Change(puts=(application(),)))
        assert wire.calls.count(TRANSACT) == 1

    @pytest.mark.parametrize(
        ("error", "same"),
        [
            (refused("InternalServerError"), True),
            (refused("TransactionInProgressException"), True),
            (refused("ThrottlingException"), True),
            (canceled("ThrottlingError"), False),
        ],
        ids=["server", "in progress", "throttled", "canceled"],
    )
    def test_token(
        self, services: Services, monkeypatch: pytest.MonkeyPatch, error: ClientError, same: bool
    ) -> None:
        """
        If it may have been done, it is asked for by the same token, so that it is not done twice; a
        canceled transaction is over, and the next try is a new one.
        """
        tokens, left = list[str](), [error, error]
        transact = services.store._client.transact_write_items

        def ask(**given: Any) -> Any:
            tokens.append(given["ClientRequestToken"])
            if left:
                raise left.pop()
            return transact(**given)

        monkeypatch.setattr(services.store._client, "transact_write_items", ask)
        services.store.commit(Change(puts=(application(),)))
        services.store.commit(Change(puts=(application().with_changes(),)))
        assert all(0 < len(token) <= 36 for token in tokens)
        assert len(set(tokens[:3])) == (1 if same else 3)
        # Another transaction has another token, even if it were the same.
        assert tokens[3] not in tokens[:3]

    def test_letter_in_a_transaction_of_others(self, services: Services) -> None:
        """
        A letter that is being put at that moment is not taken for another sender's.
        """
        new = new_letter(Kind.RECEIPT, about=ID, now=NOW)
        services.store.commit(Change(letters=(new,)))
        with tapped() as wire:
            wire.before = first(
                "PutItem LettersTable", refused("TransactionConflictException"), TRIES - 1
            )
            assert services.store.advance(new.claim(new.created_at), before=new)
