"""What the hospital says to the agency, over gRPC with TLS and a token."""

import dataclasses
import datetime
import decimal
import pathlib
import threading
import uuid
from collections.abc import Callable, Iterator

import grpc
import tenacity
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from contracts import batch, batch_service, date, medical, medical_service, values
from ledger import Refused

# Rows in one message of a stream at most: what is lost when it breaks.
ROWS = 100
# Seconds that one call, and one stream, may take.
CALL, STREAM = 60, 600
# What passes by itself.
PASSING = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.ABORTED)
# What is an answer: nothing was done, and the sentence says what to do.
ANSWERS = (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.NOT_FOUND,
           grpc.StatusCode.ALREADY_EXISTS, grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED)


def _passes(error: BaseException) -> bool:
    return isinstance(error, grpc.RpcError) and error.code() in PASSING


again = tenacity.retry(
    retry=tenacity.retry_if_exception(_passes), wait=tenacity.wait_random_exponential(multiplier=0.2, max=5),
    stop=tenacity.stop_after_delay(60), reraise=True)
# A batch is looked at until it is as far as expected; what was seen last is answered after a minute.
until = {"wait": tenacity.wait_exponential(multiplier=0.02, max=1), "stop": tenacity.stop_after_delay(60),
         "retry_error_callback": lambda state: state.outcome.result()}


@dataclasses.dataclass(frozen=True)
class Upload:
    """A stream of rows of one kind."""

    method: Callable
    message: type
    # Yuan of a row; None where rows have none.
    amount: Callable | None = None


class Agency:
    """The agency of one pooling area as the hospital sees it."""

    def __init__(self, server: str, ca: pathlib.Path, token: str, area: str):
        credentials = grpc.composite_channel_credentials(
            grpc.ssl_channel_credentials(ca.read_bytes()), grpc.access_token_call_credentials(token))
        channel = grpc.secure_channel(server, credentials)
        self.area = area
        self.medical = medical_service.MedicalServiceStub(channel)
        self.batches = batch_service.BatchServiceStub(channel)
        self.lines = Upload(self.medical.UploadBillLines, medical.UploadBillLinesRequest,
                            lambda line: yuan(line.amount))
        self.records = Upload(self.medical.UploadCourseRecords, medical.UploadCourseRecordsRequest)
        # After how many rows a stream is broken on purpose, once; None: never.
        self.break_after: int | None = None

    def call(self, method: Callable) -> Callable:
        """A method that tries again what passes, and raises what the agency refuses."""
        def called(request):
            try:
                return again(method)(request, timeout=CALL)
            except grpc.RpcError as error:
                raise refusal(error) from error
        return called

    def send(self, upload: Upload, batch_id: uuid.UUID, reference: str, rows: list) -> tuple[int, list]:
        """Streams rows until the agency has answered all of them, whatever happens to the stream.

        Answers after how many rows the stream was taken up, and what was found about rows.
        """
        header = batch.BatchHeader(batch_id=str(batch_id), reference=reference)
        if self.break_after is not None and len(rows) > self.break_after:
            self._break(upload, header, rows[:self.break_after])
            self.break_after = None
        try:
            resumed = self._upload(upload, header, rows)
        except grpc.RpcError as error:
            raise refusal(error) from error
        done = tenacity.retry(
            retry=tenacity.retry_if_result(lambda one: one.state == batch.BATCH_STATE_PROCESSING), **until)(self._batch)
        one = done(batch_id)
        if one.state != batch.BATCH_STATE_DONE:
            raise Refused(batch.BatchState.Name(one.state), one.summary)
        return resumed, list(self._findings(batch_id))

    @again
    def _upload(self, upload: Upload, header, rows: list) -> int:
        kept = self._kept(header.batch_id)

        def messages() -> Iterator:
            yield from self._part(upload, header, rows, kept)
            total = upload.amount and sum(map(upload.amount, rows), decimal.Decimal(0))
            totals = batch.BatchTotals(rows=len(rows), sum=money(total))
            yield upload.message(pooling_area=self.area, totals=totals)
        upload.method(messages(), timeout=STREAM)
        return kept

    def _part(self, upload: Upload, header, rows: list, first: int) -> Iterator:
        yield upload.message(pooling_area=self.area, header=header)
        for row in range(first, len(rows), ROWS):
            yield upload.message(pooling_area=self.area, first_row=row, rows=rows[row:row + ROWS])

    def _break(self, upload: Upload, header, rows: list) -> None:
        """Cancels a stream in the middle, when the rows that were sent are kept."""
        cancelled = threading.Event()

        def messages() -> Iterator:
            yield from self._part(upload, header, rows, self._kept(header.batch_id))
            cancelled.wait()
        call = upload.method.future(messages(), timeout=STREAM)
        is_short = tenacity.retry_if_result(lambda kept: kept < len(rows) and not call.done())
        tenacity.retry(retry=is_short, **until)(self._kept)(header.batch_id)
        call.cancel()
        cancelled.set()

    def _batch(self, batch_id):
        request = batch.GetBatchRequest(pooling_area=self.area, batch_id=str(batch_id))
        return again(self.batches.GetBatch)(request, timeout=CALL).batch

    def _kept(self, batch_id) -> int:
        """How many rows the agency has kept of a batch that it may not know yet."""
        try:
            return self._batch(batch_id).received_rows
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.NOT_FOUND:
                return 0
            raise

    def _findings(self, batch_id) -> Iterator:
        request = batch.ListBatchFindingsRequest(pooling_area=self.area, batch_id=str(batch_id), page_size=1000)
        while True:
            page = self.call(self.batches.ListBatchFindings)(request)
            yield from page.findings
            request.page_token = page.next_page_token
            if not page.next_page_token:
                return


class Unanswered(Exception):
    """Nobody knows what became of a call; the same again will tell."""

    def __init__(self, error: grpc.RpcError):
        super().__init__(f"没有得到办理结果，请稍后以同样的内容再次运行。{error.details()}[{error.code().name}]")
        # Others would not be answered either.
        self.is_away = error.code() in (*PASSING, grpc.StatusCode.DEADLINE_EXCEEDED)


def refusal(error: grpc.RpcError) -> Refused | Unanswered:
    """What a failed call says to people, with the name of the reason."""
    if error.code() not in ANSWERS:
        return Unanswered(error)
    reason, sentence = error.code().name, error.details()
    status = rpc_status.from_call(error)
    info, text = error_details_pb2.ErrorInfo(), error_details_pb2.LocalizedMessage()
    for detail in status.details if status else ():
        if detail.Unpack(info):
            reason = info.reason
        elif detail.Unpack(text):
            sentence = text.message
    return Refused(reason, sentence)


def money(yuan: decimal.Decimal | None):
    """An amount as the contracts have it."""
    return None if yuan is None else values.Money(yuan=f"{yuan:.2f}")


def yuan(amount) -> decimal.Decimal:
    """An amount of the contracts; one that is left out is nothing."""
    return decimal.Decimal(amount.yuan or 0)


def on(day: datetime.date):
    """A day as the contracts have it."""
    return date.Date(year=day.year, month=day.month, day=day.day)


def day(of) -> datetime.date:
    """A day of the contracts."""
    return datetime.date(of.year, of.month, of.day)
