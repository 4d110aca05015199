"""How a hospital gets its bills settled: admits, sends lines day by day, discharges, previews and settles."""

import datetime
import uuid

from agency import Agency, day, money, on, yuan
from contracts import benefit, bill, catalogue, field_label, label, medical
from ledger import SUMS, Ledger, Refused
from stays import Line, Stay

# How the sums of a settlement and of a day are called.
NAMES = {"encounters": "人次", "lines": "明细条数"} | {name: field_label(bill.Settlement, name) for name in SUMS}


class Hospital:
    """One agreement institution."""

    def __init__(self, agency: Agency, ledger: Ledger, institution_id: str):
        self.agency = agency
        self.ledger = ledger
        self.institution_id = institution_id
        # As it is written on bills.
        self.name = ""

    def treat(self, stay: Stay) -> None:
        """Does what is still to be done for a stay; what was done before is not done again."""
        if stay.is_visit:
            self._visit(stay)
            return
        encounter_id = self._admit(stay)
        for arose_on, lines in stay.by_day():
            sent = {line.number: self._line(line, encounter_id).SerializeToString() for line in lines}
            self.ledger.plan(stay.visit, arose_on, sent)
        self._send(stay)
        self._void(stay, encounter_id)
        self._record(stay, encounter_id)
        refused = self.ledger.refused(stay.visit)
        reasons = [f"明细{line.number}未被接受：{refused[line.number]}" for line in stay.counted if line.number in refused]
        if reasons:
            raise Refused("LINES_REFUSED", "".join(reasons))
        if stay.discharged_on is None:
            say(stay, "在院，明细已报送")
            return
        self._discharge(stay, encounter_id, stay.discharged_on)
        self._settle(stay, encounter_id)

    def reconcile(self, settled_on: datetime.date) -> list[str]:
        """Where the agency's sums of a day differ from the hospital's own, one by one."""
        own = self.ledger.day(settled_on)
        request = medical.GetDayTotalsRequest(
            pooling_area=self.agency.area, institution_id=self.institution_id, settled_on=on(settled_on))
        theirs = self.agency.call(self.agency.medical.GetDayTotals)(request)
        counts = {name: getattr(theirs, name) for name in ("encounters", "lines")}
        sums = counts | {name: yuan(getattr(theirs, name)) for name in SUMS}
        return [f"{NAMES[name]}：本院{own[name]}，经办机构{sums[name]}" for name in NAMES if own[name] != sums[name]]

    def _admit(self, stay: Stay) -> str:
        request = medical.AdmitPatientRequest(
            pooling_area=self.agency.area, request_id=self._id(stay, "admit"), admission=self._admission(stay))
        answer = self.ledger.once(stay.visit, "admit", request, self.agency.call(self.agency.medical.AdmitPatient),
                                  medical.AdmitPatientResponse())
        say(stay, f"已登记，就诊编号{answer.encounter.encounter_id}")
        return answer.encounter.encounter_id

    def _send(self, stay: Stay) -> None:
        for arose_on, number, sent in self.ledger.open_streams(stay.visit):
            rows = [bill.BillLine.FromString(row) for row in sent]
            reference = f"{stay.visit} {arose_on} {number}"
            resumed, findings = self.agency.send(
                self.agency.lines, uuid.UUID(self._id(stay, f"{arose_on} {number}")), reference, rows)
            refused = {}
            for finding in findings:
                line_number = rows[finding.row].line_number
                if finding.refused:
                    refused[line_number] = because([finding.reason])
                else:
                    say(stay, f"明细{line_number} 提示：{because([finding.reason])}")
            self.ledger.answer_stream(stay.visit, arose_on, number, refused.items())
            say(stay, f"{arose_on}报送{len(rows)}条" + (f"，自第{resumed + 1}条续传" if resumed else ""))

    def _void(self, stay: Stay, encounter_id: str) -> None:
        taken = self.ledger.taken(stay.visit)
        for line in stay.lines:
            if line.voided and line.number in taken:
                step = f"void {line.number}"
                request = medical.VoidBillLinesRequest(
                    pooling_area=self.agency.area, request_id=self._id(stay, step), encounter_id=encounter_id,
                    line_numbers=[line.number])
                self.ledger.once(stay.visit, step, request, self.agency.call(self.agency.medical.VoidBillLines),
                                 medical.VoidBillLinesResponse())

    def _record(self, stay: Stay, encounter_id: str) -> None:
        """Sends the records of the course that were not sent before, each in a stream of its own."""
        for record in stay.records:
            row = bill.CourseRecord(
                filed_by=self.institution_id, encounter_id=encounter_id, record_number=record.number,
                kind=_value(bill.CourseRecordKind, "COURSE_RECORD_KIND_", record.kind), recorded_on=on(record.day),
                doctor_name=record.doctor, text=record.text)
            self.ledger.once(stay.visit, f"record {record.number}", row, lambda row: self._recorded(stay, row),
                             bill.CourseRecord())

    def _recorded(self, stay: Stay, row):
        """One record as it was taken; what is corrected after a refusal is another stream."""
        step = f"record {row.record_number} {row.SerializeToString(deterministic=True).hex()}"
        reference = f"{stay.visit} 病程记录{row.record_number}"
        _, findings = self.agency.send(self.agency.records, uuid.UUID(self._id(stay, step)), reference, [row])
        for finding in findings:
            if finding.refused:
                raise Refused("RECORD_REFUSED", f"病程记录{row.record_number}未被接受：{because([finding.reason])}")
        say(stay, f"病程记录{row.record_number}已报送")
        return row

    def _discharge(self, stay: Stay, encounter_id: str, discharged_on: datetime.date) -> None:
        request = medical.DischargePatientRequest(
            pooling_area=self.agency.area, request_id=self._id(stay, "discharge"), encounter_id=encounter_id,
            discharged_on=on(discharged_on))
        self.ledger.once(stay.visit, "discharge", request, self.agency.call(self.agency.medical.DischargePatient),
                         medical.DischargePatientResponse())
        say(stay, "已出院")

    def _settle(self, stay: Stay, encounter_id: str) -> None:
        request = medical.SettleEncounterRequest(
            pooling_area=self.agency.area, encounter_id=encounter_id, lines=len(stay.counted),
            amount=money(stay.total), compensated=money(stay.compensated), case_rate=money(stay.case_rate))
        self._preview_and_settle(stay, request, self.agency.medical.SettleEncounter,
                                 medical.SettleEncounterResponse())

    def _visit(self, stay: Stay) -> None:
        request = medical.SettleVisitRequest(
            pooling_area=self.agency.area, admission=self._admission(stay),
            lines=[self._line(line) for line in stay.counted], compensated=money(stay.compensated))
        self._preview_and_settle(stay, request, self.agency.medical.SettleVisit, medical.SettleVisitResponse())

    def _preview_and_settle(self, stay: Stay, request, method, answer) -> None:
        call = self.agency.call(method)
        # What was sent already may be settled, and is not there to be tried any more.
        if not self.ledger.is_sent(stay.visit, "settle"):
            request.validate_only = True
            say(stay, f"试算：{split(call(request).settlement)}")
        request.validate_only = False
        request.request_id = self._id(stay, "settle")
        settlement = self.ledger.once(stay.visit, "settle", request, call, answer).settlement
        sums = {name: yuan(getattr(settlement, name)) for name in SUMS}
        self.ledger.settle(stay.visit, day(settlement.settled_on), len(stay.counted), sums)
        for line in settlement.lines:
            say(stay, f"明细{line.line_number} {line.name} {line.amount.yuan}元：{outcome(line)}")
        say(stay, f"已结算：{split(settlement)}")

    def _admission(self, stay: Stay):
        return bill.Admission(
            filed_by=self.institution_id, institution_id=self.institution_id, institution_name=self.name,
            visit_number=stay.visit, kind=_value(bill.EncounterKind, "ENCOUNTER_KIND_", stay.kind),
            card_number=stay.card, name=stay.name, recognition_number=stay.recognition_number,
            admitted_on=on(stay.admitted_on), diagnoses=stay.diagnoses, emergency=stay.emergency)

    def _line(self, line: Line, encounter_id: str = ""):
        return bill.BillLine(
            filed_by=self.institution_id, encounter_id=encounter_id, line_number=line.number,
            kind=_value(catalogue.CatalogueKind, "CATALOGUE_KIND_", line.kind), code=line.code, name=line.name,
            service_on=on(line.day), quantity=f"{line.quantity:f}", unit_price=f"{line.unit_price:f}",
            amount=money(line.amount), doctor_number=line.doctor, diagnosis=line.diagnosis)

    def _id(self, stay: Stay, step: str) -> str:
        """The same for the same step of the same visit, whenever it is sent."""
        name = f"{self.agency.area}/{self.institution_id}/{stay.visit}/{step}"
        return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


def say(stay: Stay, what: str) -> None:
    """Tells the people at the counter how far it is."""
    print(f"{stay.visit} {what}", flush=True)


def outcome(line) -> str:
    """What was decided of a line, and why."""
    text = label(bill.LineOutcome, line.outcome)
    if yuan(line.recognised):
        text += f"，核定{line.recognised.yuan}元，由{label(benefit.Payer, line.payer)}承担"
    return text + (f"，{because(line.reasons)}" if line.reasons else "")


def because(reasons) -> str:
    """Reasons with their names, by which programs know them."""
    return "".join(f"{reason.sentence}[{reason.reason}]" for reason in reasons)


def split(settlement) -> str:
    """Who bears what of a bill."""
    return "，".join(f"{NAMES[name]}{getattr(settlement, name).yuan or '0'}元" for name in SUMS)


def _value(enum, prefix: str, name: str) -> int:
    try:
        return enum.Value(prefix + name)
    except ValueError as error:
        known = "、".join(key.removeprefix(prefix) for key in enum.keys()[1:])
        raise Refused("INPUT", f"没有{name}这一类别。请填写其中之一：{known}。") from error
