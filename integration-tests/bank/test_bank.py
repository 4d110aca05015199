"""Tests of the bank; they need nothing but its books in memory."""

import csv
import datetime
import pathlib
import tempfile
import unittest
import uuid

import answers
import rules
import schema
import statements
from bank import CREDIT, INTEREST, RETURN, Bank, Refused
from books import opened
from orders import TITLES

DAY = datetime.date(2026, 12, 1)
OURS, LINE = "4000023009200123456", "102584000018"
NEXT = datetime.timedelta(days=1)


def order(number: int, fen: int = 10_000, account: str = "", name: str = "职工甲", **more) -> dict:
    ordered = {"order": uuid.UUID(int=number).hex, "fen": fen, "account": account or f"62220200{number:08}", "name": name}
    return {**ordered, "line": LINE, "currency": "CNY", "text": "工伤保险待遇", **more}


def initiation(batch: int, orders: list[dict], pay_on: datetime.date = DAY, **more) -> str:
    """A pain.001 as another program would write it, with what is said wrongly of it."""
    said = {"payments": len(orders), "fen": sum(one["fen"] for one in orders), "account": OURS, "prologue": "", **more}
    totals = f"<NbOfTxs>{said['payments']}</NbOfTxs><CtrlSum>{answers.yuan(said['fen'])}</CtrlSum>"
    agent = "<FinInstnId><ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId><MmbId>{}</MmbId></ClrSysMmbId></FinInstnId>"
    transactions = "".join(
        f"<CdtTrfTxInf><PmtId><EndToEndId>{one['order']}</EndToEndId></PmtId>"
        f"<Amt><InstdAmt Ccy=\"{one['currency']}\">{answers.yuan(one['fen'])}</InstdAmt></Amt>"
        f"<CdtrAgt>{agent.format(one['line'])}</CdtrAgt><Cdtr><Nm>{one['name']}</Nm></Cdtr>"
        f"<CdtrAcct><Id><Othr><Id>{one['account']}</Id></Othr></Id></CdtrAcct>"
        f"<RmtInf><Ustrd>{one['text']}</Ustrd></RmtInf></CdtTrfTxInf>" for one in orders)
    return (
        f"<?xml version=\"1.0\" encoding=\"UTF-8\"?>{said['prologue']}"
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\"><CstmrCdtTrfInitn>"
        f"<GrpHdr><MsgId>{uuid.UUID(int=batch).hex}</MsgId><CreDtTm>2026-12-01T09:00:00+08:00</CreDtTm>{totals}"
        "<InitgPty><Nm>某市社会保险基金管理局</Nm></InitgPty></GrpHdr>"
        f"<PmtInf><PmtInfId>{uuid.UUID(int=batch).hex}</PmtInfId><PmtMtd>TRF</PmtMtd>{totals}"
        f"<ReqdExctnDt><Dt>{pay_on}</Dt></ReqdExctnDt><Dbtr><Nm>某市社会保险基金管理局</Nm></Dbtr>"
        f"<DbtrAcct><Id><Othr><Id>{said['account']}</Id></Othr></Id></DbtrAcct><DbtrAgt>{agent.format(LINE)}</DbtrAgt>"
        f"{transactions}</PmtInf></CstmrCdtTrfInitn></Document>")


class AtTheBank(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.bank = Bank(opened(":memory:"))
        self.addCleanup(self.bank.books.close)
        self.bank.open(OURS, "工伤保险基金支出户", LINE, 10_000_000)

    def send(self, content: str, day: datetime.date = DAY) -> str:
        path = self.folder / "sent.xml"
        path.write_text(content, encoding="utf-8")
        return self.bank.receive(path, day)

    def refused(self, content: str) -> str:
        with self.assertRaises(Refused) as caught:
            self.send(content)
        answers.refuse(caught.exception, DAY, self.folder / "refused.xml")
        schema.check(self.folder / "refused.xml", answers.MESSAGE)
        self.assertEqual(self.count("message"), 0, "what is refused as a whole leaves nothing behind")
        self.assertEqual(self.balance(), 10_000_000)
        return caught.exception.code

    def balance(self) -> int:
        return self.bank.books.execute("SELECT balance FROM account").fetchone()[0]

    def count(self, table: str) -> int:
        return self.bank.books.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def states(self) -> list[tuple[str, str]]:
        rows = self.bank.books.execute("SELECT state, code FROM payment ORDER BY message_id, position").fetchall()
        return [(row["state"], row["code"]) for row in rows]

    def ends(self, day: datetime.date) -> dict:
        self.bank.close(day)
        stated = statements.state(self.bank.books, OURS, day, self.folder)
        schema.check(self.folder / f"{OURS}-{day}.xml", statements.MESSAGE)
        return stated


class FilesAreTaken(AtTheBank):
    def test_what_is_sent_is_paid_and_answered_order_by_order(self):
        message = self.send(initiation(1, [order(1, 12_345), order(2, 1)]))
        self.assertEqual(self.states(), [("PAID", ""), ("PAID", "")])
        self.assertEqual(self.balance(), 10_000_000 - 12_346)
        path = self.folder / "answer.xml"
        self.assertEqual(answers.answer(self.bank.books, message, DAY, path), {"PAID": 2})
        schema.check(path, answers.MESSAGE)
        answered = schema.etree.parse(path)
        self.assertEqual([found.text for found in answered.iterfind(".//{*}TxSts")], ["ACSC", "ACSC"])
        self.assertEqual(answered.find(".//{*}OrgnlEndToEndId").text, order(1)["order"])

    def test_a_file_whose_sum_is_wrong_is_refused_as_a_whole(self):
        self.assertEqual(self.refused(initiation(1, [order(1)], fen=10_001)), "AM10")

    def test_a_file_whose_count_is_wrong_is_refused_as_a_whole(self):
        self.assertEqual(self.refused(initiation(1, [order(1)], payments=2)), "AM18")

    def test_a_file_that_is_not_of_the_schema_is_refused_as_a_whole(self):
        content = initiation(1, [order(1), order(2)])
        self.assertEqual(self.refused(content.replace("<PmtMtd>TRF</PmtMtd>", "")), "FF01")
        self.assertEqual(self.refused(content.replace("100.00", "100.000001")), "FF01")
        self.assertEqual(self.refused(content.replace("pain.001.001.09", "pain.001.001.03")), "FF01")
        self.assertEqual(self.refused(content[:-40]), "FF01")
        self.assertEqual(self.refused(content.replace("</CdtTrfTxInf></PmtInf>", "<Odd/></CdtTrfTxInf></PmtInf>")), "FF01")

    def test_a_file_with_a_document_type_is_refused_as_a_whole(self):
        laughs = '<!DOCTYPE Document [<!ENTITY a "甲"><!ENTITY b "&a;&a;">]>'
        self.assertEqual(self.refused(initiation(1, [order(1, name="&b;")], prologue=laughs)), "FF01")

    def test_a_file_of_an_account_that_is_not_here_is_refused_as_a_whole(self):
        self.assertEqual(self.refused(initiation(1, [order(1)], account="1")), "AC02")

    def test_the_same_file_again_is_refused_and_pays_nothing(self):
        content = initiation(1, [order(1)])
        self.send(content)
        with self.assertRaises(Refused) as caught:
            self.send(content)
        self.assertEqual(caught.exception.code, "DU01")
        self.assertEqual(self.balance(), 10_000_000 - 10_000)

    def test_a_list_is_paid_like_a_message(self):
        self.assertEqual(self.bank.receive(self.list(total=True), DAY), uuid.UUID(int=1).hex)
        self.assertEqual(self.balance(), 10_000_000 - 1_234)

    def test_a_list_without_its_last_line_is_refused_as_a_whole(self):
        with self.assertRaises(Refused) as caught:
            self.bank.receive(self.list(total=False), DAY)
        self.assertEqual((caught.exception.code, self.balance()), ("FF01", 10_000_000))

    def list(self, total: bool) -> pathlib.Path:
        batch = uuid.UUID(int=1).hex
        lines = [TITLES, ["1", order(1)["order"], "职工甲", "6222020000000001", LINE, "12.34", "待遇", OURS, str(DAY), batch]]
        if total:
            lines.append(["合计", "1", "", "", "", "12.34", "", "", "", batch])
        path = self.folder / "sent.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(lines)
        return path


class OrdersArePaidOnce(AtTheBank):
    def test_an_order_that_was_paid_is_not_paid_in_another_file(self):
        self.send(initiation(1, [order(1)]))
        self.send(initiation(2, [order(1), order(2)]))
        self.assertEqual(self.states(), [("PAID", ""), ("REFUSED", "DU04"), ("PAID", "")])

    def test_an_order_twice_in_a_file_is_paid_once(self):
        self.send(initiation(1, [order(1), order(1)]))
        self.assertEqual(self.states(), [("PAID", ""), ("REFUSED", "DU04")])

    def test_an_order_that_was_refused_is_paid_with_another_account(self):
        self.bank.tell([("1", "职工甲", "CLOSED")])
        self.send(initiation(1, [order(1, account="1")]))
        self.send(initiation(2, [order(1, account="2")]))
        self.assertEqual(self.states(), [("REFUSED", "AC04"), ("PAID", "")])


class OrdersAreRefused(AtTheBank):
    def test_by_what_is_known_of_the_account(self):
        self.bank.tell([("1", "职工甲", "CLOSED"), ("2", "职工乙", "OPEN"), ("3", "职工甲", "FROZEN"), ("4", "职工甲", "OPEN")])
        self.send(initiation(1, [order(number, account=str(number)) for number in range(1, 5)]))
        self.assertEqual(self.states(), [("REFUSED", "AC04"), ("REFUSED", "BE01"), ("REFUSED", "AC06"), ("PAID", "")])

    def test_for_another_currency_and_a_line_number_that_is_none(self):
        self.send(initiation(1, [order(1, currency="USD"), order(2, line="12")]))
        self.assertEqual(self.states(), [("REFUSED", "AM03"), ("REFUSED", "RC01")])

    def test_where_the_account_that_pays_has_not_enough(self):
        self.send(initiation(1, [order(1, 9_999_999), order(2, 2), order(3, 1)]))
        self.assertEqual(self.states(), [("PAID", ""), ("REFUSED", "AM04"), ("PAID", "")])
        self.assertEqual(self.balance(), 0)

    def test_one_seed_refuses_the_same_in_every_bank_and_without_one_nothing_is_refused(self):
        accounts = [f"62220200{number:08}" for number in range(5_000)]
        codes = [rules.refusal(7, account, "职工甲", None) for account in accounts]
        self.assertEqual(codes, [rules.refusal(7, account, "职工甲", None) for account in accounts])
        self.assertEqual({"AC04", "BE01", None}, set(codes))
        self.assertLess(len([code for code in codes if code]), 100)
        self.assertTrue(any(rules.returned(7, account, None) for account in accounts))
        self.assertFalse(any(rules.refusal(None, account, "职工甲", None) for account in accounts))


class DaysAreClosed(AtTheBank):
    def test_what_is_to_be_paid_later_waits_for_its_day(self):
        message = self.send(initiation(1, [order(1)], pay_on=DAY + NEXT))
        self.assertEqual((self.states(), self.balance()), ([("WAITING", "")], 10_000_000))
        self.ends(DAY)
        self.assertEqual(self.bank.close(DAY + NEXT), [message])
        self.assertEqual(self.states(), [("PAID", "")])

    def test_what_does_not_stay_comes_back_two_days_later_with_its_reason(self):
        self.bank.tell([("1", "职工甲", "RETURNING")])
        self.send(initiation(1, [order(1, account="1"), order(2)]))
        stated = [self.ends(DAY + days * NEXT) for days in range(3)]
        self.assertEqual([one["entries"] for one in stated], [2, 0, 1])
        self.assertEqual(self.states(), [("RETURNED", "AC01"), ("PAID", "")])
        back = schema.etree.parse(stated[2]["file"]).find(".//{*}Ntry")
        self.assertEqual([back.find(f".//{{*}}{name}").text for name in ("Amt", "CdtDbtInd", "EndToEndId", "SubFmlyCd")],
                         ["100.00", "CRDT", order(1)["order"], RETURN.split("/")[2]])
        self.assertEqual(back.find(".//{*}RtrInf/{*}Rsn/{*}Cd").text, "AC01")
        # What came back is paid again where the account is put right.
        self.send(initiation(2, [order(1, account="9")]), DAY + 3 * NEXT)
        self.assertEqual(self.states()[-1], ("PAID", ""))

    def test_every_statement_begins_where_the_last_one_ended(self):
        self.bank.credit(OURS, 50_000, DAY, "某市财政局", "拨款", CREDIT)
        self.send(initiation(1, [order(1)]))
        first = self.ends(DAY)
        self.bank.credit(OURS, 3, DAY + NEXT, "", "利息", INTEREST)
        second = self.ends(DAY + NEXT)
        self.assertEqual((first["sequence"], first["opening"], first["closing"]), (1, "100000.00", "100400.00"))
        self.assertEqual((second["sequence"], second["opening"], second["closing"]), (2, "100400.00", "100400.03"))

    def test_a_day_that_is_closed_stays_closed(self):
        self.ends(DAY)
        for late in (lambda: self.send(initiation(1, [order(1)])), lambda: self.bank.close(DAY),
                     lambda: self.bank.credit(OURS, 1, DAY, "", "")):
            self.assertRaises(SystemExit, late)

    def test_a_list_of_a_day_has_the_balance_behind_each_entry(self):
        self.send(initiation(1, [order(1, 30), order(2, 20)]))
        self.ends(DAY)
        with (self.folder / f"{OURS}-{DAY}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["余额（元）"] for row in rows], ["99999.70", "99999.50"])
        self.assertEqual([row["借贷方向"] for row in rows], ["借", "借"])


if __name__ == "__main__":
    unittest.main()
