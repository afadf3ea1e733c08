"""Words for the codes in this service's answers."""

from __future__ import annotations

from qiantai.web.words import Words, routes_of

from billing.domain.catalogue import KIND_NAMES
from billing.domain.charge import TENDER_NAMES
from billing.domain.journal import RECEIVABLE, SALES, TENDER

WORDS: Words = {
    "charge_state": {
        "open": ("待付款", "to pay"),
        "part_paid": ("部分付款", "paid in part"),
        "paid": ("已付清", "paid"),
        "void": ("已作废", "void"),
    },
    "charge_act": {"payments": ("收款", "take payment"), "void": ("作废", "void"), "prints": ("打印", "print")},
    "item_act": {"uses": ("核销", "use a session")},
    "product_kind": KIND_NAMES,
    "tender": TENDER_NAMES,
    "account": {
        RECEIVABLE: ("应收", "receivable"),
        SALES: ("收入", "sales"),
        TENDER: ("收款方式", "tender"),
    },
}

routes = routes_of(WORDS)
