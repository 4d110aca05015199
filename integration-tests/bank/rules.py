"""What this bank does with a payment: by what it was told of accounts, and of all others by a seed.

Everything here is a function of what it is given, so that a file sent twice to two banks of one seed comes out alike.
"""

import dataclasses
import hashlib

# Days between a payment and its return.
RETURN_AFTER = 2
# Of a thousand accounts that nobody told of; the rest take what they get.
CLOSED = 4
ANOTHER = 3
RETURNING = 3


@dataclasses.dataclass(frozen=True)
class Holder:
    """Whose an account at another bank is."""

    name: str
    state: str = "OPEN"


def lot(seed: int, account: str) -> int:
    """A number below a thousand that is always the same for a seed and an account."""
    digest = hashlib.sha256(f"{seed}/{account}".encode()).digest()
    return int.from_bytes(digest[:8]) % 1000


def refusal(seed: int | None, account: str, name: str, holder: Holder | None) -> str | None:
    """Why the payee's bank takes no payment to an account; nothing if it does."""
    if holder:
        if holder.state == "CLOSED":
            return "AC04"
        if holder.state == "FROZEN":
            return "AC06"
        return None if holder.name == name else "BE01"
    if seed is None:
        return None
    drawn = lot(seed, account)
    if drawn < CLOSED:
        return "AC04"
    return "BE01" if drawn < CLOSED + ANOTHER else None


def returned(seed: int | None, account: str, holder: Holder | None) -> str | None:
    """Why a payment that was made comes back; nothing if it stays."""
    if holder:
        return "AC01" if holder.state == "RETURNING" else None
    if seed is None:
        return None
    first = CLOSED + ANOTHER
    return "AC01" if first <= lot(seed, account) < first + RETURNING else None


# What a clerk reads beside a code.
TEXTS = {
    "AC01": "账号不正确",
    "AC02": "付款账号不是本行账户",
    "AC04": "账户已销户",
    "AC06": "账户已冻结",
    "AM03": "币种不是人民币",
    "AM04": "付款账户余额不足",
    "AM10": "合计金额与明细不符",
    "AM18": "笔数与明细不符",
    "BE01": "户名与账号不符",
    "DU01": "该付款文件已经收到过",
    "DU04": "该支付指令已经支付过",
    "FF01": "文件格式不正确",
    "RC01": "行号不正确",
}
