"""What the bureau says to the platform, over gRPC with TLS and a token."""

import collections
import datetime
import decimal
import logging
import pathlib
import time
import uuid
from collections.abc import Iterator

import contracts

contracts.generate()

import grpc  # noqa: E402
from google.type import date_pb2  # noqa: E402
from workinjury.collection.v1 import settlement_pb2, settlement_pb2_grpc  # noqa: E402
from workinjury.common.v1 import batch_pb2, batch_pb2_grpc, values_pb2  # noqa: E402

from books import Account, Books  # noqa: E402
from lists import Payment  # noqa: E402

# What breaks a stream is told by the call; grpc would print it once more.
logging.getLogger("grpc").setLevel(logging.CRITICAL)

# Rows in one message of a stream at most: what is lost when it breaks.
ROWS = 500
# How often a broken stream is taken up again, and the seconds between.
TRIES = 60
PAUSE = 1.0
# A stream that broke for one of these reasons may be taken up again.
PASSING = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN,
           grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.ABORTED)


class Interrupted(Exception):
    """The stream is broken half-way on purpose, to show that it is taken up again."""


class Platform:
    """The platform as the bureau sees it."""

    def __init__(self, server: str, ca: pathlib.Path, token: str, area: str):
        credentials = grpc.composite_channel_credentials(
            grpc.ssl_channel_credentials(ca.read_bytes()),
            grpc.access_token_call_credentials(token),
        )
        channel = grpc.secure_channel(server, credentials)
        self.area = area
        self.settlement = settlement_pb2_grpc.SettlementServiceStub(channel)
        self.batches = batch_pb2_grpc.BatchServiceStub(channel)

    def month(self, year: int, month: int) -> Books:
        """Downloads what is due for a month: the summary (3-13) and the details (3-14)."""
        of = values_pb2.Month(year=year, month=month)
        request = settlement_pb2.GetMonthSummaryRequest(pooling_area=self.area, month=of)
        summary = again(lambda: self.settlement.GetMonthSummary(request)).summary
        accounts: dict[str, Account] = {}
        total = decimal.Decimal(0)
        for detail in self._details(of):
            # Earlier months are another matter; the demonstration has one month.
            if (detail.month.year, detail.month.month) == (year, month):
                due_on = datetime.date(detail.due_on.year, detail.due_on.month, detail.due_on.day)
                due = decimal.Decimal(detail.principal.yuan)
                accounts[detail.employer_id] = Account(detail.employer_id, detail.credit_code, due, due_on)
            total += decimal.Decimal(detail.total.yuan)
        if total != decimal.Decimal(summary.total.yuan):
            raise SystemExit(f"the details come to {total}, the summary says {summary.total.yuan}")
        if len(accounts) != summary.employers:
            raise SystemExit(f"{len(accounts)} employers in the details, {summary.employers} in the summary")
        return Books((year, month), dict(sorted(accounts.items())))

    def _details(self, of) -> Iterator:
        token = ""
        while True:
            request = settlement_pb2.ListMonthDetailsRequest(
                pooling_area=self.area, month=of, page_size=2000, page_token=token)
            page = again(lambda request=request: self.settlement.ListMonthDetails(request))
            yield from page.details
            token = page.next_page_token
            if not token:
                return

    def send(self, batch_id: uuid.UUID, reference: str, rows: list[Payment],
             break_once: bool = False):
        """Streams a paid list until the platform has all of it, whatever happens to the stream.

        Every try begins after the last row that the platform has kept. Answers the batch when all
        rows are answered, and how often the stream was taken up again.
        """
        resumed = -1
        for _ in range(TRIES):
            kept = self._kept(batch_id)
            resumed += 1
            try:
                messages = self._messages(batch_id, reference, rows, kept, break_once)
                self.settlement.UploadPaidList(messages)
                return self._done(batch_id), resumed
            except grpc.RpcError as error:
                if error.code() not in PASSING:
                    raise SystemExit(f"the list was not taken: {error.details()}") from error
                break_once = False
                time.sleep(PAUSE)
        raise SystemExit(f"the stream broke {TRIES} times")

    def _messages(self, batch_id, reference, rows, kept, break_once):
        header = batch_pb2.BatchHeader(batch_id=str(batch_id), reference=reference)
        yield settlement_pb2.UploadPaidListRequest(pooling_area=self.area, header=header)
        size = max(1, min(ROWS, len(rows) // 10))
        for first in range(kept, len(rows), size):
            if break_once and first >= len(rows) // 2:
                raise Interrupted
            part = [message(row) for row in rows[first:first + size]]
            yield settlement_pb2.UploadPaidListRequest(
                pooling_area=self.area, first_row=first, rows=part)
        total = sum((row.sum for row in rows), decimal.Decimal(0))
        totals = batch_pb2.BatchTotals(rows=len(rows), sum=values_pb2.Money(yuan=f"{total:.2f}"))
        yield settlement_pb2.UploadPaidListRequest(pooling_area=self.area, totals=totals)

    def _batch(self, batch_id):
        request = batch_pb2.GetBatchRequest(pooling_area=self.area, batch_id=str(batch_id))
        return again(lambda: self.batches.GetBatch(request)).batch

    def _kept(self, batch_id) -> int:
        """How many rows the platform has kept of a batch that it may not know yet."""
        try:
            return self._batch(batch_id).received_rows
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.NOT_FOUND:
                return 0
            raise

    def _done(self, batch_id):
        for _ in range(600):
            batch = self._batch(batch_id)
            if batch.state == batch_pb2.BATCH_STATE_DONE:
                return batch
            time.sleep(0.5)
        raise SystemExit("the platform does not come to an end with the list")

    def findings(self, batch_id) -> Iterator:
        """What was found about single rows, in their order."""
        token = ""
        while True:
            request = batch_pb2.ListBatchFindingsRequest(
                pooling_area=self.area, batch_id=str(batch_id), page_size=1000, page_token=token)
            page = again(lambda request=request: self.batches.ListBatchFindings(request))
            yield from page.findings
            token = page.next_page_token
            if not token:
                return


def again(call):
    """Calls until it is answered, while the platform is being restarted."""
    for _ in range(TRIES):
        try:
            return call()
        except grpc.RpcError as error:
            if error.code() not in PASSING:
                raise
            time.sleep(PAUSE)
    return call()


def message(row: Payment):
    """A payment as a row of form 3-12; what a row lacks is left out."""
    year, month = row.month
    return settlement_pb2.PaidRow(
        payment_reference=row.reference,
        employer_id=row.employer_id,
        credit_code=row.credit_code,
        month=values_pb2.Month(year=year, month=month),
        amount=values_pb2.Money(yuan=row.amount),
        paid_on=_date(row.paid_on),
        arrived_on=_date(row.arrived_on),
        channel=settlement_pb2.PaymentChannel.Value(row.channel),
    )


def _date(day: datetime.date | None):
    return day and date_pb2.Date(year=day.year, month=day.month, day=day.day)


def compare(rows: list[Payment], findings: list) -> tuple[dict[str, int], list[str]]:
    """Counts the findings by reason, and names every row about which something else was found than
    what stands in it."""
    found: dict[int, set[str]] = collections.defaultdict(set)
    refused: set[int] = set()
    counts: collections.Counter[str] = collections.Counter()
    for finding in findings:
        if finding.reason.reason not in found[finding.row]:
            counts[finding.reason.reason] += 1
        found[finding.row].add(finding.reason.reason)
        if finding.refused:
            refused.add(finding.row)
    surprises = []
    for number, row in enumerate(rows):
        reasons = found.get(number, set())
        if ((row.expected and row.expected not in reasons) or (not row.expected and reasons)
                or row.entered == (number in refused)):
            surprises.append(f"row {number} ({row.reference}): expected {row.expected or 'nothing'}, "
                             f"found {', '.join(sorted(reasons)) or 'nothing'}"
                             f"{', refused' if number in refused else ''}")
    return dict(counts), surprises
