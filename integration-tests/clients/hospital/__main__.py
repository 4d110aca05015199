"""A hospital under agreement: sends the bills of its patients to the agency and compares the day's sums.

What is paid, cut and refused goes to standard output, what went wrong to standard error. Started again with
the same books it goes on where it ended, whenever that was.
"""

import argparse
import datetime
import pathlib
import sys

import stays
from agency import Agency, Unanswered
from hospital import Hospital
from ledger import Ledger, Refused


def main() -> int:
    options = arguments()
    token = options.token_file.read_text().strip()
    ledger = Ledger(options.ledger)
    agency = Agency(options.server, options.ca, token, options.area)
    hospital = Hospital(agency, ledger, options.institution)
    if options.task == "reconcile":
        return reconcile(hospital, options.day)
    agency.break_after, hospital.name = options.break_after, options.name
    return settle(hospital, stays.read(options.stays.read()))


def settle(hospital: Hospital, all_stays: list[stays.Stay]) -> int:
    """One stay that is refused does not hold up the others."""
    wrong = 0
    for stay in all_stays:
        try:
            hospital.treat(stay)
        except Refused as reason:
            wrong += 1
            print(f"{stay.visit} {reason}[{reason.reason}]", file=sys.stderr)
        except Unanswered as error:
            wrong += 1
            print(f"{stay.visit} {error}", file=sys.stderr)
            if error.is_away:
                break
    return min(wrong, 1)


def reconcile(hospital: Hospital, day: datetime.date) -> int:
    try:
        differences = hospital.reconcile(day)
    except Refused as reason:
        differences = [f"{reason}[{reason.reason}]"]
    except Unanswered as error:
        differences = [str(error)]
    for difference in differences:
        print(f"{day} {difference}", file=sys.stderr)
    if not differences:
        print(f"{day} 与经办机构一致")
    return min(len(differences), 1)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hospital", description=__doc__)
    parser.add_argument("--server", required=True, help="host:port of benefit-review")
    parser.add_argument("--ca", required=True, type=pathlib.Path, help="the CA that the agency's certificate is signed by")
    parser.add_argument("--token-file", required=True, type=pathlib.Path)
    parser.add_argument("--area", required=True, help="pooling area, GB/T 2260")
    parser.add_argument("--institution", required=True, help="the hospital's number at the agency")
    parser.add_argument("--ledger", required=True, type=pathlib.Path, help="file of the hospital's own books (SQLite)")
    tasks = parser.add_subparsers(dest="task", required=True)
    send = tasks.add_parser("settle", help="sends bills and has those of discharged patients settled")
    send.add_argument("--name", required=True, help="the hospital's name")
    send.add_argument("--stays", default="-", type=argparse.FileType(encoding="utf-8"),
                      help="JSON list of stays; standard input if left out")
    send.add_argument("--break-after", type=int, metavar="ROWS", help="breaks the first longer stream once, on purpose")
    compare = tasks.add_parser("reconcile", help="compares the own books of a day with the agency's sums")
    compare.add_argument("day", type=datetime.date.fromisoformat)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
